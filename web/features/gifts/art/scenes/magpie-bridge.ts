// The bridge of the magpies: birds and lights come from both shores and become an arch over the picture. Two stars walk it from
// either end, meet at its top, and there it bursts into light. The middle of the picture stays free.

import type { MakeScene, Place } from '../scene.ts';
import { between, clamped, crowd, duskOf, easeOut, fade, put, spread } from '../scene.ts';
import { bodyOf, partOf } from '../shapes.ts';
import type { Picture } from '../shapes.ts';
import { glowOf, layerOf, spriteOf, streakOf } from '../sprite.ts';

const LENGTH_MS = 6_000;
const BUILT_MS = 2_300;
const WALK_MS = 1_700;
const MET_MS = BUILT_MS + WALK_MS;
const POSTS = 22;
const STREAK_TALL = 0.16;

const MAGPIE: Picture = [
  { d: 'M22 36L2 44l3-6-5-1z', fill: ['#2f4f86', '#14213f'] },
  { d: 'M18 37c4-8 14-12 24-11 5-5 13-4 15 2l7 2-7 3c-3 8-12 13-22 12-8 0-14-3-17-8z', fill: ['#2a3350', '#0f1424'] },
  { d: 'M26 38c6 6 16 7 24 0-2 5-8 8-15 7-4 0-7-3-9-7z', fill: '#f4f6fb' },
  { d: 'M24 33C20 18 24 8 30 2c3 10 8 18 14 26-5 6-13 8-20 5z', fill: ['#f4f6fb', '#3565b0'], part: 'wing' },
];

type Point = { readonly x: number; readonly y: number };
const archOf = ({ width, height }: Place) => (share: number): Point => ({ x: width * (0.04 + 0.92 * share), y: height * (0.9 - 0.66 * Math.max(0, Math.sin(share * Math.PI)) ** 0.72) });

/** Deck, rail and lit posts, painted once; the birds uncover it. */
const paintArch = (context: CanvasRenderingContext2D, onArch: (share: number) => Point, unit: number): void => {
  const line = (lifted: number, width: number, color: string): void => {
    context.strokeStyle = color;
    context.lineWidth = width * unit;
    context.beginPath();
    for (let at = 0; at <= 60; at += 1) {
      const { x, y } = onArch(at / 60);
      context.lineTo(x, y - lifted * unit);
    }
    context.stroke();
  };
  context.lineCap = 'round';
  for (const [width, part] of [[0.09, 0.1], [0.062, 0.14], [0.045, 0.22]] as const) line(0, width, `rgb(255 150 70 / ${part})`);
  line(0, 0.034, '#b81f0e');
  line(0.008, 0.016, '#ff6a3d');
  line(0.017, 0.005, '#ffe0a0');
  line(0.062, 0.006, '#ffc95c');
  const light = glowOf('#ffd88a', unit * 0.07);
  for (let at = 0; at <= POSTS; at += 1) {
    const { x, y } = onArch(at / POSTS);
    context.fillStyle = '#ffc95c';
    context.fillRect(x - unit * 0.0035, y - unit * 0.068, unit * 0.007, unit * 0.055);
    put(context, light, { x, y: y - unit * 0.072, size: unit * 0.07 });
  }
};

const actorsOf = ({ width, height, random, quantity }: Place, onArch: (share: number) => Point) => ({
  birds: spread(random, crowd(26, quantity)).map((share, at) => {
    const isLeft = share < 0.5;
    return { share, isLeft, from: { x: isLeft ? -60 : width + 60, y: between(random, 0.05, 0.95) * height }, to: onArch(share), startMs: (isLeft ? share : 1 - share) * 2 * BUILT_MS * 0.72, phase: between(random, 0, 6.3), size: 0.075 + 0.03 * ((at * 3) % 4) / 4 };
  }),
  lights: spread(random, 44).map((share) => ({ from: { x: share < 0.5 ? -20 : width + 20, y: between(random, 0.1, 1) * height }, to: onArch(share), startMs: Math.min(share, 1 - share) * 2 * BUILT_MS * 0.7, phase: between(random, 0, 6.3) })),
  stars: spread(random, 40).map((share) => ({ x: width * share, y: between(random, 0.01, 0.55) * height, size: between(random, 6, 18), phase: between(random, 0, 6.3) })),
  rays: Array.from({ length: 48 }, (_, at) => ({ angle: (at / 48) * 6.283, reach: [1, 0.58, 0.8][at % 3] ?? 1, isRose: at % 3 === 1 })),
});

export const magpieBridge: MakeScene = (place) => {
  const { context, width, height } = place;
  const unit = Math.min(width, height);
  const onArch = archOf(place);
  const { birds, lights, stars, rays } = actorsOf(place, onArch);
  const arch = layerOf(width, height, (layer) => paintArch(layer, onArch, unit));
  const [body, wing] = [spriteOf(bodyOf(MAGPIE), unit * 0.1), spriteOf(partOf(MAGPIE, 'wing'), unit * 0.1)];
  const [gold, white, rose, blue] = [glowOf('#ffd45c', 26), glowOf('#fff4dc', 24), glowOf('#ff7aa8', 64), glowOf('#7ac4ff', 64)];
  const [ray, roseRay, flash] = [streakOf('#ffcf5c', 96, STREAK_TALL), streakOf('#ff6f9c', 96, STREAK_TALL), glowOf('#fff0c0', unit * 0.5)];
  const dusk = duskOf(place, 0.58, '8 8 34');
  const [top, archTop] = [onArch(0.5), Math.floor(height * 0.12)];

  const uncover = (atMs: number, shown: number): void => {
    const half = Math.round(width * 0.5 * clamped((atMs - 500) / (BUILT_MS - 400)));
    if (half < 1) return;
    context.globalAlpha = shown;
    for (const x of [0, width - half]) context.drawImage(arch, x, archTop, half, height - archTop, x, archTop, half, height - archTop);
    context.globalAlpha = 1;
  };
  const fly = (atMs: number, shown: number): void => {
    for (const { from, to, startMs, phase, isLeft, size } of birds) {
      const way = easeOut((atMs - startMs) / 1_200);
      if (way <= 0) continue;
      // Having come, it sits under the deck for a moment, then is bridge.
      const alpha = shown * clamped((startMs + 2_300 - atMs) / 500);
      if (alpha <= 0) continue;
      const at = { x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way - unit * (0.14 * Math.sin(way * Math.PI) + 0.05), size: unit * size, isMirrored: !isLeft, alpha };
      put(context, body, at);
      put(context, wing, { ...at, hinge: 0.02, flapped: 0.35 + 0.65 * Math.sin(atMs / 55 + phase) });
    }
  };
  const meet = (atMs: number, shown: number): void => {
    const walked = clamped((atMs - BUILT_MS + 300) / WALK_MS) * 0.5;
    if (walked > 0 && atMs < MET_MS + 200) {
      for (const [share, glow] of [[walked, rose], [1 - walked, blue]] as const) {
        const { x, y } = onArch(share);
        put(context, glow, { x, y: y - unit * 0.06, size: unit * (0.15 + 0.02 * Math.sin(atMs / 90)), alpha: shown });
        put(context, white, { x, y: y - unit * 0.06, size: unit * 0.05, alpha: shown });
      }
    }
    const burst = (atMs - MET_MS + 300) / 1_500;
    if (burst <= 0 || burst >= 1) return;
    const grown = easeOut(burst);
    if (burst < 0.5) put(context, flash, { x: top.x, y: top.y - unit * 0.06, size: unit * (0.3 + 0.3 * grown), alpha: 1 - burst * 2 });
    for (const { angle, reach, isRose } of rays) {
      const far = unit * 0.5 * reach * grown;
      put(context, isRose ? roseRay : ray, { x: top.x + far * Math.cos(angle), y: top.y - unit * 0.06 + far * Math.sin(angle) + unit * 0.1 * burst * burst, size: unit * (0.08 + 0.14 * (1 - burst)), tall: STREAK_TALL, turn: angle, alpha: clamped((1 - burst) * 1.6) });
    }
  };
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      const shown = fade(atMs / LENGTH_MS, 0.08, 0.16);
      dusk(shown);
      uncover(atMs, shown);
      context.globalCompositeOperation = 'lighter';
      for (const star of stars) put(context, white, { ...star, alpha: 0.85 * shown * (0.5 + 0.5 * Math.sin(star.phase + atMs / 300)) });
      for (const { to, from, startMs, phase } of lights) {
        const way = easeOut((atMs - startMs) / 1_100);
        if (way <= 0) continue;
        put(context, gold, { x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way - unit * 0.1 * Math.sin(way * Math.PI), size: unit * 0.04, alpha: shown * (0.65 + 0.35 * Math.sin(phase + atMs / 120)) });
      }
      context.globalCompositeOperation = 'source-over';
      fly(atMs, shown);
      context.globalCompositeOperation = 'lighter';
      meet(atMs, shown);
      context.globalCompositeOperation = 'source-over';
    },
  };
};
