// The best moments of a broadcast: where far more was said, tapped or given than around it. Pure.

import { MOMENTS_MAX } from '../../../shared/limits.ts';
import { MOMENT_REASONS } from '../../../shared/analytics-routes.ts';
import type { MomentReason, MomentView } from '../../../shared/analytics-routes.ts';

/** Counts in spans of equal length, from the broadcast's beginning. */
export type Intensity = {
  readonly binMs: number;
  readonly lines: number[];
  readonly reactions: number[];
  readonly gifts: number[];
  readonly coins: number[];
};

/** A moment's length, how far around it is looked, and what lies between and belongs to neither, in spans. */
const LENGTH = 3;
const AROUND = 18;
const BETWEEN = 1;
/** Two moments are so far apart, from beginning to beginning. */
const APART = 6;
/** Standard deviations of a Poisson count, and things that happened: below, it may be chance. */
const SCORE_MIN = 3;
const COUNT_MIN = 3;

const ofReason = { chat: 'lines', reactions: 'reactions', gifts: 'gifts' } as const satisfies Record<MomentReason, keyof Intensity>;

/** Sums of [from, to) in one step each. */
const sumsOf = (counts: readonly number[]) => {
  const upTo = [0];
  for (const count of counts) upTo.push((upTo.at(-1) ?? 0) + count);
  const within = (at: number): number => upTo[Math.min(counts.length, Math.max(0, at))] ?? 0;
  return (from: number, to: number): number => within(to) - within(from);
};

type Peak = { readonly at: number; readonly reason: MomentReason; readonly score: number; readonly times: number | null };

const peaksOf = (reason: MomentReason, counts: readonly number[]): Peak[] => {
  const sum = sumsOf(counts);
  const clip = (at: number): number => Math.min(counts.length, Math.max(0, at));
  return counts.flatMap((_, at) => {
    const until = Math.min(counts.length, at + LENGTH);
    const seen = sum(at, until);
    const [outer, inner, innerEnd, outerEnd] = [at - AROUND - BETWEEN, at - BETWEEN, until + BETWEEN, until + BETWEEN + AROUND].map(clip) as [number, number, number, number];
    const spans = inner - outer + (outerEnd - innerEnd);
    if (seen < COUNT_MIN || spans < LENGTH) return [];
    const usual = ((sum(outer, inner) + sum(innerEnd, outerEnd)) / spans) * (until - at);
    const score = (seen - usual) / Math.sqrt(usual + 1);
    return score < SCORE_MIN ? [] : [{ at, reason, score, times: usual > 0 ? seen / usual : null }];
  });
};

/** The highest peaks, in the order of the timeline; of equal ones in the same place the last begins with what happened. */
export const momentsOf = (intensity: Intensity): MomentView[] => {
  const peaks = MOMENT_REASONS.flatMap((reason) => peaksOf(reason, intensity[ofReason[reason]])).sort((one, other) => other.score - one.score || other.at - one.at);
  const chosen: Peak[] = [];
  for (const peak of peaks) {
    if (chosen.length >= MOMENTS_MAX) break;
    if (chosen.every(({ at }) => Math.abs(at - peak.at) >= APART)) chosen.push(peak);
  }
  const sums = { lines: sumsOf(intensity.lines), reactions: sumsOf(intensity.reactions), gifts: sumsOf(intensity.gifts), coins: sumsOf(intensity.coins) };
  return chosen
    .sort((one, other) => one.at - other.at)
    .map(({ at, reason, times }) => {
      const [from, to] = [at, at + LENGTH];
      return {
        atMs: at * intensity.binMs, lengthMs: LENGTH * intensity.binMs, reason, times,
        lines: sums.lines(from, to), reactions: sums.reactions(from, to), gifts: sums.gifts(from, to), coins: sums.coins(from, to),
      };
    });
};
