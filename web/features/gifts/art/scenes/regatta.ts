// A dragon boat races across on the waves, oars beating, spray behind it, two smaller ones after it.

import type { MakeScene } from '../scene.ts';
import { between, clamped, fade, put } from '../scene.ts';
import { glowOf, spriteOf } from '../sprite.ts';

const LENGTH_MS = 5_400;
const STROKES_PER_S = 2.4;

export const regatta: MakeScene = ({ context, width, height, random, picture }) => {
  const unit = Math.min(width, height);
  const boat = spriteOf(picture.slice(0, -1), unit * 0.6);
  const drop = glowOf('#d8f1ff', 20);
  const water = height * 0.84;
  const boats = [
    { lag: 0.3, size: unit * 0.3, y: water - unit * 0.1 },
    { lag: 0.17, size: unit * 0.38, y: water - unit * 0.06 },
    { lag: 0, size: unit * 0.6, y: water - unit * 0.12 },
  ];
  const spray = Array.from({ length: 60 }, () => ({ back: between(random, 0.05, 0.55), up: between(random, 0.02, 0.16), phase: random(), size: between(random, 5, 16) }));
  const wave = (atMs: number, level: number, swell: number, color: string): void => {
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(0, height);
    for (let x = 0; x <= width + 16; x += 16) context.lineTo(x, level + swell * Math.sin(x / (unit * 0.11) + atMs / 330) + swell * 0.5 * Math.sin(x / (unit * 0.05) - atMs / 240));
    context.lineTo(width, height);
    context.fill();
  };
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      const share = atMs / LENGTH_MS;
      const shown = fade(share, 0.1, 0.14);
      context.globalAlpha = 0.75 * shown;
      wave(atMs * 0.8, water - unit * 0.035, unit * 0.012, '#2f7fb8');
      for (const { lag, size, y } of boats) {
        const run = (share * 1.45 - lag) / 1.15;
        if (run <= 0 || run >= 1) continue;
        const beat = Math.sin((atMs / 1_000) * STROKES_PER_S * 6.283 + lag * 20);
        const x = -size + (width + 2 * size) * run + beat * size * 0.02;
        for (const { back, up, phase, size: dropSize } of spray) {
          const flown = (phase + atMs / 520) % 1;
          put(context, drop, { x: x - size * (back + 0.1 * flown), y: y + size * 0.38 - size * up * Math.sin(flown * 3.14), size: dropSize, alpha: 0.8 * shown * (1 - flown) });
        }
        put(context, boat, { x, y: y + beat * size * 0.012, size, turn: beat * 0.02, alpha: shown });
      }
      context.globalAlpha = 0.85 * clamped(shown);
      wave(atMs, water + unit * 0.06, unit * 0.016, '#1f639c');
      context.globalAlpha = 1;
    },
  };
};
