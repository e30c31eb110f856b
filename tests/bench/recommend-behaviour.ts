// Whether predicted probabilities mean what they say, on people made up whose true chances are known: pieces of evidence depend on each
// other and act together, which naive Bayes does not believe. Learned in order of time, measured on what came after.

import { BEHAVIOURS, createBehaviourModel } from '../../server/features/behaviour/model.ts';
import type { Behaviour, Watch } from '../../server/features/behaviour/model.ts';
import { brierScore, calibrationError, reliability } from '../../server/features/behaviour/calibration.ts';
import type { Outcome } from '../../server/features/behaviour/calibration.ts';
import { normal, seededRandom } from '../../server/features/discovery/model/random.ts';
import type { Random } from '../../server/features/discovery/model/random.ts';

const LEARNED = 60_000;
const HELD_OUT = 40_000;
/** Of those learned from: one in so many calibrates instead, as on a real server. */
const HELD_OUT_EVERY = 5;

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** One hidden liking moves everything that is seen. */
const person = (random: Random): { watch: Watch; chance: Record<Behaviour, number> } => {
  const liking = normal(random);
  const count = (mean: number): number => Math.floor(-Math.log(1 - random()) * mean);
  const watchedS = Math.exp(5 + 0.8 * liking + 1.2 * normal(random));
  const lines = count(0.6 * Math.exp(0.8 * liking));
  const earlierWatches = count(2 * Math.exp(0.7 * liking));
  const hour = Math.floor(24 * random());
  const follows = random() < logistic(liking + 0.2 * earlierWatches - 2.5);
  const watch: Watch = {
    watchedS, lines, reactions: count(1.5 * Math.exp(0.7 * liking)), gifts: random() < 0.02 * Math.exp(liking) ? 1 + count(1) : 0, hour,
    earlierWatches, daysSince: earlierWatches > 0 ? count(6) : null, follows,
  };
  const late = hour < 5 ? 0.6 : 0;
  const chance = {
    stays: logistic(1.2 + 0.8 * liking + 0.3 * Math.log(watchedS / 150) - late),
    returns: logistic(-1 + 0.9 * liking + (follows ? 0.8 : 0) + 0.15 * Math.min(earlierWatches, 8) - 0.05 * (watch.daysSince ?? 4)),
    gifts: logistic(-4.6 + 0.8 * liking + (watch.gifts > 0 ? 2 : 0) + (lines > 0 && watchedS > 600 ? 0.8 : 0)),
    follows: follows ? 0 : logistic(-3 + 0.8 * liking + 0.4 * Math.min(lines, 4)),
  };
  return { watch, chance };
};

export const measureBehaviour = (seed: number) => {
  const random = seededRandom(seed);
  const model = createBehaviourModel();
  const kept = { stays: [], returns: [], gifts: [], follows: [] } satisfies Record<Behaviour, Outcome[]> as Record<Behaviour, Outcome[]>;
  const raw = { stays: [], returns: [], gifts: [], follows: [] } satisfies Record<Behaviour, Outcome[]> as Record<Behaviour, Outcome[]>;
  const truth = { stays: [], returns: [], gifts: [], follows: [] } satisfies Record<Behaviour, Outcome[]> as Record<Behaviour, Outcome[]>;
  for (let at = 0; at < LEARNED + HELD_OUT; at++) {
    const { watch, chance } = person(random);
    for (const behaviour of BEHAVIOURS) {
      const happened = random() < chance[behaviour];
      if (at < LEARNED) {
        model.happened(behaviour, watch, happened, at % HELD_OUT_EVERY === 0);
        continue;
      }
      kept[behaviour].push({ predicted: model.predict(behaviour, watch), happened });
      raw[behaviour].push({ predicted: model.uncalibrated(behaviour, watch), happened });
      truth[behaviour].push({ predicted: chance[behaviour], happened });
    }
  }
  return Object.fromEntries(
    BEHAVIOURS.map((behaviour) => [behaviour, {
      ece: calibrationError(kept[behaviour]), uncalibratedEce: calibrationError(raw[behaviour]),
      brier: brierScore(kept[behaviour]), oracleBrier: brierScore(truth[behaviour]), plot: reliability(kept[behaviour]),
    }]),
  );
};
