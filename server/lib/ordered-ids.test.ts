import { expect, test } from 'vitest';
import { createHandClock } from './clock.ts';
import { createOrderedIds } from './ordered-ids.ts';

test('ids sort by the order in which they were given, within a millisecond and beyond, and when the clock is set back', () => {
  let nowMs = 1_700_000_000_000;
  const next = createOrderedIds({ ...createHandClock(), nowMs: () => nowMs });
  const ids = Array.from({ length: 300 }, (_, turn) => {
    if (turn % 100 === 50) nowMs += 7;
    if (turn === 200) nowMs -= 60_000;
    return next();
  });
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(300);
  expect(ids.every((id) => /^[a-z0-9]{21}$/.test(id))).toBe(true);
});

test('a later process goes on above what an earlier one gave, though its clock was set back', () => {
  const [before, after] = [createHandClock(1_700_000_060_000), createHandClock(1_700_000_000_000)];
  const given = createOrderedIds(before);
  const last = [given(), given()].at(-1) ?? '';
  const next = createOrderedIds(after, last);
  const ids = [last, next(), next()];
  expect(ids.toSorted()).toEqual(ids);
});
