// Rockets climb over the darkened picture and burst: peonies of streaks, double rings, golden willows. The last ones come together.

import type { MakeScene, Place } from '../scene.ts';
import { between, clamped, crowd, duskOf, easeOut, fade, put, spread } from '../scene.ts';
import { glowOf, streakOf } from '../sprite.ts';

const LENGTH_MS = 6_000;
const CLIMB_MS = 620;
const BURST_MS = 1_650;
const STREAK_TALL = 0.16;
const COLORS = ['#ff4a2e', '#ffc93c', '#37b3f0', '#ff6ac0', '#4fdc8a', '#b98bff'] as const;
const GOLD = 1;
const KINDS = ['peony', 'rings', 'willow', 'peony'] as const;
const SPARKS = { peony: 40, rings: 40, willow: 34 } as const;
/** How long the streaks are, how far they fall, how soon they fade. */
const LOOKS = { peony: { long: 0.34, fall: 0.35, fades: 1.5 }, rings: { long: 0.16, fall: 0.3, fades: 1.7 }, willow: { long: 0.5, fall: 1.05, fades: 1.15 } } as const;

const rocketsOf = ({ width, height, random, quantity }: Place, unit: number) => {
  const early = crowd(7, quantity);
  const places = spread(random, early + 4);
  return places.map((place, at) => {
    const kind = at < early ? (KINDS[at % KINDS.length] ?? 'peony') : 'peony';
    const count = SPARKS[kind];
    return {
      kind, color: kind === 'willow' ? GOLD : at % COLORS.length, inner: kind === 'willow' ? GOLD : (at + 2) % COLORS.length,
      startMs: at < early ? (at / early) * 2_900 : 3_350 + (at - early) * 110,
      x: width * (0.08 + 0.84 * place), y: height * between(random, 0.16, 0.44), radius: unit * between(random, 0.26, 0.42) * (kind === 'willow' ? 1.1 : 1),
      lean: between(random, -0.06, 0.06) * width,
      sparks: Array.from({ length: count }, (_, spark) => ({
        angle: (spark / count) * 6.283 + between(random, -0.06, 0.06), isInner: kind === 'rings' ? spark % 2 === 0 : spark % 3 === 0,
        reach: kind === 'rings' ? (spark % 2 === 0 ? 0.5 : 1) : spark % 3 === 0 ? between(random, 0.4, 0.6) : between(random, 0.84, 1), phase: between(random, 0, 6.3),
      })),
    };
  });
};
type Rocket = ReturnType<typeof rocketsOf>[number];

export const fireworks: MakeScene = (place) => {
  const { context, width, height } = place;
  const unit = Math.min(width, height);
  const streaks = COLORS.map((color) => streakOf(color, 64, STREAK_TALL));
  const [flash, ember] = [glowOf('#fff4d0', unit * 0.4), glowOf('#ffd9a0', 18)];
  const rockets = rocketsOf(place, unit);
  const dusk = duskOf(place, 0.5);
  const climb = ({ x, y, lean }: Rocket, climbed: number): void => {
    for (let tail = 0; tail < 6; tail += 1) {
      const share = easeOut(climbed - tail * 0.035);
      put(context, ember, { x: x - lean * (1 - share), y: height * 1.02 - (height * 1.02 - y) * share, size: 18 - tail * 2.4, alpha: 1 - tail * 0.16 });
    }
  };
  const burst = ({ kind, color, inner, x, y, radius, sparks }: Rocket, share: number): void => {
    const { long, fall, fades } = LOOKS[kind];
    const grown = easeOut(share * 1.2);
    if (share < 0.14) put(context, flash, { x, y, size: radius * 1.5, alpha: 0.9 * (1 - share / 0.14) });
    const alpha = clamped((1 - share) * fades);
    const size = radius * long * (0.35 + 0.65 * clamped(1 - share * 0.7));
    for (const { angle, reach, isInner, phase } of sparks) {
      const streak = streaks[isInner ? inner : color];
      if (!streak) continue;
      const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
      const far = radius * reach * grown;
      // It points where it flies: outwards first, down in the end.
      const turn = Math.atan2(sin * (1 - share) + fall * share * 1.6, cos * (1 - share * 0.8));
      const twinkle = share < 0.55 ? 1 : 0.6 + 0.4 * Math.sin(phase + share * 60);
      put(context, streak, { x: x + far * cos, y: y + far * sin + radius * fall * share * share, size, tall: STREAK_TALL, turn, alpha: alpha * twinkle });
    }
  };
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      dusk(fade(atMs / LENGTH_MS, 0.08, 0.16));
      context.globalCompositeOperation = 'lighter';
      for (const rocket of rockets) {
        const climbed = (atMs - rocket.startMs) / CLIMB_MS;
        const share = (atMs - rocket.startMs - CLIMB_MS) / BURST_MS;
        if (climbed > 0 && climbed < 1) climb(rocket, climbed);
        if (share > 0 && share < 1) burst(rocket, share);
      }
      context.globalCompositeOperation = 'source-over';
    },
  };
};
