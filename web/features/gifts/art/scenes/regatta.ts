// A dragon boat races across on the waves, its oars beating; two smaller ones are farther out. Spray flies behind each.

import type { MakeScene, Place } from '../scene.ts';
import { between, duskOf, fade, put } from '../scene.ts';
import { bodyOf, partOf } from '../shapes.ts';
import { glowOf, spriteOf } from '../sprite.ts';

const LENGTH_MS = 5_600;
const STROKES_PER_S = 2.2;
/** Below the middle of the picture: where the oars lie on the gunwale. */
const OARS_AT = 0.14;

/** Farthest first; `level` and `size` in shares of the smaller side, times in ms. */
const BOATS = [
  { startMs: 1_500, ms: 4_000, size: 0.2, level: -0.1 },
  { startMs: 1_050, ms: 4_100, size: 0.28, level: -0.055 },
  { startMs: 250, ms: 4_100, size: 0.58, level: 0 },
] as const;

const seaOf = ({ context, width, height }: Place, unit: number) =>
  (atMs: number, level: number, swell: number, color: string): void => {
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(0, height);
    for (let x = 0; x <= width + 20; x += 20) context.lineTo(x, level + swell * Math.sin(x / (unit * 0.11) + atMs / 330) + swell * 0.5 * Math.sin(x / (unit * 0.05) - atMs / 240));
    context.lineTo(width, height);
    context.fill();
  };

export const regatta: MakeScene = (place) => {
  const { context, width, height, random, picture } = place;
  const unit = Math.min(width, height);
  const [hull, oars] = [spriteOf(bodyOf(picture), unit * 0.58), spriteOf(partOf(picture, 'oar'), unit * 0.58)];
  const drop = glowOf('#d8f1ff', 20);
  const water = height * 0.84;
  const spray = Array.from({ length: 40 }, () => ({ back: between(random, 0.28, 0.56), up: between(random, 0.04, 0.2), phase: random(), size: between(random, 0.014, 0.04) }));
  const sea = seaOf(place, unit);
  const dusk = duskOf(place, 0.22, '8 34 60');
  const row = ({ startMs, ms, size: share, level }: (typeof BOATS)[number], atMs: number): void => {
    const run = (atMs - startMs) / ms;
    if (run <= 0 || run >= 1) return;
    const size = unit * share;
    const beat = (atMs / 1_000) * STROKES_PER_S * 6.283 + share * 9;
    // Each stroke pulls it forward a little, and lifts the bow.
    const at = { x: -size + (width + 2 * size) * run + Math.sin(beat) * size * 0.03, y: water + unit * level - size * 0.26 + Math.sin(beat * 0.5) * size * 0.02, size, turn: Math.sin(beat) * 0.02 };
    for (const { back, up, phase, size: dropShare } of spray) {
      const flown = (phase + atMs / 520) % 1;
      put(context, drop, { x: at.x - size * (back + 0.16 * flown), y: at.y + size * 0.3 - size * up * Math.sin(flown * 3.14), size: size * dropShare * 2, alpha: 0.85 * (1 - flown) });
    }
    put(context, oars, { ...at, hinge: OARS_AT, leant: 0.55 * Math.sin(beat), flapped: 0.85 + 0.15 * Math.cos(beat) });
    put(context, hull, at);
  };
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      const shown = fade(atMs / LENGTH_MS, 0.1, 0.12);
      const sunk = unit * 0.3 * (1 - shown);
      dusk(shown);
      sea(atMs * 0.7, water - unit * 0.1 + sunk, unit * 0.008, 'rgb(58 140 190 / 0.72)');
      row(BOATS[0], atMs);
      row(BOATS[1], atMs);
      sea(atMs * 0.85, water - unit * 0.005 + sunk, unit * 0.012, 'rgb(40 116 172 / 0.85)');
      row(BOATS[2], atMs);
      sea(atMs, water + unit * 0.075 + sunk, unit * 0.016, 'rgb(24 88 146 / 0.92)');
    },
  };
};
