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
  /** How many were given at once; more of them fill the picture more. */
  readonly quantity: number;
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

/** So many of a crowd for this quantity: up to twice as many for a hundred, then no more, because each costs its part of a frame. */
export const crowd = (count: number, quantity: number): number => Math.round(count * (1 + 0.5 * Math.min(2, Math.log10(Math.max(1, quantity)))));

/** `count` shares of a whole in random order, one out of each equal part of it: chance alone leaves holes and heaps. */
export const spread = (random: () => number, count: number): number[] => {
  const shares = Array.from({ length: count }, (_, at) => (at + 0.15 + 0.7 * random()) / count);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [shares[at], shares[other]] = [shares[other] ?? 0, shares[at] ?? 0];
  }
  return shares;
};

type Ground = { readonly context: CanvasRenderingContext2D; readonly width: number; readonly height: number };

/** Dims the picture from its edges, so that lights stand out; the middle, where people are, stays the clearest. `color` is `r g b`. */
export const duskOf = ({ context, width, height }: Ground, depth: number, color = '10 12 28'): ((share: number) => void) => {
  const gradient = context.createLinearGradient(0, 0, 0, height);
  for (const [at, part] of [[0, 1], [0.5, 0.5], [1, 0.9]] as const) gradient.addColorStop(at, `rgb(${color} / ${(depth * part).toFixed(3)})`);
  return (share) => {
    context.globalAlpha = clamped(share);
    context.fillStyle = gradient;
    context.fillRect(0, 0, width, height);
    context.globalAlpha = 1;
  };
};

export type At = {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  /** Of the height, as a share of `size`. */
  readonly tall?: number;
  readonly turn?: number;
  readonly alpha?: number;
  /** Looks the other way. */
  readonly isMirrored?: boolean;
  /** What moves within the sprite: squeezed or leant around a level, which is a share of `size` below the middle. */
  readonly flapped?: number;
  readonly leant?: number;
  readonly hinge?: number;
};

/** Draws a sprite around a point. */
export const put = (context: CanvasRenderingContext2D, sprite: CanvasImageSource, at: At): void => {
  const { size, tall = 1, hinge = 0 } = at;
  context.globalAlpha = clamped(at.alpha ?? 1);
  context.translate(at.x, at.y);
  if (at.turn) context.rotate(at.turn);
  if (at.isMirrored) context.scale(-1, 1);
  context.translate(0, hinge * size);
  if (at.flapped !== undefined || at.leant !== undefined) context.transform(1, 0, at.leant ?? 0, at.flapped ?? 1, 0, 0);
  context.drawImage(sprite, -size / 2, (-tall / 2 - hinge) * size, size, tall * size);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
};
