import { expect, test } from 'vitest';
import { lookFor } from './look.ts';
import { defaultSettings } from './settings.ts';

const plain = defaultSettings(false);
const size = (widthPx: number, heightPx: number, pixelRatio = 1) => ({ widthPx, heightPx, pixelRatio });

test('a usual picture: nine lanes in its upper half, crossed in eight and a half seconds', () => {
  const look = lookFor(size(1_280, 720), plain);
  expect(look.heightPx / look.lanePx).toBe(9);
  expect(look).toMatchObject({ widthPx: 1_280, fontPx: 26, lanePx: 37 });
  expect(look.crossMs).toBeCloseTo(8_533, 0);
});

test('a phone has words that can be read, and is crossed sooner', () => {
  const look = lookFor(size(390, 219, 3), plain);
  expect(look).toMatchObject({ widthPx: 1_170, fontPx: 45, crossMs: 4_500 });
  expect(look.heightPx / look.lanePx).toBe(5);
});

test('size, speed and area do what they say, and the canvas holds whole lanes', () => {
  const look = lookFor(size(1_280, 720), { ...plain, size: 1.5, speed: 2, area: 'full' });
  expect(look.fontPx).toBe(39);
  expect(look.crossMs).toBeCloseTo(4_267, 0);
  expect(look.heightPx % look.lanePx).toBe(0);
  expect(look.heightPx).toBeLessThanOrEqual(720);
});

test('the lowest picture still has a lane', () => {
  const look = lookFor(size(200, 40), { ...plain, area: 'quarter' });
  expect(look.heightPx).toBe(look.lanePx);
});
