// What a viewer will probably do next: P(B | C) = P(C | B) P(B) / P(C) for each behaviour, naive Bayes over what is seen of the watch
// (C: how long, what they did, when, their history), learned online. Pure, bounded: a fixed table of counts for each behaviour.
// Invariant: a watch that is held out is never learned from; it calibrates, and before that it judges what was said of it.

import { CALIBRATED_OUTCOMES_MIN, CALIBRATION_ERROR_PERCENT_MAX, JUDGED_OUTCOMES_MAX } from '../../../shared/limits.ts';
import { brierScore, calibrationError, createCalibration, createOutcomes, reliability } from './calibration.ts';
import type { Outcome, ReliabilityBin } from './calibration.ts';

/** Stays the next minute, comes back within a week, gives a gift before leaving, follows before leaving. */
export const BEHAVIOURS = ['stays', 'returns', 'gifts', 'follows'] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

export type Watch = {
  readonly watchedS: number;
  readonly lines: number;
  readonly reactions: number;
  readonly gifts: number;
  /** Of the day in UTC, 0 to 23. */
  readonly hour: number;
  /** Earlier watches of this channel, and days since the last began; null for the first. */
  readonly earlierWatches: number;
  readonly daysSince: number | null;
  readonly follows: boolean;
};

/** Of what was held out. `ece`, `brier` and `plot` are of what was said, calibrated, before the outcome was known. */
export type Judged = {
  readonly learned: number;
  readonly heldOut: number;
  readonly judged: number;
  readonly ece: number;
  readonly brier: number;
  readonly plot: readonly ReliabilityBin[];
  /** Enough of it, and right enough, to be shown to people. */
  readonly isCalibrated: boolean;
};

/** What one behaviour has learned, as numbers that can be written down. */
export type PredictorState = {
  readonly yes: readonly (readonly number[])[];
  readonly no: readonly (readonly number[])[];
  readonly yesTotal: number;
  readonly noTotal: number;
  readonly learned: number;
  readonly heldOut: number;
  readonly calibrating: readonly Outcome[];
  readonly judged: readonly Outcome[];
};
export type ModelState = { readonly [B in Behaviour]: PredictorState };

const scale = (bounds: readonly number[]) => (value: number): number => {
  let at = 0;
  while (at < bounds.length && value >= (bounds[at] ?? 0)) at++;
  return at;
};
const watched = scale([15, 60, 180, 600, 1_800, 5_400]);
const some = scale([1, 2, 5, 15]);
const earlier = scale([1, 2, 4, 10, 30]);
const days = scale([0.5, 1.5, 3, 7, 21]);

/** Each piece of evidence as one of a few values. */
const PIECES: readonly { readonly values: number; readonly of: (watch: Watch) => number }[] = [
  { values: 7, of: ({ watchedS }) => watched(watchedS) },
  { values: 5, of: ({ lines }) => some(lines) },
  { values: 5, of: ({ reactions }) => some(reactions) },
  { values: 5, of: ({ gifts }) => some(gifts) },
  { values: 6, of: ({ hour }) => Math.floor(hour / 4) % 6 },
  { values: 6, of: ({ earlierWatches }) => earlier(earlierWatches) },
  { values: 7, of: ({ daysSince }) => (daysSince === null ? 6 : days(daysSince)) },
  { values: 2, of: ({ follows }) => (follows ? 1 : 0) },
];

const SMOOTHING = 1; // each value counts as seen this often, with each outcome
const FADE_AT = 200_000; // outcomes; then all counts halve, so that people may change

type Counts = { yes: Float64Array[]; no: Float64Array[]; yesTotal: number; noTotal: number };

const freshCounts = (): Counts => {
  const table = () => PIECES.map(({ values }) => new Float64Array(values).fill(SMOOTHING));
  return { yes: table(), no: table(), yesTotal: 1, noTotal: 1 };
};

/** Throws where the numbers are not those of the pieces there are now. */
const countsFrom = ({ yes, no, yesTotal, noTotal }: PredictorState): Counts => {
  const isRight = (rows: readonly (readonly number[])[]): boolean =>
    rows.length === PIECES.length && rows.every((row, at) => row.length === PIECES[at]?.values && row.every((count) => count >= SMOOTHING));
  if (!isRight(yes) || !isRight(no) || !(yesTotal > 0) || !(noTotal > 0)) throw new Error('counts of other pieces');
  return { yes: yes.map((row) => Float64Array.from(row)), no: no.map((row) => Float64Array.from(row)), yesTotal, noTotal };
};

const createPredictor = (before?: PredictorState) => {
  const counts = before ? countsFrom(before) : freshCounts();
  const calibration = createCalibration(undefined, before?.calibrating);
  const judged = createOutcomes(JUDGED_OUTCOMES_MAX, before?.judged);
  let learned = before?.learned ?? 0;
  let heldOut = before?.heldOut ?? 0;
  // log(likely / unlikely) of each value of each piece: asked for far more often than it changes.
  const ratios = PIECES.map(({ values }) => new Float64Array(values));
  let prior = 0;
  let isStale = true;

  const refresh = (): void => {
    prior = Math.log(counts.yesTotal / counts.noTotal);
    PIECES.forEach(({ values }, at) => {
      for (let value = 0; value < values; value++) {
        const likely = (counts.yes[at]?.[value] ?? SMOOTHING) / (counts.yesTotal + SMOOTHING * values);
        const unlikely = (counts.no[at]?.[value] ?? SMOOTHING) / (counts.noTotal + SMOOTHING * values);
        const row = ratios[at];
        if (row) row[value] = Math.log(likely / unlikely);
      }
    });
    isStale = false;
  };

  /** P(B | C) as naive Bayes has it: too sure of itself, since pieces that go together count twice. */
  const raw = (watch: Watch): number => {
    if (isStale) refresh();
    let logOdds = prior;
    for (let at = 0; at < PIECES.length; at++) logOdds += ratios[at]?.[PIECES[at]?.of(watch) ?? 0] ?? 0;
    return 1 / (1 + Math.exp(-logOdds));
  };

  const learn = (watch: Watch, happened: boolean): void => {
    learned++;
    isStale = true;
    if (happened) counts.yesTotal++;
    else counts.noTotal++;
    const rows = happened ? counts.yes : counts.no;
    PIECES.forEach(({ of }, at) => {
      const row = rows[at];
      const value = of(watch);
      if (row) row[value] = (row[value] ?? 0) + 1;
    });
    if (counts.yesTotal + counts.noTotal < FADE_AT) return;
    for (const row of [...counts.yes, ...counts.no]) for (let at = 0; at < row.length; at++) row[at] = Math.max(SMOOTHING, (row[at] ?? 0) / 2);
    counts.yesTotal /= 2;
    counts.noTotal /= 2;
  };

  const holdOut = (watch: Watch, happened: boolean): void => {
    heldOut++;
    const predicted = raw(watch);
    if (calibration.isFitted()) judged.add({ predicted: calibration.apply(predicted), happened });
    calibration.happened({ predicted, happened });
  };

  return {
    raw,
    predict: (watch: Watch): number => calibration.apply(raw(watch)),
    happened: (watch: Watch, happened: boolean, isHeldOut: boolean): void => (isHeldOut ? holdOut : learn)(watch, happened),
    judge(): Judged {
      const outcomes = judged.all();
      const ece = outcomes.length === 0 ? 0 : calibrationError(outcomes);
      return {
        learned, heldOut, judged: outcomes.length, ece, brier: brierScore(outcomes), plot: reliability(outcomes),
        isCalibrated: outcomes.length >= CALIBRATED_OUTCOMES_MIN && ece * 100 <= CALIBRATION_ERROR_PERCENT_MAX,
      };
    },
    state: (): PredictorState => ({
      yes: counts.yes.map((row) => [...row]), no: counts.no.map((row) => [...row]), yesTotal: counts.yesTotal, noTotal: counts.noTotal,
      learned, heldOut, calibrating: calibration.outcomes(), judged: judged.all(),
    }),
  };
};

export type BehaviourModel = ReturnType<typeof createBehaviourModel>;

/** `before`: the state of an earlier model; throws if it does not fit. */
export const createBehaviourModel = (before?: ModelState) => {
  const predictors = {
    stays: createPredictor(before?.stays), returns: createPredictor(before?.returns),
    gifts: createPredictor(before?.gifts), follows: createPredictor(before?.follows),
  };
  return {
    predict: (behaviour: Behaviour, watch: Watch): number => predictors[behaviour].predict(watch),
    /** Before calibration, to see what that changes. */
    uncalibrated: (behaviour: Behaviour, watch: Watch): number => predictors[behaviour].raw(watch),
    /** What came of a watch: learned from, or, held out, what calibrates and judges. */
    happened: (behaviour: Behaviour, watch: Watch, happened: boolean, isHeldOut: boolean): void => predictors[behaviour].happened(watch, happened, isHeldOut),
    /** How right it is, on what was held out; some 5,000 outcomes are counted for it, so not for every viewer. */
    judge: (behaviour: Behaviour): Judged => predictors[behaviour].judge(),
    state: (): ModelState => ({
      stays: predictors.stays.state(), returns: predictors.returns.state(), gifts: predictors.gifts.state(), follows: predictors.follows.state(),
    }),
  };
};
