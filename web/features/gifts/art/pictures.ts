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
  { d: 'M32 38c1 9 0 16-3 24', stroke: '#2f8f4e', width: 3.5 },
  { d: 'M31 52c-8 0-14-4-16-11 8-2 15 2 16 11zM32 48c2-7 8-11 15-10-1 7-7 11-15 10z', fill: ['#57b96a', '#2c7d43'] },
  { d: 'M32 42c-13 0-20-8-18-20 4-2 7-2 10 0 1-7 4-12 8-15 4 3 7 8 8 15 3-2 6-2 10 0 2 12-5 20-18 20z', fill: ['#ff7d97', '#cf1d4d'] },
  { d: 'M32 36c-8 0-12-5-11-12 5 0 8 1.5 11 5 3-3.5 6-5 11-5 1 7-3 12-11 12z', fill: '#a90f3c' },
  { d: 'M32 28c-4-4-4-10 0-15 4 5 4 11 0 15z', fill: '#ffb3c2' },
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
  { d: ellipse(32, 42, 20), fill: '#ffe45c', opacity: 0.3 },
  { d: ellipse(32, 42, 14), fill: '#fff08a', opacity: 0.55 },
  { d: 'M30 25C20 10 8 10 4 18c3 9 14 14 26 10zM34 25c10-15 22-15 26-7-3 9-14 14-26 10z', fill: ['#d7eefc', '#8ab9d8'], opacity: 0.92 },
  { d: ellipse(32, 42, 7, 11), fill: ['#d8ff6b', '#ffc400'] },
  { d: ellipse(32, 26, 6.5, 9), fill: ['#5a4436', '#2c201a'] },
  { d: 'M29 17c-2-6-6-9-10-10M35 17c2-6 6-9 10-10', stroke: '#5a4436', width: 2.4 },
  { d: 'M27 38h10M26 43h12', stroke: '#a97a00', width: 1.8, opacity: 0.7 },
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
  { d: 'M32 44c-9 5 9 8 0 18', stroke: '#e8602c', width: 2.6 },
  { d: 'M26 52l-7-3v7zM30 52l7-3v7z', fill: GOLD },
  { d: 'M32 3L57 23 32 47z', fill: ['#ffcf4d', '#f08a1d'] },
  { d: 'M32 3L7 23l25 24z', fill: ['#ff7043', '#cf2410'] },
  { d: 'M32 3l12.5 20L32 47 19.5 23z', fill: ['#4db6e8', '#1667a8'] },
  { d: 'M32 3v44M7 23h50', stroke: '#fff4df', width: 1.8, opacity: 0.9 },
  { d: ellipse(32, 23, 5), fill: '#fff4df' },
];

const crane: Picture = [
  { d: 'M24 42L3 38l8-5z', fill: '#b7c8dc', stroke: '#8299b5', width: 0.9 },
  { d: 'M24 42L11 33 3 23l9 3z', fill: '#e9f0f8', stroke: '#8299b5', width: 0.9 },
  { d: 'M3 23l9 3-3 3z', fill: '#d92f12', stroke: '#8299b5', width: 0.9 },
  { d: 'M30 40L22 5l14 20 4 16z', fill: ['#ffffff', '#ccdaea'], stroke: '#8299b5', width: 0.9 },
  { d: 'M36 41l8-33 6 18-8 17z', fill: ['#dbe6f2', '#9fb4cd'], stroke: '#8299b5', width: 0.9 },
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
  { d: ellipse(32, 29, 27), fill: '#ffdf8a', opacity: 0.28 },
  { d: ellipse(32, 29, 22), fill: ['#fffbe6', '#f7c955'] },
  { d: `${ellipse(24, 22, 4)}${ellipse(41, 20, 2.6)}${ellipse(39, 35, 4.6)}`, fill: '#eec05a', opacity: 0.65 },
  { d: 'M27 42c-4-2-4-7 0-9-2-4-1-8 1-10 2 3 3 6 2 9 2-3 5-4 7-4-1 4-3 6-5 7 3 2 3 5 1 7z', fill: '#b98324', opacity: 0.8 },
  { d: 'M3 51c0-5 5-7 9-5 3-6 12-6 14 0 5-3 11-1 12 4 4-3 10-2 11 3 5-2 11 1 11 6H10c-4 0-7-3-7-8z', fill: ['#ffffff', '#cfdcec'] },
];

const boat: Picture = [
  { d: 'M15 41l-5 18M25 41l-4 18M35 41l-3 18', stroke: '#b97a34', width: 3 },
  { d: 'M2 33c2 0 4 2 6 4h36c5 0 8-4 8-10-2-8 1-14 8-16l-2 5 5 1-4 4 3 4-4 1c1 13-6 23-17 23H17C9 49 4 42 2 33z', fill: ['#ff7a45', '#c61d0e'] },
  { d: 'M8 42h42', stroke: GOLD, width: 2.8 },
  { d: ellipse(57.5, 16, 1.9), fill: '#1b1c22' },
  { d: 'M52 22c-4-2-5-6-3-9M51 28c-4-1-6-4-5-8', stroke: GOLD, width: 2.4 },
  { d: `${ellipse(16, 31, 4)}${ellipse(26, 31, 4)}${ellipse(36, 31, 4)}`, fill: '#ffe0b8' },
  { d: 'M12 37c0-4 8-4 8 0zM22 37c0-4 8-4 8 0zM32 37c0-4 8-4 8 0z', fill: '#2b6ea3' },
  { d: 'M1 57c5-5 9 4 15 0s10 4 16 0 10 4 16 0 10 3 15 0v6H1z', fill: ['#67c0ee', '#2277b3'] },
];

const fireworks: Picture = [
  { d: rays(24, 24, 7, 21, 12), stroke: '#ff5a3c', width: 3.4 },
  { d: ring(24, 24, 14, 12, 1.9, 0.5), fill: '#ffd45c' },
  { d: ellipse(24, 24, 3.6), fill: '#fff1c2' },
  { d: rays(47, 41, 4, 14, 10, 0.3), stroke: '#37b3f0', width: 2.8 },
  { d: ring(47, 41, 9.5, 10, 1.5, 0.8), fill: '#ff8fd0' },
  { d: ellipse(47, 41, 2.6), fill: '#e9fbff' },
  { d: rays(17, 52, 2, 8, 8), stroke: '#5bd08a', width: 2.4 },
  { d: 'M24 46c1 6 0 11-2 16M47 56c0 3-1 5-2 7', stroke: GOLD_DEEP, width: 2.2, opacity: 0.8 },
];

const bridge: Picture = [
  { d: 'M32 4l1.5 3.500L37 9l-3.5 1.500L32 14l-1.5-3.500L27 9l3.5-1.500zM13 10l1 2.5 2.5 1-2.5 1-1 2.5-1-2.5-2.5-1 2.5-1zM51 10l1 2.5 2.5 1-2.5 1-1 2.5-1-2.5-2.5-1 2.5-1z', fill: '#ffcf4d' },
  { d: 'M2 44C12 27 20 21 32 21s20 6 30 23v7H50c-1-9-9-15-18-15s-17 6-18 15H2z', fill: CINNABAR },
  { d: 'M2 43C12 26 20 20 32 20s20 6 30 23', stroke: '#ffd88a', width: 3 },
  { d: 'M12 29v-6M22 22v-6M42 22v-6M52 29v-6', stroke: GOLD, width: 3 },
  { d: 'M19 51c1-7 6-11 13-11s12 4 13 11', stroke: '#ffb36b', width: 1.8, opacity: 0.8 },
  { d: 'M1 54c5-3 9 3 15 0s10 3 16 0 10 3 16 0 10 3 15 0v7H1z', fill: ['#67c0ee', '#2a6fb0'] },
];

export const PICTURES: Readonly<Record<GiftAnimation, Picture>> = { lantern, rose, tea, bamboo, firefly, koi, kite, crane, bell, umbrella, moon, boat, fireworks, bridge };
