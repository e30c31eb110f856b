import { expect, test } from 'vitest';
import { createHandClock } from '../../lib/clock.ts';
import { createUsage } from './usage.ts';

test('processor time between two looks, as a share of one core', () => {
  const clock = createHandClock();
  const usage = createUsage(clock);
  expect(usage.look(new Map([[1, 500], [2, 900]]))).toEqual(new Map());
  clock.advance(4_000);
  const shares = usage.look(new Map([[1, 1_500], [3, 100]]));
  expect(shares).toEqual(new Map([[1, 0.25]])); // 2 has gone, 3 is new
  clock.advance(10);
  expect(usage.look(new Map([[1, 9_999]]))).toBe(shares);
});
