import { expect, test } from 'vitest';
import { cursorAfter, niceSplits, niceTop } from './chart-model.ts';

test('arrow keys walk along the chart and stop at its ends', () => {
  expect(['ArrowRight', 'ArrowLeft', 'Home', 'End', 'PageUp', 'PageDown'].map((key) => cursorAfter(key, 5, 30))).toEqual([6, 4, 0, 29, 8, 2]);
  expect([cursorAfter('ArrowRight', null, 30), cursorAfter('ArrowLeft', null, 30), cursorAfter('ArrowRight', 29, 30), cursorAfter('ArrowLeft', 0, 30)]).toEqual([0, 29, 29, 0]);
  expect([cursorAfter('a', 3, 30), cursorAfter('End', null, 0)]).toEqual([null, null]);
});

test('an axis ends at a round number that holds everything, and has lines at round numbers', () => {
  expect([0, 0.4, 1, 7, 12, 13, 99, 101, 1_230].map((value) => niceTop(value))).toEqual([1, 1, 1, 8, 20, 20, 100, 200, 2_000]);
  expect([niceTop(0.3, 0), niceTop(3, 5)]).toEqual([0.4, 6]);
  expect([1, 2, 6, 10, 100].map((top) => niceSplits(top, 4, true))).toEqual([[0, 1], [0, 1, 2], [0, 2, 4, 6], [0, 5, 10], [0, 25, 50, 75, 100]]);
  expect([niceSplits(1, 4, false), niceSplits(100, 2, true), niceSplits(1e-6, 4, false)]).toEqual([[0, 0.25, 0.5, 0.75, 1], [0, 50, 100], [0, 1e-6]]);
});
