// For who wants no motion: the picture, large, in the middle. It comes and goes without moving.

import type { MakeScene } from '../scene.ts';
import { put } from '../scene.ts';
import { spriteOf } from '../sprite.ts';

const LENGTH_MS = 3_000;

export const still: MakeScene = ({ context, width, height, picture }) => {
  const size = Math.min(width, height) * 0.42;
  const sprite = spriteOf(picture, size);
  return { lengthMs: LENGTH_MS, draw: () => put(context, sprite, { x: width / 2, y: height * 0.55, size }) };
};
