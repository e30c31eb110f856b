import { expect, test } from 'vitest';
import { createLot } from './lot.ts';
import { seededRandom } from './random.ts';

const LIVE = Int32Array.of(3, 1, 4, 0);
const SCORES: Readonly<Record<number, number>> = { 3: Math.log(8), 1: Math.log(1), 4: Math.log(1), 0: -Infinity };
const filled = (even: number) => {
  const lot = createLot(5, seededRandom(1));
  lot.fill(LIVE, LIVE.length, (slot) => SCORES[slot] ?? 0, even);
  return lot;
};

test('chances by hand: a share for all alike, the rest by the exponential of the score', () => {
  const lot = filled(0.2);
  // 0.2 / 4 for each, and of the other 0.8 eight tenths, one tenth, one tenth and nothing.
  expect([3, 1, 4, 0].map((slot) => Number(lot.chanceOf(slot).toFixed(12)))).toEqual([0.69, 0.13, 0.13, 0.05]);
});

test('draws come as often as their chances say, and the sum that they stand for is right', () => {
  const lot = filled(0.2);
  const counts = [0, 0, 0, 0, 0];
  let sum = 0;
  const draws = 20_000;
  for (let at = 0; at < draws; at++) {
    const slot = lot.draw();
    counts[slot] = (counts[slot] ?? 0) + 1;
    sum += (slot + 1) / (draws * lot.chanceOf(slot));
  }
  expect((counts[3] ?? 0) / draws).toBeCloseTo(0.69, 1);
  expect((counts[0] ?? 0) / draws).toBeCloseTo(0.05, 1);
  expect(counts[2]).toBe(0);
  expect(Math.abs(sum - (4 + 2 + 5 + 1))).toBeLessThan(0.3);
});

test('while nobody is live nobody is drawn', () => {
  const lot = createLot(5, seededRandom(1));
  expect(lot.draw()).toBe(-1);
  lot.fill(LIVE, 0, () => 0, 0.2);
  expect(lot.draw()).toBe(-1);
});
