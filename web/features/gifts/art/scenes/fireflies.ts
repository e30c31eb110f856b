// A summer night full of fireflies: each wanders on its own loops and lights up in its own time.

import type { MakeScene } from '../scene.ts';
import { between, crowd, duskOf, fade, put, spread } from '../scene.ts';
import { glowOf, spriteOf } from '../sprite.ts';

const LENGTH_MS = 5_400;
const COUNT = 44;
const NEAR = 9;

export const fireflies: MakeScene = (place) => {
  const { context, width, height, random, picture, quantity } = place;
  const unit = Math.min(width, height);
  const [light, core, sprite] = [glowOf('#d9ff5c', unit * 0.09), glowOf('#fffde0', 16), spriteOf(picture, unit * 0.12)];
  const dusk = duskOf(place, 0.5, '6 20 24');
  const count = crowd(COUNT, quantity);
  const levels = spread(random, count);
  const ones = spread(random, count).map((lane, at) => ({
    x: width * lane, y: height * (levels[at] ?? 0), isNear: at < NEAR, size: unit * between(random, 0.035, 0.075), phase: between(random, 0, 6.3), blinks: between(random, 1.6, 2.8),
    reach: unit * between(random, 0.06, 0.16), rounds: between(random, 0.7, 1.4), startMs: between(random, 0, 1_200),
  }));
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      const shown = fade(atMs / LENGTH_MS, 0.12, 0.2);
      dusk(shown);
      for (const { x, y, isNear, size, phase, blinks, reach, rounds, startMs } of ones) {
        const angle = phase + (atMs / 1_000) * rounds;
        const at = { x: x + reach * Math.sin(angle * 1.3) + reach * 0.4 * Math.sin(angle * 3.1), y: y + reach * Math.cos(angle) - unit * 0.00003 * atMs };
        const lit = shown * fade((atMs - startMs) / (LENGTH_MS - startMs)) * (0.25 + 0.75 * Math.max(0, Math.sin(phase + (atMs / 1_000) * blinks)));
        put(context, light, { ...at, size: size * (isNear ? 2 : 1.2), alpha: lit });
        if (isNear) put(context, sprite, { ...at, size: unit * 0.11, turn: 0.3 * Math.sin(angle * 2), alpha: shown * fade((atMs - startMs) / (LENGTH_MS - startMs)) });
        else put(context, core, { ...at, size: size * 0.4, alpha: lit });
      }
    },
  };
};
