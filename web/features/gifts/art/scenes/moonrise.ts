// A full moon climbs on an arc to the upper right, behind clouds; stars come out, lanterns rise to it, osmanthus falls.

import type { MakeScene, Place } from '../scene.ts';
import { between, clamped, crowd, duskOf, easeOut, fade, put, spread } from '../scene.ts';
import { PICTURES } from '../pictures.ts';
import { bodyOf, partOf } from '../shapes.ts';
import { glowOf, layerOf, litOf, spriteOf } from '../sprite.ts';

const LENGTH_MS = 6_000;
const STARS = 40;
const FLOWERS = 30;
/** Of its halo, in sizes of the moon. */
const LIGHT = 1.5;
/** Where the cloud lies in its picture: the empty rest would cost as much as the cloud. */
const CLOUD = { top: 0.61, tall: 0.32 } as const;

const actorsOf = ({ width, height, random, quantity }: Place, unit: number) => ({
  stars: spread(random, STARS).map((share) => ({ x: width * share, y: height * between(random, 0.02, 0.62), size: between(random, 6, 20), phase: between(random, 0, 6.3), startMs: between(random, 300, 2_400) })),
  flowers: spread(random, FLOWERS).map((share) => ({ x: width * share, startMs: between(random, 900, 3_200), ms: between(random, 2_300, 2_800), size: unit * between(random, 0.014, 0.026), phase: between(random, 0, 6.3) })),
  lanterns: spread(random, crowd(8, quantity)).map((share, at) => ({ x: width * share, startMs: 300 + at * 230, size: unit * (0.06 + 0.05 * ((at * 5) % 8) / 8), phase: between(random, 0, 6.3) })),
  clouds: [-0.02, 0.2, 0.46, 0.72, 0.98].map((x, at) => ({ x: x * width, y: height * (at % 2 === 0 ? 0.74 : 0.82), size: unit * between(random, 0.5, 0.72), drift: (at % 2 === 0 ? 0.09 : -0.06) * width })),
});

export const moonrise: MakeScene = (place) => {
  const { context, width, height, picture } = place;
  const unit = Math.min(width, height);
  const size = unit * 0.54;
  const moon = litOf(bodyOf(picture), size, '#ffe9a8', LIGHT, 0.75);
  const cloud = layerOf(unit * 0.6, unit * 0.6 * CLOUD.tall, (layer, px) => layer.drawImage(spriteOf(partOf(picture, 'ground'), px), 0, -px * CLOUD.top));
  const [spark, osmanthus] = [glowOf('#fff6d8', 24), glowOf('#ffbe3d', 18)];
  const lantern = spriteOf(PICTURES.lantern, unit * 0.1);
  const { stars, flowers, lanterns, clouds } = actorsOf(place, unit);
  const dusk = duskOf(place, 0.55);
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      const shown = fade(atMs / LENGTH_MS, 0.12, 0.16);
      const risen = easeOut(atMs / 3_600);
      const [x, y] = [width * (0.5 + 0.24 * risen), height * (1.2 - 0.84 * Math.sin(risen * 1.571))];
      dusk(shown);
      for (const star of stars) put(context, spark, { ...star, alpha: shown * clamped((atMs - star.startMs) / 500) * (0.55 + 0.45 * Math.sin(star.phase + atMs / 260)) });
      put(context, moon, { x, y, size: size * LIGHT, alpha: shown });
      for (const { x: from, size: cloudSize, y: level, drift } of clouds) {
        put(context, cloud, { x: from + drift * (atMs / LENGTH_MS), y: level - cloudSize * 0.08 + height * 0.14 * (1 - risen), size: cloudSize, tall: CLOUD.tall, alpha: 0.86 * shown });
      }
      for (const { x: from, startMs, size: lanternSize, phase } of lanterns) {
        const share = (atMs - startMs) / 3_400;
        if (share > 0 && share < 1) put(context, lantern, { x: from + unit * 0.03 * Math.sin(phase + share * 7), y: height * (1.1 - 1.15 * share), size: lanternSize, turn: 0.1 * Math.sin(phase + share * 7), alpha: fade(share) * shown });
      }
      for (const { x: from, startMs, ms, size: flowerSize, phase } of flowers) {
        const share = (atMs - startMs) / ms;
        if (share > 0 && share < 1) put(context, osmanthus, { x: from + unit * 0.06 * Math.sin(phase + share * 6), y: height * (-0.05 + 1.1 * share), size: flowerSize * (1 + 0.4 * Math.sin(phase + share * 30)), alpha: 0.95 * fade(share) });
      }
    },
  };
};
