import { expect, test } from 'vitest';
import { createHandClock } from './clock.ts';
import { createRecentCounts } from './recent-counts.ts';

const MINUTE_MS = 60_000;

test('counts of the last hour and the last day, older ones forgotten', () => {
  const clock = createHandClock(0);
  const counts = createRecentCounts(clock);
  counts.add('early');
  clock.advance(30 * MINUTE_MS);
  counts.add('late', 2);
  counts.add('early');
  expect(counts.list()).toEqual([{ name: 'early', hour: 2, day: 2 }, { name: 'late', hour: 2, day: 2 }]);
  clock.advance(40 * MINUTE_MS);
  expect(counts.list()).toEqual([{ name: 'late', hour: 2, day: 2 }, { name: 'early', hour: 1, day: 2 }]);
  clock.advance(23 * 60 * MINUTE_MS);
  expect(counts.list()).toEqual([{ name: 'early', hour: 0, day: 1 }, { name: 'late', hour: 0, day: 2 }].sort((a, b) => b.day - a.day));
  clock.advance(60 * MINUTE_MS);
  expect(counts.list()).toEqual([]);
});

test('names beyond the bound are counted together', () => {
  const counts = createRecentCounts(createHandClock(), 2);
  for (const name of ['a', 'b', 'c', 'd', 'a']) counts.add(name);
  expect(counts.list()).toEqual([{ name: 'a', hour: 2, day: 2 }, { name: 'other', hour: 2, day: 2 }, { name: 'b', hour: 1, day: 1 }]);
});
