// Gives a large gift the whole picture for some seconds. A performance ends by itself, leaves the canvas empty, and draws on
// nothing but its canvas; its bitmap is bounded, so that a large screen costs no more than a small one.

import type { GiftAnimation } from '../../../../shared/messages/gifts.ts';
import { PICTURES } from './pictures.ts';
import { randomFrom } from './scene.ts';
import type { MakeScene } from './scene.ts';
import { drift } from './scenes/drift.ts';
import { fireflies } from './scenes/fireflies.ts';
import { fireworks } from './scenes/fireworks.ts';
import { flock } from './scenes/flock.ts';
import { magpieBridge } from './scenes/magpie-bridge.ts';
import { moonrise } from './scenes/moonrise.ts';
import { regatta } from './scenes/regatta.ts';
import { shoal } from './scenes/shoal.ts';
import { still } from './scenes/still.ts';

export type Wish = {
  readonly animation: GiftAnimation;
  readonly quantity: number;
  readonly seed: number;
  /** The page's person wants no motion. */
  readonly isReduced: boolean;
};
export type Performance = { readonly done: Promise<void>; readonly stop: () => void };

/** Of the bitmap, whatever the screen has: without a graphics card each pixel costs. */
const PIXELS_MAX = 960 * 540;

export const SCENES: Readonly<Record<GiftAnimation, MakeScene>> = {
  lantern: drift({ to: 'top', count: 24, size: 0.21, swing: 0.12, glow: '#ffb347', dusk: 0.45 }),
  rose: drift({ to: 'bottom', count: 22, size: 0.17, swing: 0.6, glow: '#ffb3c8', dusk: 0.2, flecks: '#ff6f95' }),
  tea: drift({ to: 'top', count: 20, size: 0.17, swing: 0.14, glow: '#fff1d6', dusk: 0.2, flecks: '#ffe9c4' }),
  bamboo: drift({ to: 'top', count: 22, size: 0.2, swing: 0.1, glow: '#b6f0a0', dusk: 0.2, flecks: '#9fe37c' }),
  kite: drift({ to: 'right', count: 16, size: 0.24, swing: 0.22, glow: '#cfe9ff', dusk: 0.16 }),
  bell: drift({ to: 'bottom', count: 20, size: 0.18, swing: 0.3, glow: '#bfeaff', dusk: 0.24, flecks: '#ffd7e4' }),
  umbrella: drift({ to: 'bottom', count: 18, size: 0.23, swing: 0.3, glow: '#ffc9b0', dusk: 0.24, flecks: '#ffb0c4' }),
  firefly: fireflies, koi: shoal, crane: flock, moon: moonrise, boat: regatta, fireworks, bridge: magpieBridge,
};

const fit = (canvas: HTMLCanvasElement): void => {
  const [width, height] = [Math.max(1, canvas.clientWidth), Math.max(1, canvas.clientHeight)];
  const scale = Math.min(1, Math.sqrt(PIXELS_MAX / (width * height)));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
};

/** Begins at once. `done` also comes after `stop`, and where there is nothing to draw on. */
export const perform = (canvas: HTMLCanvasElement, { animation, quantity, seed, isReduced }: Wish): Performance => {
  fit(canvas);
  const context = canvas.getContext('2d');
  if (!context) return { done: Promise.resolve(), stop: () => {} };
  const { width, height } = canvas;
  const make = isReduced ? still : SCENES[animation];
  const scene = make({ context, width, height, random: randomFrom(seed), picture: PICTURES[animation], quantity });
  let frame = 0;
  let end = (): void => {};
  const done = new Promise<void>((resolve) => {
    end = () => {
      cancelAnimationFrame(frame);
      context.clearRect(0, 0, width, height);
      resolve();
    };
  });
  let startMs: number | null = null;
  const draw = (nowMs: number): void => {
    startMs ??= nowMs;
    if (nowMs - startMs >= scene.lengthMs) return end();
    context.clearRect(0, 0, width, height);
    scene.draw(nowMs - startMs);
    frame = requestAnimationFrame(draw);
  };
  frame = requestAnimationFrame(draw);
  return { done, stop: end };
};
