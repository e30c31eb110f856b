// What a viewer will probably do next: P(B | C) = P(C | B) P(B) / P(C) for each behaviour, naive Bayes over what is seen of the watch
// (C: how long, what they did, when, their history), learned online and calibrated on its own earlier predictions. Pure, bounded:
// a fixed table of counts for each behaviour.

import { createCalibration } from './calibration.ts';

/** Stays the next minute, comes back within a week, gives a gift, follows. */
export const BEHAVIOURS = ['stays', 'returns', 'gifts', 'follows'] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

export type Watch = {
  readonly watchedS: number;
  readonly lines: number;
  readonly reactions: number;
  readonly gifts: number;
  /** Local hour of the channel's clock, 0 to 23. */
  readonly hour: number;
  /** Earlier watches of this channel, and days since the last; null for the first. */
  readonly earlierWatches: number;
  readonly daysSince: number | null;
  readonly follows: boolean;
};

const scale = (bounds: readonly number[]) => (value: number): number => bounds.filter((bound) => value >= bound).length;
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

const createPredictor = () => {
  const table = () => PIECES.map(({ values }) => new Float64Array(values).fill(SMOOTHING));
  const counts: Counts = { yes: table(), no: table(), yesTotal: 1, noTotal: 1 };
  const calibration = createCalibration();

  /** P(B | C) as naive Bayes has it: too sure of itself, since pieces that go together count twice. */
  const raw = (watch: Watch): number => {
    let logOdds = Math.log(counts.yesTotal / counts.noTotal);
    PIECES.forEach(({ values, of }, at) => {
      const value = of(watch);
      const likely = (counts.yes[at]?.[value] ?? SMOOTHING) / (counts.yesTotal + SMOOTHING * values);
      const unlikely = (counts.no[at]?.[value] ?? SMOOTHING) / (counts.noTotal + SMOOTHING * values);
      logOdds += Math.log(likely / unlikely);
    });
    return 1 / (1 + Math.exp(-logOdds));
  };

  const learn = (watch: Watch, happened: boolean): void => {
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

  return {
    raw,
    predict: (watch: Watch): number => calibration.apply(raw(watch)),
    /** What came of a watch. Its prediction, made before learning of it, is what calibrates. */
    happened(watch: Watch, happened: boolean): void {
      calibration.happened({ predicted: raw(watch), happened });
      learn(watch, happened);
    },
  };
};

export type BehaviourModel = ReturnType<typeof createBehaviourModel>;

export const createBehaviourModel = () => {
  const predictors = { stays: createPredictor(), returns: createPredictor(), gifts: createPredictor(), follows: createPredictor() };
  return {
    predict: (behaviour: Behaviour, watch: Watch): number => predictors[behaviour].predict(watch),
    /** Before calibration, to see what that changes. */
    uncalibrated: (behaviour: Behaviour, watch: Watch): number => predictors[behaviour].raw(watch),
    happened: (behaviour: Behaviour, watch: Watch, happened: boolean): void => predictors[behaviour].happened(watch, happened),
  };
};
