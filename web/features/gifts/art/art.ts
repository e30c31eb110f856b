// Gives a large gift the whole picture for some seconds. A performance ends by itself, leaves the canvas empty, and draws on
// nothing but its canvas; its bitmap is bounded, so that a large screen costs no more than a small one.

import type { GiftAnimation } from '../../../../shared/messages/gifts.ts';
import { PICTURES } from './pictures.ts';
import { randomFrom } from './scene.ts';
import type { MakeScene } from './scene.ts';
import { flock, shoal } from './scenes/crossing.ts';
import { fireworks } from './scenes/fireworks.ts';
import { magpieBridge } from './scenes/magpie-bridge.ts';
import { moonrise } from './scenes/moonrise.ts';
import { regatta } from './scenes/regatta.ts';
import { rising } from './scenes/rising.ts';
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
  lantern: rising, rose: rising, tea: rising, bamboo: rising, firefly: rising, kite: rising, bell: rising, umbrella: rising,
  koi: shoal, crane: flock, moon: moonrise, boat: regatta, fireworks, bridge: magpieBridge,
};

const fit = (canvas: HTMLCanvasElement): void => {
  const [width, height] = [Math.max(1, canvas.clientWidth), Math.max(1, canvas.clientHeight)];
  const scale = Math.min(1, Math.sqrt(PIXELS_MAX / (width * height)));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
};

/** Begins at once. `done` also comes after `stop`, and where there is nothing to draw on. */
export const perform = (canvas: HTMLCanvasElement, { animation, seed, isReduced }: Wish): Performance => {
  fit(canvas);
  const context = canvas.getContext('2d');
  if (!context) return { done: Promise.resolve(), stop: () => {} };
  const { width, height } = canvas;
  const make = isReduced ? still : SCENES[animation];
  const scene = make({ context, width, height, random: randomFrom(seed), picture: PICTURES[animation] });
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
