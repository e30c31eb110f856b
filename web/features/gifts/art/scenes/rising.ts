// Many of it rise from below, swaying, near and far: sky lanterns, and whatever has no performance of its own.

import type { MakeScene } from '../scene.ts';
import { between, fade, put } from '../scene.ts';
import { glowOf, spriteOf } from '../sprite.ts';

const LENGTH_MS = 5_200;
const COUNT = 26;

export const rising: MakeScene = ({ context, width, height, random, picture }) => {
  const unit = Math.min(width, height);
  const sprite = spriteOf(picture, unit * 0.2);
  const glow = glowOf('#ffb347', unit * 0.2);
  const ones = Array.from({ length: COUNT }, (_, at) => {
    const near = at / COUNT; // the far ones are drawn first
    return {
      x: between(random, 0.04, 0.96) * width, startMs: between(random, 0, 1_900), ms: between(random, 2_900, 3_600) - near * 500,
      size: unit * (0.07 + 0.13 * near), sway: between(random, 0.01, 0.03) * width, phase: between(random, 0, 6.3), alpha: 0.55 + 0.45 * near,
    };
  });
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      for (const { x, startMs, ms, size, sway, phase, alpha } of ones) {
        const share = (atMs - startMs) / ms;
        if (share <= 0 || share >= 1) continue;
        const swing = Math.sin(phase + share * 7);
        const at = { x: x + sway * swing, y: height * (1.12 - 1.3 * share), size, turn: swing * 0.12 };
        put(context, glow, { ...at, size: size * 1.7, alpha: alpha * 0.55 * fade(share) });
        put(context, sprite, { ...at, alpha: alpha * fade(share) });
      }
    },
  };
};
