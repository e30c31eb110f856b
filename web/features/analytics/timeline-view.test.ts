import { expect, test } from 'vitest';
import { barsOf, marksOf, rowAt } from './timeline-view.ts';

test('bars add spans up and lose none', () => {
  const intensity = { binMs: 10_000, lines: [1, 2, 3, 4, 5], reactions: [0, 0, 0, 0, 9], gifts: [1, 0, 0, 0, 0], coins: [10, 0, 0, 0, 0] };
  expect(barsOf(intensity)).toEqual({ xs: [5_000, 15_000, 25_000, 35_000, 45_000], widthMs: 10_000, lines: [1, 2, 3, 4, 5], reactions: [0, 0, 0, 0, 9], gifts: [1, 0, 0, 0, 0], coins: [10, 0, 0, 0, 0] });
  expect(barsOf(intensity, 2)).toEqual({ xs: [15_000, 45_000], widthMs: 30_000, lines: [6, 9], reactions: [0, 9], gifts: [1, 0], coins: [10, 0] });
});

test('moments are numbered, and the chosen one is', () => {
  const moment = { lengthMs: 30_000, reason: 'chat' as const, times: 4, lines: 9, reactions: 0, gifts: 0, coins: 0 };
  expect(marksOf([{ ...moment, atMs: 0 }, { ...moment, atMs: 90_000 }], 90_000)).toEqual([
    { from: 0, to: 30_000, label: '1', isChosen: false }, { from: 90_000, to: 120_000, label: '2', isChosen: true },
  ]);
});

test('a moment lies in one row, or in none', () => {
  const rows = [{ atMs: 0 }, { atMs: 60_000 }];
  expect([null, 0, 59_999, 60_000, 120_000].map((at) => rowAt(rows, 60_000, at))).toEqual([null, 0, 0, 1, null]);
});
