// The fourteen gifts, drawn. Each reads at 28 pixels on light and dark ground: few shapes, strong outlines of colour, no hairlines.

import type { GiftAnimation } from '../../../../shared/messages/gifts.ts';
import { ellipse, rays, ring } from './shapes.ts';
import type { Picture } from './shapes.ts';

const GOLD = '#f2b632';
const GOLD_DEEP = '#c9861a';
const CINNABAR: readonly [string, string] = ['#ff6a3d', '#c4170c'];

const lantern: Picture = [
  { d: 'M32 3v9', stroke: GOLD_DEEP, width: 2.5 },
  { d: 'M32 13c14 0 21 7.5 21 17.500S46 48 32 48 11 40.5 11 30.5 18 13 32 13z', fill: CINNABAR },
  { d: 'M32 13c-6.5 4.5-10 10.5-10 17.500S25.5 43.5 32 48M32 13c6.5 4.5 10 10.5 10 17.500S38.5 43.5 32 48', stroke: '#ffc27a', width: 1.8, opacity: 0.75 },
  { d: 'M16.5 23c1.5-3.5 4-6 7-7.5', stroke: '#ffe1bd', width: 2.5, opacity: 0.85 },
  { d: 'M23 10.500h18v5H23zM24 46h16v5H24z', fill: [GOLD, GOLD_DEEP] },
  { d: 'M27 51v8M32 51v11M37 51v8', stroke: GOLD, width: 2.4 },
];

const rose: Picture = [
  { d: 'M31 40c2 9 1 16-2 23', stroke: '#2f8f4e', width: 3.6 },
  { d: 'M31 55c-8 1-14-2-17-9 8-3 15 0 17 9zM32 51c1-7 7-12 15-11-1 7-7 12-15 11z', fill: ['#57b96a', '#2c7d43'] },
  { d: 'M11 21c1-8 8-13 14-13 4-5 11-5 15-1 7 0 13 6 13 13 2 11-7 22-21 22S10 33 11 21z', fill: ['#ff8aa2', '#c3123f'] },
  { d: 'M12 22c7-2 15 1 20 8 5-7 13-10 20-8 1 10-7 19-20 19S12 33 12 22z', fill: ['#f9647f', '#b80f3c'] },
  { d: 'M20 17c0-7 6-11 12-11s13 4 13 11-6 12-13 12-12-5-12-12z', fill: ['#ffa3b5', '#e2355c'] },
  { d: 'M26 18c-1-5 4-8 8-6s6 8 1 11c-6 3-13 0-13-6', stroke: '#9c0c34', width: 2.4 },
  { d: 'M32 30c-5-6-12-9-20-8M32 30c5-6 12-9 20-8', stroke: '#ffb8c6', width: 1.8, opacity: 0.9 },
];

const tea: Picture = [
  { d: 'M22 22c-5-6 4-8 0-15M33 22c-5-6 4-8 0-15', stroke: '#9db7c4', width: 3 },
  { d: 'M44 31c8-3 14 1 13 7s-7 9-15 8', stroke: '#7f9fb2', width: 4 },
  { d: 'M11 28h35v9c0 10-7 16-17.5 16S11 47 11 37z', fill: ['#fdfefe', '#a9c1cf'] },
  { d: ellipse(28.5, 28, 17.5, 4.2), fill: '#c98742' },
  { d: ellipse(26, 27.4, 9, 1.6), fill: '#e7b477' },
  { d: 'M15 41c5-5 9 5 13.5 0s8.5 5 13.5 0', stroke: '#2b6ea3', width: 2.6 },
  { d: 'M6 55h46c-3 4.5-9 6-23 6S9 59.5 6 55z', fill: ['#8fb0c4', '#5f8399'] },
];

const bamboo: Picture = [
  { d: 'M23 62V4', stroke: '#3f9448', width: 9 },
  { d: 'M21 62V4', stroke: '#86cf6f', width: 2.6 },
  { d: 'M18 20h10M18 36h10M18 52h10', stroke: '#1f6a35', width: 2.6 },
  { d: 'M41 62V18', stroke: '#57ab54', width: 7 },
  { d: 'M37.5 32h7M37.5 46h7', stroke: '#2a7a3d', width: 2.4 },
  { d: 'M28 20c9-9 19-11 31-8-7 9-18 12-31 8z', fill: ['#8fdc74', '#3f9a49'] },
  { d: 'M45 32c6-4 12-4 18 0-6 4-12 4-18 0z', fill: '#4ca653' },
  { d: 'M18 36C10 33 5 27 3 18c9 2 14 9 15 18z', fill: ['#7fce68', '#2f8743'] },
];

const firefly: Picture = [
  { d: ellipse(32, 44, 20), fill: '#ffe45c', opacity: 0.16, part: 'glow' },
  { d: ellipse(32, 44, 16), fill: '#ffe45c', opacity: 0.22, part: 'glow' },
  { d: ellipse(32, 44, 12), fill: '#fff08a', opacity: 0.5, part: 'glow' },
  { d: 'M29 27C17 22 6 27 4 37c7 6 18 3 25-6zM35 27c12-5 23 0 25 10-7 6-18 3-25-6z', fill: ['#e3f4ff', '#86b4d4'], opacity: 0.9 },
  { d: 'M32 32c6 0 8 5 8 11s-4 13-8 13-8-7-8-13 2-11 8-11z', fill: ['#f4ff8a', '#ffb800'] },
  { d: ellipse(32, 44, 3.6, 6), fill: '#fffde6' },
  { d: 'M31 30C24 17 14 13 9 17c1 9 10 15 20 17zM33 30c7-13 17-17 22-13-1 9-10 15-20 17z', fill: ['#6a5040', '#3a2a22'] },
  { d: ellipse(32, 23, 7.5, 7), fill: ['#e0563a', '#8c2415'] },
  { d: ellipse(32, 15.5, 5, 4.5), fill: '#3a2a22' },
  { d: 'M29 12c-1-4-4-7-8-8M35 12c1-4 4-7 8-8', stroke: '#6a5040', width: 2.4 },
];

const koi: Picture = [
  { d: 'M20 40C10 40 4 46 2 56c9 1 14-2 17-7 0 5 2 9 6 12 4-8 4-15-5-21z', fill: ['#ff9a6b', '#e8451f'] },
  { d: 'M36 22c-1-9 4-14 12-16 2 8-1 14-7 18zM40 46c2 8-1 13-7 15-3-6-2-12 2-16z', fill: '#ffb48f' },
  { d: 'M18 46c-1-12 8-25 24-29 12-3 20 2 20 9s-6 13-15 18c-11 6-22 8-29 2z', fill: ['#fffaf3', '#ffd9c4'] },
  { d: 'M30 24c7-6 15-8 20-7-1 7-6 11-12 12-4 1-8-1-8-5zM22 41c5-4 12-5 17-3-2 6-9 10-16 11-2-2-2-5-1-8z', fill: ['#ff6a3d', '#d92f12'] },
  { d: ellipse(55, 24, 2.3), fill: '#1b1c22' },
  { d: 'M61 28c-2 2-4 3-6 3', stroke: '#c9765a', width: 1.8 },
  { d: 'M46 22c3 5 3 10 0 16', stroke: '#f0a988', width: 1.8 },
];

const kite: Picture = [
  { d: 'M32 47c-3 5 4 7 0 15', stroke: '#b97a34', width: 2 },
  { d: 'M29 34c-5 6-9 14-10 25l8-5 5-13 5 13 8 5c-1-11-5-19-10-25z', fill: ['#3d6fb6', '#17315f'] },
  { d: 'M31 21C23 11 11 8 2 12c1 5 4 9 8 11-3 1-5 3-6 6 9 4 20 3 27-4zM33 21c8-10 20-13 29-9-1 5-4 9-8 11 3 1 5 3 6 6-9 4-20 3-27-4z', fill: ['#ff7043', '#c81f10'] },
  { d: 'M8 15c7-1 14 2 18 7M56 15c-7-1-14 2-18 7', stroke: '#ffd88a', width: 2.4 },
  { d: `${ellipse(15, 24.5, 2.8)}${ellipse(49, 24.5, 2.8)}`, fill: GOLD },
  { d: 'M32 8c6 0 9 5 8 12-1 8-4 19-8 27-4-8-7-19-8-27-1-7 2-12 8-12z', fill: ['#4b80c6', '#1b3a6e'] },
  { d: 'M32 24c3 0 5 2 5 5-1 5-3 9-5 13-2-4-4-8-5-13 0-3 2-5 5-5z', fill: '#fff4df' },
  { d: `${ellipse(28.5, 15, 2.5)}${ellipse(35.5, 15, 2.5)}`, fill: '#fff4df' },
  { d: 'M30 19h4l-2 4z', fill: GOLD },
];

const crane: Picture = [
  { d: 'M24 42L3 38l8-5z', fill: '#b7c8dc', stroke: '#8299b5', width: 0.9 },
  { d: 'M24 42L11 33 3 23l9 3z', fill: '#e9f0f8', stroke: '#8299b5', width: 0.9 },
  { d: 'M3 23l9 3-3 3z', fill: '#d92f12', stroke: '#8299b5', width: 0.9 },
  { d: 'M30 40L22 5l14 20 4 16z', fill: ['#ffffff', '#ccdaea'], stroke: '#8299b5', width: 0.9, part: 'wing' },
  { d: 'M36 41l8-33 6 18-8 17z', fill: ['#dbe6f2', '#9fb4cd'], stroke: '#8299b5', width: 0.9, part: 'wing' },
  { d: 'M24 42l12-5 12 6-13 16z', fill: ['#f6f9fd', '#b4c5d9'], stroke: '#8299b5', width: 0.9 },
  { d: 'M36 37l12 6-13 16z', fill: '#a3b8d0', stroke: '#8299b5', width: 0.9 },
  { d: 'M46 42l16-12-11 18z', fill: '#c7d5e5', stroke: '#8299b5', width: 0.9 },
];

const bell: Picture = [
  { d: 'M32 2v8', stroke: '#d0503a', width: 2.6 },
  { d: 'M10 33C10 18 19 9 32 9s22 9 22 24c-4 2.5-7-1-11 0.500s-7 1.5-11 0-7-2-11-0.5-7 2.5-11-0.500z', fill: ['#bfeaff', '#4fa9dc'], opacity: 0.95 },
  { d: 'M16 28c1-8 6-13 12-14', stroke: '#ffffff', width: 3, opacity: 0.9 },
  { d: ellipse(40, 24, 4.5) , fill: '#ef5b7a' },
  { d: 'M40 19.500c2-4 6-5 9-4-1 3-4 5-9 4z', fill: '#4fae5a' },
  { d: 'M32 33v9', stroke: '#d0503a', width: 2.4 },
  { d: 'M26 42h12v20H26z', fill: ['#ffefc4', '#f5c95b'] },
  { d: 'M32 46v11', stroke: '#c2331c', width: 2.8 },
];

const umbrella: Picture = [
  { d: 'M32 6V2', stroke: '#6e3b22', width: 3 },
  { d: 'M32 34v21c0 7-10 7-10 0', stroke: '#8a4b2a', width: 3.6 },
  { d: 'M3 37C5 18 17 6 32 6s27 12 29 31c-5-4.5-10-4.5-14.5 0-4.5-4.5-10-4.5-14.5 0-4.5-4.5-10-4.5-14.5 0C13 32.5 8 32.5 3 37z', fill: ['#ff7d5c', '#c8200f'] },
  { d: 'M32 6c-9 8-14 18-14.5 31M32 6c9 8 14 18 14.5 31M32 6v31', stroke: '#ffd9b8', width: 1.6, opacity: 0.8 },
  { d: ring(32, 27, 5.2, 5, 3.4, 0.25), fill: '#ffe9ee' },
  { d: ellipse(32, 27, 2.6), fill: GOLD },
];

const moon: Picture = [
  { d: ellipse(32, 29, 29), fill: '#ffdf8a', opacity: 0.14, part: 'glow' },
  { d: ellipse(32, 29, 27), fill: '#ffdf8a', opacity: 0.14, part: 'glow' },
  { d: ellipse(32, 29, 24.5), fill: '#ffdf8a', opacity: 0.14, part: 'glow' },
  { d: ellipse(32, 29, 22), fill: ['#fffbe6', '#f7c955'] },
  { d: `${ellipse(24, 22, 4)}${ellipse(41, 20, 2.6)}${ellipse(39, 35, 4.6)}`, fill: '#eec05a', opacity: 0.65 },
  { d: 'M27 42c-4-2-4-7 0-9-2-4-1-8 1-10 2 3 3 6 2 9 2-3 5-4 7-4-1 4-3 6-5 7 3 2 3 5 1 7z', fill: '#b98324', opacity: 0.8 },
  { d: 'M3 51c0-5 5-7 9-5 3-6 12-6 14 0 5-3 11-1 12 4 4-3 10-2 11 3 5-2 11 1 11 6H10c-4 0-7-3-7-8z', fill: ['#ffffff', '#cfdcec'], part: 'ground' },
];

const boat: Picture = [
  { d: 'M15 41l-5 18M25 41l-4 18M35 41l-3 18', stroke: '#b97a34', width: 3, part: 'oar' },
  { d: 'M2 33c2 0 4 2 6 4h36c5 0 8-4 8-10-2-8 1-14 8-16l-2 5 5 1-4 4 3 4-4 1c1 13-6 23-17 23H17C9 49 4 42 2 33z', fill: ['#ff7a45', '#c61d0e'] },
  { d: 'M8 42h42', stroke: GOLD, width: 2.8 },
  { d: ellipse(57.5, 16, 1.9), fill: '#1b1c22' },
  { d: 'M52 22c-4-2-5-6-3-9M51 28c-4-1-6-4-5-8', stroke: GOLD, width: 2.4 },
  { d: `${ellipse(16, 31, 4)}${ellipse(26, 31, 4)}${ellipse(36, 31, 4)}`, fill: '#ffe0b8' },
  { d: 'M12 37c0-4 8-4 8 0zM22 37c0-4 8-4 8 0zM32 37c0-4 8-4 8 0z', fill: '#2b6ea3' },
  { d: 'M1 57c5-5 9 4 15 0s10 4 16 0 10 4 16 0 10 3 15 0v6H1z', fill: ['#67c0ee', '#2277b3'], part: 'ground' },
];

const fireworks: Picture = [
  { d: rays(26, 25, 8, 15, 12), stroke: '#ff9a3c', width: 2.2 },
  { d: rays(26, 25, 17, 22, 12), stroke: '#f2402a', width: 3.6 },
  { d: rays(26, 25, 7, 11, 12, 0.5), stroke: GOLD, width: 2.8 },
  { d: ring(26, 25, 15.5, 12, 1.7, 0.5), fill: GOLD },
  { d: ellipse(26, 25, 3.4), fill: ['#fff1c2', GOLD] },
  { d: rays(50, 46, 4, 7.5, 10), stroke: '#7fd6ff', width: 2 },
  { d: rays(50, 46, 9, 12, 10), stroke: '#1f93d8', width: 3 },
  { d: ring(50, 46, 7.5, 10, 1.2, 0.5), fill: '#ff7ac0' },
  { d: ellipse(50, 46, 2), fill: '#7fd6ff' },
  { d: `${ellipse(54, 12, 2)}${ellipse(59, 20, 1.5)}${ellipse(47, 6, 1.5)}${ellipse(6, 50, 1.8)}${ellipse(12, 58, 1.5)}`, fill: '#2fb573' },
];

const bridge: Picture = [
  { d: 'M32 1l1.8 4.2L38 7l-4.2 1.800L32 13l-1.8-4.2L26 7l4.2-1.800zM13 7l1.2 2.8L17 11l-2.8 1.200L13 15l-1.2-2.800L9 11l2.8-1.200zM51 7l1.2 2.800L55 11l-2.8 1.200L51 15l-1.2-2.800L47 11l2.8-1.200z', fill: GOLD },
  { d: 'M2 40C12 24 21 18 32 18s20 6 30 22', stroke: GOLD_DEEP, width: 2.6 },
  { d: 'M7 41v-8M15 33v-8M23.5 28v-8M32 26v-8M40.5 28v-8M49 33v-8M57 41v-8', stroke: GOLD, width: 3 },
  { d: 'M2 47C12 32 21 25 32 25s20 7 30 22v8H50c-1-10-8-16-18-16s-17 6-18 16H2z', fill: CINNABAR },
  { d: 'M2 47C12 32 21 25 32 25s20 7 30 22', stroke: '#ffd88a', width: 2.6 },
  { d: 'M17 55c1-8 7-13 15-13s14 5 15 13', stroke: '#ffb36b', width: 1.8, opacity: 0.8 },
  { d: 'M1 56c5-3 9 3 15 0s10 3 16 0 10 3 16 0 10 3 15 0v7H1z', fill: ['#67c0ee', '#2a6fb0'], part: 'ground' },
];

export const PICTURES: Readonly<Record<GiftAnimation, Picture>> = { lantern, rose, tea, bamboo, firefly, koi, kite, crane, bell, umbrella, moon, boat, fireworks, bridge };
