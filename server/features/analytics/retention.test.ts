// The retention curve against cases worked out by hand.

import { describe, expect, test } from 'vitest';
import { RETENTION_POINTS_MAX } from '../../../shared/limits.ts';
import { retentionOf, survival } from './retention.ts';
import type { StayLengths } from './retention.ts';

const left = (seconds: number, count = 1): StayLengths => ({ lengthMs: seconds * 1_000, isCutOff: false, count });
const cutOff = (seconds: number, count = 1): StayLengths => ({ lengthMs: seconds * 1_000, isCutOff: true, count });
const shares = (stays: readonly StayLengths[]) => survival(stays).map(({ atMs, share }) => [atMs / 1_000, Number(share.toFixed(6))]);

describe('[A3] Kaplan and Meier', () => {
  test('nobody cut off: the plain share of those who stayed longer', () => {
    expect(shares([left(60), left(120), left(120), left(300)])).toEqual([[60, 0.75], [120, 0.25], [300, 0]]);
  });

  test('who was cut off counts as long as they were seen', () => {
    // 6 people: one leaves at 1 (5/6), one cut off at 2, one leaves at 3 (of 4: 3/4), cut off at 4, two leave at 5 (of 2).
    const stays = [left(1), cutOff(2), left(3), cutOff(4), left(5, 2)];
    expect(shares(stays)).toEqual([[1, 0.833333], [3, 0.625], [5, 0]]);
    expect(survival(stays).map(({ atRisk }) => atRisk)).toEqual([6, 4, 2]);
  });

  test('at the same length those who left come before those who were cut off', () => {
    expect(shares([left(10), cutOff(10), left(20)])).toEqual([[10, 0.666667], [20, 0]]);
  });

  test('the published remission times of 6-MP (Freireich, 1963) give the published curve and errors', () => {
    // Kaplan-Meier's textbook case: 21 patients; S(6) 0.857, S(7) 0.807, S(10) 0.753, S(13) 0.690, S(16) 0.627, S(22) 0.538, S(23) 0.448.
    const stays = [left(6, 3), cutOff(6), left(7), cutOff(9), left(10), cutOff(10), cutOff(11), left(13), left(16), cutOff(17), cutOff(19), cutOff(20), left(22), left(23), cutOff(25), cutOff(32, 2), cutOff(34), cutOff(35)];
    const steps = survival(stays);
    expect(steps.map(({ share }) => Number(share.toFixed(3)))).toEqual([0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]);
    // R's survfit(conf.type = "log-log") at 6: 0.620 to 0.952; at 23: 0.188 to 0.680.
    expect([steps[0], steps.at(-1)].map((step) => [Number(step?.low.toFixed(3)), Number(step?.high.toFixed(3))])).toEqual([[0.62, 0.952], [0.188, 0.68]]);
  });
});

describe('[A3] the curve as it is shown', () => {
  test('begins with everybody, has equal distances, and names the middle', () => {
    const { points, medianMs, stays, cutOff: still } = retentionOf([left(2), left(4), cutOff(6, 2)]);
    expect([stays, still, medianMs]).toEqual([4, 2, 4_000]);
    expect(points.map(({ afterMs, share, atRisk }) => [afterMs, share, atRisk])).toEqual([
      [0, 1, 4], [1_000, 1, 4], [2_000, 0.75, 3], [3_000, 0.75, 3], [4_000, 0.5, 2], [5_000, 0.5, 2], [6_000, 0.5, 0],
    ]);
  });

  test('more than half stayed to the end: there is no middle', () => {
    expect(retentionOf([left(10), cutOff(100, 3)]).medianMs).toBeNull();
  });

  test('nobody came: nothing is drawn', () => {
    expect(retentionOf([])).toEqual({ stays: 0, cutOff: 0, medianMs: null, points: [] });
  });

  test('who left at once is gone at nought', () => {
    expect(retentionOf([left(0), cutOff(3)]).points[0]).toMatchObject({ afterMs: 0, share: 0.5 });
  });

  test.each([1, 59, 600, 7_201, 86_399, 40 * 86_400])('however long (%i s), the points are bounded and reach the end', (seconds) => {
    const { points } = retentionOf([left(seconds), cutOff(seconds / 2)]);
    expect(points.length).toBeLessThanOrEqual(RETENTION_POINTS_MAX);
    expect(points.at(-1)?.afterMs).toBeGreaterThanOrEqual(seconds * 1_000);
    expect(points.at(-1)?.share).toBe(0);
  });
});
