import { expect, test } from 'vitest';
import { cursorAfter, nearestIndex, niceTop } from './chart-model.ts';

test('the nearest of several', () => {
  expect([nearestIndex([0, 10, 20], 14), nearestIndex([0, 10, 20], 16), nearestIndex([], 1), nearestIndex([5], -100)]).toEqual([1, 2, null, 0]);
});

test('arrow keys walk along the chart and stop at its ends', () => {
  expect(['ArrowRight', 'ArrowLeft', 'Home', 'End', 'PageUp', 'PageDown'].map((key) => cursorAfter(key, 5, 30))).toEqual([6, 4, 0, 29, 8, 2]);
  expect([cursorAfter('ArrowRight', null, 30), cursorAfter('ArrowLeft', null, 30), cursorAfter('ArrowRight', 29, 30), cursorAfter('ArrowLeft', 0, 30)]).toEqual([0, 29, 29, 0]);
  expect([cursorAfter('a', 3, 30), cursorAfter('End', null, 0)]).toEqual([null, null]);
});

test('an axis ends at a round number that holds everything', () => {
  expect([0, 0.4, 1, 7, 12, 13, 99, 101, 1_230].map((value) => niceTop(value))).toEqual([1, 1, 1, 8, 15, 15, 100, 150, 1_500]);
  expect([niceTop(0.3, 0), niceTop(3, 5)]).toEqual([0.3, 5]);
});
