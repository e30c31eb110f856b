// How long people stay: Kaplan and Meier's estimate (1958), which uses stays that were cut off as long as they were seen. Pure.

import { RETENTION_POINTS_MAX } from '../../../shared/limits.ts';
import type { RetentionView } from '../../../shared/analytics-routes.ts';
import { Z95 } from '../../lib/certainty.ts';

/** Stays of one length. `isCutOff`: the broadcast ended, or it is now, and they were still there. */
export type StayLengths = { readonly lengthMs: number; readonly isCutOff: boolean; readonly count: number };

type Step = { readonly atMs: number; readonly share: number; readonly low: number; readonly high: number; readonly atRisk: number };

/**
 * The share of those who stay longer than each length at which somebody left, falling. At the same length those who left count before
 * those who were cut off. The interval is Greenwood's variance on the scale of log(-log S), which stays between 0 and 1 (Kalbfleisch and
 * Prentice, 1980).
 */
export const survival = (stays: readonly StayLengths[]): readonly Step[] => {
  const at = new Map<number, { left: number; cutOff: number }>();
  for (const { lengthMs, isCutOff, count } of stays) {
    const here = at.get(lengthMs) ?? { left: 0, cutOff: 0 };
    if (isCutOff) here.cutOff += count;
    else here.left += count;
    at.set(lengthMs, here);
  }
  let atRisk = stays.reduce((sum, { count }) => sum + count, 0);
  let share = 1;
  let greenwood = 0;
  const steps: Step[] = [];
  for (const [atMs, { left, cutOff }] of [...at].sort(([one], [other]) => one - other)) {
    if (left > 0) {
      share *= 1 - left / atRisk;
      greenwood += atRisk > left ? left / (atRisk * (atRisk - left)) : 0;
      steps.push({ atMs, share, ...boundsOf(share, greenwood), atRisk });
    }
    atRisk -= left + cutOff;
  }
  return steps;
};

const boundsOf = (share: number, greenwood: number): { low: number; high: number } => {
  if (share <= 0 || share >= 1) return { low: share, high: share };
  const width = (Z95 * Math.sqrt(greenwood)) / Math.log(share);
  return { low: share ** Math.exp(-width), high: share ** Math.exp(width) };
};

/** Spans that people read easily. */
const STEPS_MS = [1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 86_400_000];

/** The curve at equal distances, from nought as far as anybody was watched. */
export const retentionOf = (stays: readonly StayLengths[]): RetentionView => {
  const count = stays.reduce((sum, stay) => sum + stay.count, 0);
  const cutOff = stays.reduce((sum, stay) => sum + (stay.isCutOff ? stay.count : 0), 0);
  const steps = survival(stays);
  const longestMs = stays.reduce((longest, { lengthMs }) => Math.max(longest, lengthMs), 0);
  const gapMs = STEPS_MS.find((step) => longestMs / step <= RETENTION_POINTS_MAX - 2) ?? Math.ceil(longestMs / (RETENTION_POINTS_MAX - 2));
  const points = [];
  let step = -1;
  for (let at = 0; count > 0 && at <= Math.ceil(longestMs / gapMs); at += 1) {
    const afterMs = at * gapMs;
    while ((steps[step + 1]?.atMs ?? Infinity) <= afterMs) step += 1;
    const { share, low, high } = steps[step] ?? { share: 1, low: 1, high: 1 };
    const atRisk = stays.reduce((sum, stay) => sum + (stay.lengthMs > afterMs ? stay.count : 0), 0);
    points.push({ afterMs, share, low, high, atRisk });
  }
  return { stays: count, cutOff, medianMs: steps.find(({ share }) => share <= 0.5)?.atMs ?? null, points };
};
