// A full moon rises behind drifting clouds, and stars come out around it.

import type { MakeScene } from '../scene.ts';
import { between, easeOut, fade, put } from '../scene.ts';
import { PICTURES } from '../pictures.ts';
import { glowOf, spriteOf } from '../sprite.ts';

const LENGTH_MS = 5_600;
const STARS = 46;

export const moonrise: MakeScene = ({ context, width, height, random, picture }) => {
  const unit = Math.min(width, height);
  const size = unit * 0.62;
  const moon = spriteOf(picture.slice(0, -1), size);
  const cloud = spriteOf(picture.slice(-1), unit * 0.5);
  const [glow, spark] = [glowOf('#ffe9a8', unit * 0.7), glowOf('#fff6d8', 24)];
  const lantern = spriteOf(PICTURES.lantern, unit * 0.1);
  const stars = Array.from({ length: STARS }, () => ({
    x: between(random, 0, width), y: between(random, 0, height * 0.8), size: between(random, 6, 22), phase: between(random, 0, 6.3), startMs: between(random, 300, 2_200),
  }));
  const clouds = Array.from({ length: 5 }, (_, at) => ({ x: (at / 4) * width, y: height * between(random, 0.5, 0.72), size: unit * between(random, 0.36, 0.6), drift: between(random, -0.06, 0.06) * width }));
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      const share = atMs / LENGTH_MS;
      const shown = fade(share, 0.12, 0.18);
      const y = height * (1.15 - 0.72 * easeOut(share * 1.7));
      for (const star of stars) put(context, spark, { ...star, alpha: shown * Math.min(1, Math.max(0, (atMs - star.startMs) / 500)) * (0.55 + 0.45 * Math.sin(star.phase + atMs / 260)) });
      put(context, glow, { x: width / 2, y: y - size * 0.04, size: size * 1.7, alpha: 0.7 * shown });
      put(context, moon, { x: width / 2, y, size, alpha: shown });
      for (const { x, y: height_, size: cloudSize, drift } of clouds) put(context, cloud, { x: x + drift * share * 2, y: height_, size: cloudSize, alpha: 0.82 * shown });
      for (let at = 0; at < 6; at += 1) {
        const risen = (share * 1.25 + at / 6) % 1;
        put(context, lantern, { x: width * (0.1 + at * 0.16) + 12 * Math.sin(atMs / 500 + at), y: height * (1.05 - risen), size: unit * 0.09, alpha: shown * fade(risen) });
      }
    },
  };
};
