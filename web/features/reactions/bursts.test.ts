import { expect, test } from 'vitest';
import { burst, isRising, RISING_MAX, risingFor, seenAt, sizeFor, type Rising } from './bursts.ts';

const half = () => 0.5;

test('few taps are shown one by one, many as some large ones', () => {
  expect([1, 2, 3, 4, 12, 100, 1_000, 1e9].map(risingFor)).toEqual([1, 2, 3, 4, 5, 9, 10, 10]);
  expect(sizeFor(1)).toBe(1);
  expect(sizeFor(1_000)).toBe(2);
  expect(sizeFor(1e9)).toBe(2);
});

test('a thousand a second for a minute never shows more than the most', () => {
  let rising: Rising[] = [];
  for (let nowMs = 0; nowMs < 60_000; nowMs += 250) {
    rising = rising.filter((one) => isRising(one, nowMs));
    rising.push(...burst(rising, 'heart', 250, nowMs, half));
    expect(rising.length).toBeLessThanOrEqual(RISING_MAX);
  }
  expect(rising.length).toBeGreaterThan(20);
});

test('a heart rises from the bottom to the top, fades, and stays within the strip', () => {
  for (const random of [() => 0, half, () => 0.999]) {
    const [one] = burst([], 'heart', 1, 1_000, random);
    if (!one) throw new Error('nothing rises');
    expect(seenAt(one, 999)).toBeNull();
    const endMs = 1_000 + one.riseMs;
    const way = [1_000, 1_600, 2_200, 2_800, endMs - 1].map((nowMs) => seenAt(one, nowMs));
    way.forEach((seen, at) => expect(seen?.y).toBeLessThan(way[at - 1]?.y ?? 1));
    way.forEach((seen) => expect(Math.abs((seen?.x ?? 9) - 0.5)).toBeLessThan(0.45));
    expect(way[0]?.alpha).toBe(1);
    expect(way[4]?.alpha).toBeLessThan(0.01);
    expect([isRising(one, endMs - 1), isRising(one, endMs)]).toEqual([true, false]);
  }
});

test('what came in together rises one after the other', () => {
  const starts = burst([], 'clap', 5, 0, half).map(({ startsAtMs }) => startsAtMs);
  expect(starts).toEqual([0, 62.5, 125, 187.5]);
});
