// The effect score of a broadcast: E(R | C) = sum of P(R_i | C) w_i / sum of w_i, over what people may do that tells that it reached
// them, from nought to one. Pure; the formula itself and the scale of the weights are the discovery model's, and are given in.

import { EFFECT_STAYS_MIN } from '../../../shared/limits.ts';
import { EFFECT_RESULTS } from '../../../shared/analytics-routes.ts';
import type { EffectResult, EffectView } from '../../../shared/analytics-routes.ts';
import { t95 } from '../../lib/certainty.ts';

type Weighed = { readonly probability: number; readonly weight: number };
export type EffectModel = {
  readonly expectedEffect: (results: readonly Weighed[]) => number | null;
  /** Of minutes watched and of taking part. */
  readonly weightOf: (engagement: { readonly watchedS: number; readonly lines: number; readonly reactions: number; readonly gifts: number }) => number;
};

/** Stays in which the same happened. Null: it could not have, as staying five minutes two minutes before the end. */
export type StayResults = { readonly results: Readonly<Record<EffectResult, boolean | null>>; readonly count: number };

/**
 * What each result stands for, as if it were all that somebody did: the weight is the model's for that much watching and taking part. The
 * same for all broadcasts, so that scores can be compared. Following is worth twenty minutes: whoever does it means to come again.
 */
const STANDS_FOR: Readonly<Record<EffectResult, Parameters<EffectModel['weightOf']>[0]>> = {
  stayed_five: { watchedS: 300, lines: 0, reactions: 0, gifts: 0 },
  stayed_half: { watchedS: 900, lines: 0, reactions: 0, gifts: 0 },
  talked: { watchedS: 0, lines: 1, reactions: 0, gifts: 0 },
  reacted: { watchedS: 0, lines: 0, reactions: 1, gifts: 0 },
  gave: { watchedS: 0, lines: 0, reactions: 0, gifts: 1 },
  followed: { watchedS: 1_200, lines: 0, reactions: 0, gifts: 0 },
};

/** Beside the stays that were: one that half did everything. It is Jeffreys' Beta(1/2, 1/2) for each result, so that few stays are never certain. */
const PRIOR = 0.5;

/**
 * Null with fewer than EFFECT_STAYS_MIN stays. The interval is by the delta method: each stay's influence on the score, linearised, the prior
 * stay's too, so that results that go together (who talks, stays) count as such.
 */
export const scoreOf = (stays: readonly StayResults[], model: EffectModel): EffectView | null => {
  const count = stays.reduce((sum, stay) => sum + stay.count, 0);
  if (count < EFFECT_STAYS_MIN) return null;
  const counted = EFFECT_RESULTS.map((result) => {
    const sum = (wanted: (seen: boolean | null) => boolean): number => stays.reduce((all, stay) => all + (wanted(stay.results[result]) ? stay.count : 0), 0);
    const happened = sum((seen) => seen === true);
    const possible = sum((seen) => seen !== null);
    return { result, happened, possible, probability: (happened + PRIOR) / (possible + 1), weight: model.weightOf(STANDS_FOR[result]) };
  }).filter(({ possible }) => possible > 0);
  const score = model.expectedEffect(counted);
  if (score === null) return null;
  const weights = counted.reduce((sum, { weight }) => sum + weight, 0);
  const parts = counted.map((part) => ({ ...part, weight: part.weight / weights }));
  const all = count + 1;
  const influence = (seenOf: (result: EffectResult) => number | null): number =>
    parts.reduce((sum, { result, weight, probability, possible }) => {
      const seen = seenOf(result);
      return seen === null ? sum : sum + (weight * (seen - probability) * all) / (possible + 1);
    }, 0);
  const seenIn = ({ results }: StayResults) => (result: EffectResult): number | null => (results[result] === null ? null : Number(results[result]));
  const squares = stays.reduce((sum, stay) => sum + stay.count * influence(seenIn(stay)) ** 2, influence(() => PRIOR) ** 2);
  const half = t95(all - 1) * Math.sqrt(squares / (all * (all - 1)));
  return { score, low: Math.max(0, score - half), high: Math.min(1, score + half), stays: count, parts };
};
