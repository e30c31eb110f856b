// The bridge of the magpies: lights gather from both sides into an arch over the picture, stars stand above it, and it glows.

import type { MakeScene } from '../scene.ts';
import { between, clamped, easeOut, fade, put } from '../scene.ts';
import { PICTURES } from '../pictures.ts';
import { glowOf, spriteOf } from '../sprite.ts';

const LENGTH_MS = 6_000;
const LIGHTS = 90;
const BUILT_MS = 2_600;

export const magpieBridge: MakeScene = ({ context, width, height, random, picture }) => {
  const unit = Math.min(width, height);
  const [warm, gold, white] = [glowOf('#ff8a4c', 40), glowOf('#ffd45c', 40), glowOf('#fff4dc', 26)];
  const crane = spriteOf(PICTURES.crane, unit * 0.12);
  const bridge = spriteOf(picture, unit * 0.5);
  const [left, right, foot, top] = [width * 0.06, width * 0.94, height * 0.82, height * 0.26];
  const onArch = (share: number) => ({ x: left + (right - left) * share, y: foot - (foot - top) * Math.sin(share * Math.PI) });
  const lights = Array.from({ length: LIGHTS }, (_, at) => {
    const share = at / (LIGHTS - 1);
    const isLeft = share < 0.5;
    return { to: onArch(share), from: { x: isLeft ? -40 : width + 40, y: between(random, 0.2, 1) * height }, startMs: BUILT_MS * 0.62 * (isLeft ? share * 2 : (1 - share) * 2), glow: at % 3 === 0 ? gold : warm, phase: random() * 6.283 };
  });
  const stars = Array.from({ length: 40 }, () => ({ x: between(random, 0, width), y: between(random, 0, height * 0.5), size: between(random, 6, 20), phase: between(random, 0, 6.3) }));
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      const shown = fade(atMs / LENGTH_MS, 0.06, 0.16);
      context.globalCompositeOperation = 'lighter';
      for (const star of stars) put(context, white, { ...star, alpha: 0.8 * shown * (0.5 + 0.5 * Math.sin(star.phase + atMs / 300)) });
      for (const { to, from, startMs, glow, phase } of lights) {
        const way = easeOut((atMs - startMs) / 1_000);
        if (way <= 0) continue;
        const flicker = 0.78 + 0.22 * Math.sin(phase + atMs / 170);
        const at = { x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way - unit * 0.12 * Math.sin(way * Math.PI) };
        put(context, glow, { ...at, size: unit * 0.075 * flicker, alpha: shown });
        put(context, glow, { ...at, y: at.y + (foot - at.y) * 0.16 + unit * 0.1, size: unit * 0.045, alpha: 0.5 * shown * clamped(way * 2 - 1) });
      }
      context.globalCompositeOperation = 'source-over';
      for (let at = 0; at < 8; at += 1) {
        const isLeft = at % 2 === 0;
        const share = clamped((atMs - at * 210) / 3_200);
        const { x, y } = onArch(isLeft ? share * 0.5 : 1 - share * 0.5);
        if (share > 0 && share < 1) put(context, crane, { x, y: y - unit * 0.07, size: unit * 0.1, flapped: 0.72 + 0.28 * Math.sin(atMs / 70 + at), alpha: shown * fade(share, 0.1, 0.12) });
      }
      const risen = easeOut((atMs - BUILT_MS) / 900);
      if (risen > 0) put(context, bridge, { x: width / 2, y: height * 0.56, size: unit * 0.5 * (0.6 + 0.4 * risen), alpha: shown * risen });
    },
  };
};
