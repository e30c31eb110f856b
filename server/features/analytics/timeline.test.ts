// Spans of the timeline: nothing is lost, wherever it falls.

import { describe, expect, test } from 'vitest';
import { ANALYTICS_BINS_MAX, ANALYTICS_MINUTES_MAX } from '../../../shared/limits.ts';
import { binMsFor, intensityOf, qualityOf, rowsOf, weightedMedian } from './timeline.ts';
import type { Minute } from './timeline.ts';

const minute = (at: number, some: Partial<Minute> = {}): Minute => ({
  minute: at, viewerMs: 0, viewersMax: 0, came: 0, went: 0, follows: 0, latencyP50Ms: null, latencyP95Ms: null, freezes: 0, reports: 0, ...some,
});
const bin = (at: number, lines: number, coins = 0) => ({ bin: at, lines, reactions: 2 * lines, gifts: coins > 0 ? 1 : 0, coins });

describe('[A2] spans by the frame that was seen', () => {
  test('every span is there; what came outside is at its ends', () => {
    expect(intensityOf([bin(-1, 1), bin(0, 2), bin(2, 3, 10), bin(99, 4)], 35_000)).toEqual({
      binMs: 10_000, lines: [3, 0, 3, 4], reactions: [6, 0, 6, 8], gifts: [0, 0, 1, 0], coins: [0, 0, 10, 0],
    });
  });

  test('a broadcast of no length has one span', () => {
    expect(intensityOf([bin(0, 1)], 0).lines).toEqual([1]);
  });

  test('a very long one has wider spans, and not more', () => {
    expect(binMsFor(86_400_000)).toBe(10_000);
    expect(binMsFor(86_400_001)).toBe(20_000);
    const tenDays = 10 * 86_400_000;
    expect(intensityOf([], tenDays).lines.length).toBeLessThanOrEqual(ANALYTICS_BINS_MAX);
    expect(binMsFor(tenDays)).toBe(100_000);
  });
});

describe('[A2] rows of minutes', () => {
  const quiet = (durationMs: number) => intensityOf([], durationMs);

  test('the mean is over the minute, and in the last over what there was of it', () => {
    const { stepMs, rows } = rowsOf([minute(0, { viewerMs: 90_000, viewersMax: 2 }), minute(2, { viewerMs: 45_000, viewersMax: 3 })], quiet(135_000), 135_000);
    expect(stepMs).toBe(60_000);
    expect(rows.map(({ atMs, viewers, viewersMax }) => [atMs, viewers, viewersMax])).toEqual([[0, 1.5, 2], [60_000, 0, 0], [120_000, 3, 3]]);
  });

  test('sums of the rows are sums of everything', () => {
    const intensity = intensityOf([bin(0, 1), bin(5, 1), bin(6, 5), bin(12, 7, 30)], 125_000);
    const { rows } = rowsOf([minute(0, { came: 3, follows: 1 }), minute(1, { went: 2, freezes: 4 })], intensity, 125_000);
    expect(rows.map(({ lines }) => lines)).toEqual([2, 5, 7]);
    expect(rows.map(({ coins }) => coins)).toEqual([0, 0, 30]);
    expect(rows.map(({ came, went, follows, freezes }) => [came, went, follows, freezes])).toEqual([[3, 0, 1, 0], [0, 2, 0, 4], [0, 0, 0, 0]]);
  });

  test('a long broadcast has several minutes in a row', () => {
    const durationMs = 2 * ANALYTICS_MINUTES_MAX * 60_000;
    const { stepMs, rows } = rowsOf([minute(0, { viewerMs: 60_000, viewersMax: 1, came: 1 }), minute(1, { viewerMs: 180_000, viewersMax: 4, came: 2 })], quiet(durationMs), durationMs);
    expect([stepMs, rows.length]).toEqual([120_000, ANALYTICS_MINUTES_MAX]);
    expect(rows[0]).toMatchObject({ viewers: 2, viewersMax: 4, came: 3 });
  });
});

describe('[A6] quality', () => {
  test('the middle by weight', () => {
    expect(weightedMedian([{ value: 100, weight: 1 }, { value: 900, weight: 3 }, { value: 200, weight: 1 }])).toBe(900);
    expect(weightedMedian([{ value: 100, weight: 2 }, { value: 300, weight: 2 }])).toBe(100);
    expect(weightedMedian([{ value: null, weight: 5 }, { value: 3, weight: 0 }])).toBeNull();
  });

  test('freezes are for each hour that somebody watched', () => {
    const minutes = [minute(0, { viewerMs: 1_800_000, freezes: 2, reports: 10, latencyP50Ms: 400, latencyP95Ms: 700 }), minute(1, { viewerMs: 1_800_000, freezes: 1, reports: 1, latencyP50Ms: 900, latencyP95Ms: 2_000 })];
    expect(qualityOf(minutes)).toEqual({ latencyP50Ms: 400, latencyP95Ms: 700, freezes: 3, freezesPerHour: 3 });
    expect(qualityOf([]).freezesPerHour).toBeNull();
  });
});
