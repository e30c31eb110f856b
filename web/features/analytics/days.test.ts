import { expect, test } from 'vitest';
import { everyDay } from './days.ts';

const day = (name: string, stays: number) => ({ day: name, liveMs: 1, viewerMs: 2, stays, newPeople: 0, lines: 0, reactions: 0, gifts: 0, coins: 0, follows: 0 });

test('days without anything are there too, over the end of a month', () => {
  expect(everyDay([day('2026-02-27', 3), day('2026-03-02', 5)]).map(({ day: name, stays }) => [name, stays])).toEqual([
    ['2026-02-27', 3], ['2026-02-28', 0], ['2026-03-01', 0], ['2026-03-02', 5],
  ]);
  expect(everyDay([])).toEqual([]);
});
