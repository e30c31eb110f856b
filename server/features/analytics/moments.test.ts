// The best moments of made-up timelines.

import { expect, test } from 'vitest';
import { MOMENTS_MAX } from '../../../shared/limits.ts';
import { momentsOf } from './moments.ts';
import type { Intensity } from './moments.ts';

const quiet = (length: number, each = 0): number[] => Array.from({ length }, () => each);
const timeline = (some: Partial<Intensity>, length = 60): Intensity => ({ binMs: 10_000, lines: quiet(length), reactions: quiet(length), gifts: quiet(length), coins: quiet(length), ...some });
const withPeaks = (each: number, peaks: Readonly<Record<number, number>>, length = 60): number[] => quiet(length, each).map((value, at) => peaks[at] ?? value);

test('[A5] a burst in silence is a moment that begins with it, and against nothing there is no factor', () => {
  expect(momentsOf(timeline({ lines: withPeaks(0, { 30: 4 }) }))).toEqual([
    { atMs: 300_000, lengthMs: 30_000, reason: 'chat', times: null, lines: 4, reactions: 0, gifts: 0, coins: 0 },
  ]);
});

test('[A5] the usual is that of three minutes around it', () => {
  // Two lines in each span; 20 in one: 24 in half a minute against 6, (24 - 6) / sqrt(7) = 6.8.
  const [moment] = momentsOf(timeline({ lines: withPeaks(2, { 30: 20 }), coins: withPeaks(0, { 31: 50 }) }));
  expect(moment).toMatchObject({ atMs: 300_000, reason: 'chat', times: 4, lines: 24, coins: 50 });
});

test('[A5] an even stream, two lines, and a rise that stays within chance are no moments', () => {
  expect(momentsOf(timeline({ lines: quiet(60, 5), reactions: quiet(60, 30) }))).toEqual([]);
  expect(momentsOf(timeline({ lines: withPeaks(0, { 30: 2 }) }))).toEqual([]);
  expect(momentsOf(timeline({ lines: withPeaks(5, { 30: 10 }) }))).toEqual([]);
});

test('[A5] the reason is what rose most', () => {
  const [moment] = momentsOf(timeline({ lines: withPeaks(1, { 30: 8 }), reactions: withPeaks(3, { 31: 90 }), gifts: withPeaks(0, { 31: 3 }) }));
  expect(moment).toMatchObject({ atMs: 310_000, reason: 'reactions', lines: 3, reactions: 96, gifts: 3 });
});

test('[A5] at most five, the highest, a minute apart, in the order of the timeline', () => {
  const peaks = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [10 + at * 30, 10 + at]));
  const moments = momentsOf(timeline({ lines: withPeaks(0, peaks, 300) }, 300));
  expect(moments).toHaveLength(MOMENTS_MAX);
  expect(moments.map(({ lines }) => lines)).toEqual([13, 14, 15, 16, 17]);
  const near = momentsOf(timeline({ lines: withPeaks(0, { 30: 20, 33: 18, 37: 17 }) }));
  expect(near.map(({ atMs }) => atMs)).toEqual([300_000, 370_000]);
});

test('[A5] at the very beginning and end too, and in the shortest broadcast nothing goes wrong', () => {
  expect(momentsOf(timeline({ lines: withPeaks(0, { 0: 5, 59: 5 }) })).map(({ atMs }) => atMs)).toEqual([0, 590_000]);
  expect(momentsOf(timeline({ lines: [9], reactions: [0], gifts: [0], coins: [0] }))).toEqual([]);
});
