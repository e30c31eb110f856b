// A thousand paper cranes: they cross the picture in a rising stream, wings beating, the near ones large, gold dust behind them.

import type { MakeScene } from '../scene.ts';
import { between, clamped, crowd, duskOf, fade, put, spread } from '../scene.ts';
import { bodyOf, partOf } from '../shapes.ts';
import { glowOf, spriteOf } from '../sprite.ts';

const LENGTH_MS = 5_600;
const CROSSING_MS = 3_000;
const NEAR = 26;
const FAR = 34;
/** Below the middle of the picture: where the wings grow out of the back. */
const WINGS_AT = 0.13;

export const flock: MakeScene = ({ context, width, height, random, picture, quantity }) => {
  const unit = Math.min(width, height);
  const [body, wings] = [spriteOf(bodyOf(picture), unit * 0.17), spriteOf(partOf(picture, 'wing'), unit * 0.17)];
  const dust = glowOf('#ffe2a0', 20);
  const dusk = duskOf({ context, width, height }, 0.34);
  const far = crowd(FAR, quantity);
  const count = far + crowd(NEAR, quantity);
  const [starts, levels] = [spread(random, count), spread(random, count)];
  const birds = starts.map((start, at) => {
    const size = unit * (at < far ? between(random, 0.035, 0.06) : 0.07 + (0.11 * (at - far)) / (count - far));
    return {
      size, startMs: start * (LENGTH_MS - CROSSING_MS * 1.05), ms: CROSSING_MS * (at < far ? 1.05 : between(random, 0.86, 1)), y: height * (0.2 + 0.84 * (levels[at] ?? 0)),
      wind: between(random, 0.02, 0.06) * height, phase: between(random, 0, 6.3), beats: between(random, 9, 13), alpha: at < far ? 0.72 : 1,
    };
  });
  return {
    lengthMs: LENGTH_MS,
    draw(atMs) {
      dusk(fade(atMs / LENGTH_MS, 0.14, 0.2));
      for (const { size, startMs, ms, y, wind, phase, beats, alpha } of birds) {
        const share = (atMs - startMs) / ms;
        if (share <= 0 || share >= 1) continue;
        const angle = phase + share * 6.3;
        const place = {
          x: width * (-0.12 + 1.24 * share), y: y - 0.34 * height * share ** 1.4 + wind * Math.sin(angle), size, isMirrored: true,
          turn: Math.atan2(wind * 6.3 * Math.cos(angle) - 0.42 * height, width * 1.24), alpha: alpha * clamped(Math.min(share, 1 - share) * 12),
        };
        put(context, wings, { ...place, hinge: WINGS_AT, flapped: 0.62 + 0.42 * Math.sin((atMs / 1_000) * beats + phase) });
        put(context, body, place);
        if (size > unit * 0.1) put(context, dust, { x: place.x - size * (0.5 + 0.3 * Math.sin(angle * 9)), y: place.y + size * (0.3 + 0.2 * Math.cos(angle * 7)), size: size * 0.16, alpha: 0.8 });
      }
    },
  };
};
