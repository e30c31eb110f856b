// A flock or a shoal of it crosses the picture on curved ways: paper cranes that flap, koi that wind themselves along.

import type { MakeScene } from '../scene.ts';
import { between, clamped, put } from '../scene.ts';
import { spriteOf } from '../sprite.ts';

type Way = { readonly count: number; readonly size: number; readonly flapsPerS: number; readonly rise: number; readonly wind: number };

const LENGTH_MS = 5_400;
const CROSSING_MS = 3_000;

const crossing = (way: Way): MakeScene => ({ context, width, height, random, picture }) => {
  const unit = Math.min(width, height);
  const sprite = spriteOf(picture, unit * way.size);
  const ones = Array.from({ length: way.count }, (_, at) => {
    const near = (at + 1) / way.count;
    return {
      startMs: ((at * 7) % way.count) / way.count * (LENGTH_MS - CROSSING_MS) + between(random, -80, 80), y: between(random, 0.22, 0.88) * height, size: unit * way.size * (0.45 + 0.55 * near),
      wind: between(random, 0.5, 1) * way.wind * height, phase: between(random, 0, 6.3), alpha: 0.6 + 0.4 * near,
    };
  });
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      for (const { startMs, y, size, wind, phase, alpha } of ones) {
        const share = (atMs - startMs) / CROSSING_MS;
        if (share <= 0 || share >= 1) continue;
        const angle = phase + share * 6.3;
        const flapped = way.flapsPerS === 0 ? 1 : 0.72 + 0.28 * Math.sin((atMs / 1_000) * way.flapsPerS * 6.3 + phase);
        put(context, sprite, {
          x: width * (-0.12 + 1.24 * share), y: y - way.rise * height * share + wind * Math.sin(angle), size, flapped,
          turn: Math.atan2(wind * 6.3 * Math.cos(angle) - way.rise * height, width * 1.24), alpha: alpha * clamped(Math.min(share, 1 - share) * 12),
        });
      }
    },
  };
};

export const flock = crossing({ count: 34, size: 0.16, flapsPerS: 2.2, rise: 0.28, wind: 0.05 });
export const shoal = crossing({ count: 9, size: 0.24, flapsPerS: 0, rise: 0.04, wind: 0.09 });
