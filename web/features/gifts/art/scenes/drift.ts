// Many of it drift through the picture, near and far: up as lanterns do, down as flowers and umbrellas do, or across on the wind.

import type { MakeScene } from '../scene.ts';
import { between, crowd, duskOf, fade, put, spread } from '../scene.ts';
import { glowOf, litOf } from '../sprite.ts';

const LENGTH_MS = 5_000;
/** Of its light, in sizes of it. */
const LIGHT = 1.4;

type Way = {
  readonly to: 'top' | 'bottom' | 'right';
  readonly count: number;
  /** Of the nearest, in shares of the smaller side. */
  readonly size: number;
  /** How far it swings round, in radians. */
  readonly swing: number;
  /** The light around each. */
  readonly glow: string;
  readonly dusk: number;
  /** Small ones that come along: the light's colour. */
  readonly flecks?: string;
};

export const drift = (way: Way): MakeScene => (place) => {
  const { context, width, height, random, picture, quantity } = place;
  const unit = Math.min(width, height);
  const [sprite, fleck] = [litOf(picture, unit * way.size, way.glow, LIGHT, 0.5), glowOf(way.flecks ?? way.glow, 18)];
  const dusk = duskOf(place, way.dusk);
  const count = crowd(way.count, quantity);
  const starts = spread(random, count);
  const ones = spread(random, count).map((lane, at) => {
    const near = (at + 1) / count; // the far ones are drawn first
    return { lane, startMs: 1_900 * (starts[at] ?? 0), ms: between(random, 2_900, 3_100), size: unit * way.size * (0.4 + 0.6 * near), sway: between(random, 0.012, 0.035) * width, phase: between(random, 0, 6.3), alpha: 0.6 + 0.4 * near };
  });
  const flecks = spread(random, way.flecks ? 40 : 0).map((lane) => ({ lane, startMs: between(random, 0, 2_400), ms: between(random, 2_000, 2_600), size: unit * between(random, 0.012, 0.026), phase: between(random, 0, 6.3) }));
  const placeOf = (lane: number, share: number, aside: number) => {
    if (way.to === 'right') return { x: width * (-0.15 + 1.3 * share), y: height * (0.1 + 0.85 * lane - 0.25 * share) + aside };
    const along = height * (-0.15 + 1.3 * share);
    return { x: width * lane + aside, y: way.to === 'bottom' ? along : height - along };
  };
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      dusk(fade(atMs / LENGTH_MS, 0.12, 0.2));
      for (const { lane, startMs, ms, size, phase } of flecks) {
        const share = (atMs - startMs) / ms;
        if (share > 0 && share < 1) put(context, fleck, { ...placeOf(lane, share, unit * 0.05 * Math.sin(phase + share * 8)), size, alpha: 0.9 * fade(share) });
      }
      for (const { lane, startMs, ms, size, sway, phase, alpha } of ones) {
        const share = (atMs - startMs) / ms;
        if (share <= 0 || share >= 1) continue;
        const swung = Math.sin(phase + share * 7);
        put(context, sprite, { ...placeOf(lane, share, sway * swung), size: size * LIGHT, turn: way.swing * swung, alpha: alpha * fade(share) });
      }
    },
  };
};
