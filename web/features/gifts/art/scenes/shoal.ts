// Koi swim through the picture as through a pond: each bends along its length, rings spread on the water, bubbles rise.

import type { MakeScene, Place } from '../scene.ts';
import { between, crowd, duskOf, fade, put, spread } from '../scene.ts';
import { glowOf, spriteOf } from '../sprite.ts';
import type { Sprite } from '../sprite.ts';

const LENGTH_MS = 5_600;
const CROSSING_MS = 3_500;
const COUNT = 9;
const STRIPS = 14;
/** The picture shows the fish leaping; so far it is turned to lie level. */
const LEVEL = 0.43;

type Swimmer = { readonly x: number; readonly y: number; readonly size: number; readonly turn: number; readonly isMirrored: boolean; readonly beat: number };

/** In upright strips, each moved across by a wave that grows towards the tail. */
const swim = (context: CanvasRenderingContext2D, sprite: Sprite, { x, y, size, turn, isMirrored, beat }: Swimmer): void => {
  context.translate(x, y);
  context.rotate(turn);
  if (isMirrored) context.scale(-1, 1);
  const wide = sprite.width / STRIPS;
  for (let at = 0; at < STRIPS; at += 1) {
    const tail = 1 - at / STRIPS;
    const moved = size * 0.1 * tail ** 1.6 * Math.sin(beat + tail * 2.6);
    context.drawImage(sprite, at * wide, 0, wide, sprite.height, size * (at / STRIPS - 0.5), moved - size / 2, size / STRIPS + 0.6, size);
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
};

const ringsOf = ({ context, width, height, random }: Place, unit: number): ((atMs: number) => void) => {
  const rings = spread(random, 12).map((share, at) => ({ x: width * share, y: height * between(random, 0.12, 0.92), startMs: 200 + at * 400, reach: unit * between(random, 0.07, 0.15) }));
  return (atMs) => {
    context.strokeStyle = '#e6fbff';
    context.lineWidth = 1.5;
    for (const { x, y, startMs, reach } of rings) {
      for (const lateMs of [0, 260]) {
        const share = (atMs - startMs - lateMs) / 1_300;
        if (share <= 0 || share >= 1) continue;
        context.globalAlpha = 0.55 * (1 - share);
        context.beginPath();
        context.ellipse(x, y, reach * share, reach * share * 0.42, 0, 0, 6.3);
        context.stroke();
      }
    }
    context.globalAlpha = 1;
  };
};

export const shoal: MakeScene = (place) => {
  const { context, width, height, random, picture, quantity } = place;
  const unit = Math.min(width, height);
  const sprite = spriteOf(picture, unit * 0.3, LEVEL);
  const bubble = glowOf('#dff8ff', 18);
  const dusk = duskOf(place, 0.42, '6 44 62');
  const rings = ringsOf(place, unit);
  const count = crowd(COUNT, quantity);
  const [starts, levels] = [spread(random, count), spread(random, count)];
  const fish = starts.map((start, at) => ({
    startMs: start * (LENGTH_MS - CROSSING_MS), y: height * (0.12 + 0.8 * (levels[at] ?? 0)), size: unit * (0.15 + (0.15 * at) / count), isMirrored: at % 4 === 1,
    wind: between(random, 0.05, 0.1) * height, phase: between(random, 0, 6.3),
  }));
  const bubbles = spread(random, 26).map((share) => ({ x: width * share, size: between(random, 5, 14), phase: random(), speed: between(random, 0.3, 0.6) }));
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      const shown = fade(atMs / LENGTH_MS, 0.1, 0.18);
      dusk(shown);
      rings(atMs);
      for (const { x, size, phase, speed } of bubbles) {
        const risen = (phase + (atMs / LENGTH_MS) * speed * 2) % 1;
        put(context, bubble, { x: x + 6 * Math.sin(risen * 20), y: height * (1.05 - 1.1 * risen), size, alpha: 0.6 * shown * fade(risen) });
      }
      for (const { startMs, y, size, isMirrored, wind, phase } of fish) {
        const share = (atMs - startMs) / CROSSING_MS;
        if (share <= 0 || share >= 1) continue;
        const angle = phase + share * 5.5;
        const along = width * (-0.2 + 1.4 * share);
        const slope = Math.atan2(wind * 5.5 * Math.cos(angle), width * 1.4);
        swim(context, sprite, { x: isMirrored ? width - along : along, y: y + wind * Math.sin(angle), size, turn: isMirrored ? -slope : slope, isMirrored, beat: phase + atMs / 105 });
      }
    },
  };
};
