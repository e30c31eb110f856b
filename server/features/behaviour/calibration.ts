// Makes probabilities mean what they say: of all that were given 30 %, 30 % shall happen. Isotonic regression on predictions that were
// held out, and the measures of how well that worked. Knows numbers only.

import { CALIBRATED_OUTCOMES_MIN, CALIBRATION_OUTCOMES_MAX } from '../../../shared/limits.ts';

export type Outcome = { readonly predicted: number; readonly happened: boolean };
export type ReliabilityBin = { readonly predicted: number; readonly happened: number; readonly count: number };

type Step = { predictions: number; happened: number; count: number };

/** Predictions that differ less than this, in log-odds, are taken as one: a fit of ten thousand must not hold up the event loop. */
const POOL_LOG_ODDS = 1 / 64;
const POOLS_EACH_WAY = 1_024; // up to log-odds of 16, which is one in nine million

/** Sums of those that are all but the same, in the order of what was predicted. */
const pooled = (outcomes: readonly Outcome[]): Step[] => {
  const pools: (Step | undefined)[] = new Array<Step | undefined>(2 * POOLS_EACH_WAY + 1).fill(undefined);
  for (const { predicted, happened } of outcomes) {
    const logOdds = Math.log(predicted / (1 - predicted)) / POOL_LOG_ODDS;
    const at = Math.max(-POOLS_EACH_WAY, Math.min(POOLS_EACH_WAY, Math.round(logOdds))) + POOLS_EACH_WAY;
    const pool = (pools[at] ??= { predictions: 0, happened: 0, count: 0 });
    pool.predictions += predicted;
    pool.happened += happened ? 1 : 0;
    pool.count++;
  }
  return pools.flatMap((pool) => pool ?? []);
};

/**
 * The monotone step function nearest to the outcomes (pool adjacent violators), joined by lines between the steps' means so that
 * no two predictions a hair apart get far different answers. Few outcomes are mixed with their own prediction.
 */
export const fitIsotonic = (outcomes: readonly Outcome[]): ((predicted: number) => number) => {
  if (outcomes.length === 0) return (predicted) => predicted;
  const steps: Step[] = [];
  for (const pool of pooled(outcomes)) {
    steps.push(pool);
    for (let last = steps.at(-1), before = steps.at(-2); last && before && mean(before) >= mean(last); last = steps.at(-1), before = steps.at(-2)) {
      steps.pop();
      steps[steps.length - 1] = { predictions: before.predictions + last.predictions, happened: before.happened + last.happened, count: before.count + last.count };
    }
  }
  const places = steps.map(({ predictions, count }) => predictions / count);
  const values = steps.map((step, at) => (step.happened + (places[at] ?? 0)) / (step.count + 1));
  for (let at = 1; at < values.length; at++) values[at] = Math.max(values[at] ?? 0, values[at - 1] ?? 0);
  return (predicted) => {
    let low = 0;
    let high = places.length - 1;
    if (predicted <= (places[low] ?? 0)) return values[low] ?? predicted;
    if (predicted >= (places[high] ?? 0)) return values[high] ?? predicted;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((places[middle] ?? 0) <= predicted) low = middle;
      else high = middle;
    }
    const width = (places[high] ?? 0) - (places[low] ?? 0);
    const share = width > 0 ? (predicted - (places[low] ?? 0)) / width : 0;
    return (values[low] ?? 0) * (1 - share) + (values[high] ?? 0) * share;
  };
};
const mean = (step: Step): number => step.happened / step.count;

/** For a reliability plot: bins of equal width, the empty ones left out. */
export const reliability = (outcomes: readonly Outcome[], bins = 10): ReliabilityBin[] => {
  const sums = Array.from({ length: bins }, () => ({ predicted: 0, happened: 0, count: 0 }));
  for (const { predicted, happened } of outcomes) {
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.floor(predicted * bins)))];
    if (!bin) continue;
    bin.predicted += predicted;
    bin.happened += happened ? 1 : 0;
    bin.count++;
  }
  return sums.filter(({ count }) => count > 0).map(({ predicted, happened, count }) => ({ predicted: predicted / count, happened: happened / count, count }));
};

/** Expected calibration error (Naeini and others, 2015): how far bins are off, weighed by how many are in them. */
export const calibrationError = (outcomes: readonly Outcome[], bins = 10): number =>
  reliability(outcomes, bins).reduce((sum, { predicted, happened, count }) => sum + (count / outcomes.length) * Math.abs(predicted - happened), 0);

/** Mean squared error; unlike the calibration error it cannot be made small by saying the same of everybody. */
export const brierScore = (outcomes: readonly Outcome[]): number =>
  outcomes.reduce((sum, { predicted, happened }) => sum + (predicted - (happened ? 1 : 0)) ** 2, 0) / Math.max(1, outcomes.length);

/** The latest so many outcomes. */
export const createOutcomes = (capacity: number, before: readonly Outcome[] = []) => {
  const kept: Outcome[] = before.slice(-capacity);
  let next = kept.length % capacity;
  return {
    add(outcome: Outcome): void {
      kept[next] = outcome;
      next = (next + 1) % capacity;
    },
    /** Oldest first. */
    all: (): readonly Outcome[] => (kept.length < capacity ? [...kept] : [...kept.slice(next), ...kept.slice(0, next)]),
    size: (): number => kept.length,
  };
};

const REFIT_EVERY = 500;

/** Keeps the latest outcomes and fits anew once in a while; bounded. `before`: those of an earlier one, oldest first. */
export const createCalibration = (capacity = CALIBRATION_OUTCOMES_MAX, before: readonly Outcome[] = []) => {
  const outcomes = createOutcomes(capacity, before);
  let seen = outcomes.size();
  let fitted = seen >= CALIBRATED_OUTCOMES_MIN ? fitIsotonic(outcomes.all()) : null;
  return {
    happened(outcome: Outcome): void {
      outcomes.add(outcome);
      seen++;
      if (seen === CALIBRATED_OUTCOMES_MIN || seen % REFIT_EVERY === 0) fitted = fitIsotonic(outcomes.all());
    },
    apply: (predicted: number): number => (fitted === null ? predicted : fitted(predicted)),
    /** It knows enough to change anything. */
    isFitted: (): boolean => fitted !== null,
    outcomes: (): readonly Outcome[] => outcomes.all(),
    size: outcomes.size,
  };
};
