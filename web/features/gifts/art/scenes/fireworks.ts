// Rockets climb and burst into rings that fall and fade; the last three come together.

import type { MakeScene } from '../scene.ts';
import { between, clamped, easeOut, put } from '../scene.ts';
import { glowOf } from '../sprite.ts';

const LENGTH_MS = 5_800;
const CLIMB_MS = 650;
const BURST_MS = 1_700;
const SPARKS = 44;
const COLORS = ['#ff5a3c', '#ffd45c', '#37b3f0', '#ff7ac8', '#5bd08a', '#c59bff'];

export const fireworks: MakeScene = ({ context, width, height, random }) => {
  const unit = Math.min(width, height);
  const glows = COLORS.map((color) => glowOf(color, 32));
  const flash = glowOf('#fff4d0', unit * 0.4);
  const rockets = Array.from({ length: 10 }, (_, at) => ({
    startMs: at < 7 ? at * 430 : 3_250 + (at - 7) * 90,
    x: between(random, 0.14, 0.86) * width, y: between(random, 0.16, 0.48) * height, radius: unit * between(random, 0.24, 0.4),
    glow: glows[at % glows.length] ?? flash,
    inner: glows[(at + 2) % glows.length] ?? flash,
    sparks: Array.from({ length: SPARKS }, (__, spark) => ({ angle: (spark / SPARKS) * 6.283 + between(random, -0.05, 0.05), reach: spark % 3 === 0 ? 0.55 : between(random, 0.86, 1) })),
  }));
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      context.globalCompositeOperation = 'lighter';
      for (const { startMs, x, y, radius, glow, inner, sparks } of rockets) {
        const climbed = (atMs - startMs) / CLIMB_MS;
        if (climbed > 0 && climbed < 1) {
          for (let tail = 0; tail < 5; tail += 1) put(context, inner, { x, y: height - (height - y) * easeOut(climbed - tail * 0.03), size: 22 - tail * 3, alpha: 0.9 - tail * 0.16 });
        }
        const share = (atMs - startMs - CLIMB_MS) / BURST_MS;
        if (share <= 0 || share >= 1) continue;
        const grown = easeOut(share * 1.25);
        if (share < 0.16) put(context, flash, { x, y, size: radius * 1.6, alpha: 0.8 * (1 - share / 0.16) });
        const alpha = clamped((1 - share) * 1.7);
        for (const { angle, reach } of sparks) {
          const far = radius * reach * grown;
          const fall = radius * 0.55 * share * share;
          put(context, reach < 0.6 ? inner : glow, { x: x + far * Math.cos(angle), y: y + far * Math.sin(angle) + fall, size: 20 * (1.15 - 0.6 * share), alpha });
        }
      }
      context.globalCompositeOperation = 'source-over';
    },
  };
};
