// What a performance is: something that draws itself for a moment of its time. Scenes know the canvas' size and chance, nothing else.

import type { Picture } from './shapes.ts';

export type Place = {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  /** From 0 to 1, the same for the same seed on every page. */
  readonly random: () => number;
  /** Of the gift itself. */
  readonly picture: Picture;
};

export type Scene = {
  readonly lengthMs: number;
  readonly draw: (atMs: number) => void;
};
export type MakeScene = (place: Place) => Scene;

/** A small generator of numbers (mulberry32), so that a performance can be seen again as it was. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

export const clamped = (share: number): number => Math.min(1, Math.max(0, share));
/** Slow at the end. */
export const easeOut = (share: number): number => 1 - (1 - clamped(share)) ** 3;
/** Comes in the first tenth, goes in the last fifth. */
export const fade = (share: number, comes = 0.1, goes = 0.2): number => clamped(Math.min(share / comes, (1 - share) / goes));
export const between = (random: () => number, from: number, to: number): number => from + random() * (to - from);

/** Draws a sprite around a point. */
export const put = (
  context: CanvasRenderingContext2D,
  sprite: CanvasImageSource,
  at: { readonly x: number; readonly y: number; readonly size: number; readonly turn?: number; readonly alpha?: number; readonly flapped?: number },
): void => {
  context.globalAlpha = clamped(at.alpha ?? 1);
  context.translate(at.x, at.y);
  if (at.turn) context.rotate(at.turn);
  if (at.flapped !== undefined) context.scale(1, at.flapped);
  context.drawImage(sprite, -at.size / 2, -at.size / 2, at.size, at.size);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
};
