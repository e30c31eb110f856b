// What those of a person's channels that are on air make of each other: whoever is one of theirs for sure takes the choice from the
// others, one that only may be theirs does so sometimes. Changes scores from "without what is theirs" to "with it". Knows evidence and
// the race; the same for ranking and for learning.

import { TASTE_CHANNELS_MAX } from '../../../../shared/limits.ts';
import type { Evidence } from './evidence.ts';
import { createRace, HARDLY } from './race.ts';
import { learnDraw, MOOD, regularAfter, regularGain } from './regulars.ts';
import type { Known } from './taste.ts';
import type { Weights } from './weights.ts';

const MAX = TASTE_CHANNELS_MAX;

export type Contest = ReturnType<typeof createContest>;

export const createContest = (evidence: Evidence, weights: Weights) => {
  const race = createRace(MAX);
  const [share, own, gain] = [new Float64Array(MAX), new Float64Array(MAX), new Float64Array(MAX)];
  const places = new Int32Array(MAX);
  const entries: Known[] = [];

  return {
    start: (): void => void (entries.length = 0),
    /** A channel of the history, whose score at `place` is `scores[place]`, what is theirs included. */
    enter(scores: Float64Array, place: number, entry: Known): void {
      if (entries.length === MAX) return;
      const at = entries.length;
      own[at] = entry.regular;
      gain[at] = Math.exp(evidence.regularStrength(weights.values, entry) * regularGain(1) + entry.draw);
      places[at] = place;
      scores[place] = (scores[place] ?? 0) - evidence.regularPart(weights.values, entry);
      entries.push(entry);
    },
    /** All others' scores stay; each of `scores` is a logarithm. */
    settle(scores: Float64Array, count: number): void {
      const runners = entries.length;
      if (runners === 0) return;
      let top = -Infinity;
      for (let place = 0; place < count; place++) if ((scores[place] ?? 0) > top) top = scores[place] ?? 0;
      let sum = 0;
      for (let place = 0; place < count; place++) sum += Math.exp((scores[place] ?? 0) - top);
      const all = top + Math.log(sum);
      for (let at = 0; at < runners; at++) share[at] = Math.exp((scores[places[at] ?? 0] ?? 0) - all);
      const rest = MOOD * race.run(share, own, gain, runners) + 1 - MOOD;
      for (let at = 0; at < runners; at++) {
        const wins = (own[at] ?? 0) * (race.ifOwn[at] ?? 0) + (1 - (own[at] ?? 0)) * (race.ifNot[at] ?? 0);
        scores[places[at] ?? 0] = Math.log((MOOD * wins + (1 - MOOD) * (share[at] ?? 0)) / rest) + all;
      }
    },
    /** After `settle`: the one at `chosen` was chosen. */
    learn(chosen: number): void {
      entries.forEach((entry, at) => {
        const passing = (1 - MOOD) * (share[at] ?? 0);
        const [ifOwn, ifNot] = [MOOD * (race.ifOwn[at] ?? 0) + passing, MOOD * (race.ifNot[at] ?? 0) + passing];
        const isChosen = places[at] === chosen;
        if (entry.regular >= HARDLY) learnDraw(entry, entry.regular, { ifOwn, ifNot }, isChosen);
        entry.regular = regularAfter(entry.regular, { ifOwn, ifNot }, isChosen);
      });
    },
  };
};
