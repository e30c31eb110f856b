// What a broadcast achieves: E(R | C) = sum of P(R_i | C) w_i / sum of w_i, an average of the probabilities of what one hopes for,
// weighed by how much of it there was to see. Compared with the channel's own past, with intervals of 95 %. Pure.

import { t95, Z95 } from '../../../lib/certainty.ts';

export type Result = { readonly probability: number; readonly weight: number };
export type Interval = { readonly low: number; readonly high: number };

/** Between 0 and 1; null when nothing weighs anything. */
export const expectedEffect = (results: readonly Result[]): number | null => {
  const weights = results.reduce((sum, { weight }) => sum + weight, 0);
  return weights > 0 ? results.reduce((sum, { probability, weight }) => sum + probability * weight, 0) / weights : null;
};

/** The numerator alone, sometimes given as the effect: it grows with every result that is added, and can pass 1. */
export const plainSum = (results: readonly Result[]): number => results.reduce((sum, { probability, weight }) => sum + probability * weight, 0);

export type Engagement = { readonly watchedS: number; readonly lines: number; readonly reactions: number; readonly gifts: number };

/** What an interaction is worth in minutes of watching. */
const MINUTES = { line: 2, reaction: 0.5, gift: 10 } as const;

/** A viewer's weight: minutes watched, and more for taking part; the logarithm, so that nobody who stays all night is the whole result. */
export const weightOf = ({ watchedS, lines, reactions, gifts }: Engagement): number =>
  Math.log1p(watchedS / 60 + MINUTES.line * lines + MINUTES.reaction * reactions + MINUTES.gift * gifts);

export type Effect = { readonly effect: number; readonly interval: Interval; readonly viewers: number };

/**
 * The effect with a 95 % interval, from what happened to each viewer (0 or 1, or a probability). The variance is that of a ratio of
 * sums; the Beta(1, 1) prior of one typical viewer each way keeps few viewers from looking certain (Agresti and Coull, 1998).
 */
export const effectOf = (results: readonly Result[]): Effect | null => {
  const effect = expectedEffect(results);
  if (effect === null) return null;
  const weights = results.reduce((sum, { weight }) => sum + weight, 0);
  const squares = results.reduce((sum, { weight }) => sum + weight ** 2, 0);
  const effective = weights ** 2 / squares; // viewers of equal weight who would tell as much (Kish)
  const count = effective + Z95 ** 2;
  const middle = (effect * effective + Z95 ** 2 / 2) / count;
  const half = Z95 * Math.sqrt((middle * (1 - middle)) / count);
  return { effect, interval: { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }, viewers: results.length };
};

export type Comparison = {
  /** This broadcast less the channel's usual. */
  readonly difference: number;
  readonly interval: Interval;
  readonly verdict: 'better' | 'worse' | 'usual';
  readonly broadcasts: number;
};

/** Against earlier broadcasts of the same channel: is this one outside of how they differ among themselves? Null with fewer than two. */
export const compareWithHistory = (current: number, earlier: readonly number[]): Comparison | null => {
  const count = earlier.length;
  if (count < 2) return null;
  const usual = earlier.reduce((sum, effect) => sum + effect, 0) / count;
  const variance = earlier.reduce((sum, effect) => sum + (effect - usual) ** 2, 0) / (count - 1);
  const half = t95(count - 1) * Math.sqrt(variance * (1 + 1 / count));
  const difference = current - usual;
  const interval = { low: difference - half, high: difference + half };
  return { difference, interval, verdict: interval.low > 0 ? 'better' : interval.high < 0 ? 'worse' : 'usual', broadcasts: count };
};
