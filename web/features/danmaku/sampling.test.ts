import { expect, test } from 'vitest';
import type { LineId } from '../../../shared/ids.ts';
import { createLineRate, hashOf, isChosen, oneInFor } from './sampling.ts';

const lineIds = (count: number): LineId[] => Array.from({ length: count }, (_, at) => `01hv${String(at).padStart(12, '0')}` as LineId);

test('the hash is the same on every page: two versions of the product must agree on it', () => {
  expect(['', '01hv000000000000', '桥'].map(hashOf)).toEqual([2_872_998_923, 3_456_055_995, 2_528_949_107]);
});

test('one in N is about one in N, also of ids that follow each other', () => {
  const ids = lineIds(16_000);
  for (const oneIn of [2, 4, 8, 16]) {
    const share = ids.filter((id) => isChosen(id, oneIn)).length / ids.length;
    expect(share * oneIn).toBeGreaterThan(0.9);
    expect(share * oneIn).toBeLessThan(1.1);
  }
  expect(ids.every((id) => isChosen(id, 1))).toBe(true);
});

test('a louder room shows fewer of the same lines, never others', () => {
  const ids = lineIds(2_000);
  expect(ids.filter((id) => isChosen(id, 8)).every((id) => isChosen(id, 4))).toBe(true);
});

test('N is a power of two that brings the rate down to what a picture carries', () => {
  expect([0, 10, 10.1, 20, 21, 80, 200].map(oneInFor)).toEqual([1, 1, 2, 2, 4, 8, 32]);
  expect(oneInFor(1e9)).toBe(1_024);
});

test('a quiet room shows every line; a sudden flood is thinned within its own second', () => {
  const rate = createLineRate();
  expect([1_000, 1_300, 2_100].map(rate.take)).toEqual([1, 1, 1]);
  const flood = Array.from({ length: 200 }, (_, at) => rate.take(5_000 + at * 4));
  expect(flood[0]).toBe(1);
  expect(flood.at(-1)).toBe(32);
});

test('N falls again when the room calms down', () => {
  const rate = createLineRate();
  for (let at = 0; at < 300; at += 1) rate.take(10_000 + at * 10);
  expect(rate.oneIn(13_000)).toBe(16);
  expect(rate.oneIn(17_500)).toBe(1);
});

test('two viewers agree once they have heard the same three seconds', () => {
  const [early, late] = [createLineRate(), createLineRate()];
  for (let at = 0; at < 500; at += 1) early.take(at * 7);
  const later = Array.from({ length: 2_000 }, (_, at) => 10_000 + at * 9);
  const pairs = later.map((saidAtMs) => [saidAtMs, early.take(saidAtMs), late.take(saidAtMs)] as const);
  const settled = pairs.filter(([saidAtMs]) => saidAtMs >= 14_000);
  expect(settled.length).toBeGreaterThan(100);
  expect(settled.every(([, one, other]) => one === other)).toBe(true);
});
