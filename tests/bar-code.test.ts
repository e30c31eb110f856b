import { expect, test } from 'vitest';
import { cellsOf, timeOf } from './support/bar-code.ts';

const painted = (timeMs: number): number[] => cellsOf(timeMs).map((isWhite) => (isWhite ? 235 : 16));
const NOW_MS = 1_795_400_000_123;

test('a painted time is read back to the millisecond', () => {
  for (const ageMs of [0, 1, 33, 999, 60_000]) expect(timeOf(painted(NOW_MS - ageMs), NOW_MS)).toBe(NOW_MS - ageMs);
});

test('one wrong cell is noticed', () => {
  const cells = painted(NOW_MS);
  cells.forEach((level, cell) => {
    const broken = cells.with(cell, 251 - level);
    expect(timeOf(broken, NOW_MS)).toBeNull();
  });
});

test('a cell that is neither black nor white makes the picture unreadable', () => {
  expect(timeOf(painted(NOW_MS).with(7, 128), NOW_MS)).toBeNull();
});
