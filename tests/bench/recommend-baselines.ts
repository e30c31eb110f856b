// What a ranking must beat: popularity, the last watched again, and the two factor models of LiveRec's comparison, BPR-MF (Rendle
// and others, 2009) and FPMC (Rendle and others, 2010). All learn on through validation and test, one step for each choice, as ours
// does; their settings are searched on validation alone.

import { normal, seededRandom } from '../../server/features/discovery/model/random.ts';
import type { Recommender, Table } from './recommend-data.ts';

export type PopularBy = 'viewers' | 'day' | 'ever';

/** Counts as of now: those who watch, choices that fade with a half-life of a day, or all choices. */
const createCounts = (table: Table, by: PopularBy) => {
  const counts = new Float64Array(table.streamers);
  const growth = by === 'day' ? Math.LN2 / 144 : 0;
  return {
    counts,
    chose: (streamer: number, round: number) => void (counts[streamer] = (counts[streamer] ?? 0) + Math.exp(growth * round)),
    left: (streamer: number) => void (counts[streamer] = (counts[streamer] ?? 0) - (by === 'viewers' ? 1 : 0)),
  };
};

export const popularity = (table: Table, by: PopularBy): Recommender => {
  const { counts, chose, left } = createCounts(table, by);
  return {
    score(_user, live, count, _round, out) {
      for (let at = 0; at < count; at++) out[at] = counts[live[at] ?? 0] ?? 0;
    },
    chose: (_user, streamer, round) => chose(streamer, round),
    left,
  };
};

/** The known ones first: the latest, or the most often watched; the others by popularity. */
export const repeat = (table: Table, { by, popularBy }: { by: 'last' | 'most'; popularBy: PopularBy }): Recommender => {
  const { counts, chose, left } = createCounts(table, popularBy);
  const known = new Map<number, Map<number, number>>();
  return {
    score(user, live, count, _round, out) {
      const mine = known.get(user);
      let top = 1;
      for (let at = 0; at < count; at++) top = Math.max(top, counts[live[at] ?? 0] ?? 0);
      for (let at = 0; at < count; at++) {
        const streamer = live[at] ?? 0;
        out[at] = (counts[streamer] ?? 0) / (top * 2) + (mine?.get(streamer) ?? 0);
      }
    },
    chose(user, streamer, round) {
      const mine = known.get(user) ?? new Map<number, number>();
      known.set(user, mine);
      mine.set(streamer, by === 'last' ? round + 1 : (mine.get(streamer) ?? 0) + 1);
      chose(streamer, round);
    },
    left,
  };
};

export type FactorSettings = { readonly dimensions: number; readonly rate: number; readonly keep: number; readonly epochs: number; readonly sequence: boolean };

/**
 * BPR-MF, and with `sequence` FPMC: user · streamer + (streamer watched last) · streamer + bias, trained on the part before `before`
 * for so many epochs, each choice against one who was live and was not chosen.
 */
export const factors = (table: Table, before: number, settings: FactorSettings): Recommender => {
  const { dimensions: D, rate, keep, epochs, sequence } = settings;
  const random = seededRandom(11);
  const matrix = (rows: number) => Float32Array.from({ length: rows * D }, () => 0.1 * normal(random));
  const [people, wanted, previous, following] = [matrix(table.users), matrix(table.streamers), matrix(table.streamers), matrix(table.streamers)];
  const bias = new Float32Array(table.streamers);
  const last = new Int32Array(table.users).fill(-1);

  const dot = (a: Float32Array, row: number, b: Float32Array, other: number): number => {
    let sum = 0;
    for (let d = 0; d < D; d++) sum += (a[row * D + d] ?? 0) * (b[other * D + d] ?? 0);
    return sum;
  };
  const scoreOf = (user: number, from: number, streamer: number): number =>
    (bias[streamer] ?? 0) + dot(people, user, wanted, streamer) + (sequence && from >= 0 ? dot(previous, from, following, streamer) : 0);
  const pull = (a: Float32Array, row: number, b: Float32Array, good: number, bad: number, slope: number): void => {
    for (let d = 0; d < D; d++) {
      const [mine, plus, minus] = [a[row * D + d] ?? 0, b[good * D + d] ?? 0, b[bad * D + d] ?? 0];
      a[row * D + d] = mine + rate * (slope * (plus - minus) - keep * mine);
      b[good * D + d] = plus + rate * (slope * mine - keep * plus);
      b[bad * D + d] = minus + rate * (-slope * mine - keep * minus);
    }
  };
  const learn = (user: number, from: number, good: number, bad: number): void => {
    if (good === bad) return;
    const slope = 1 / (1 + Math.exp(scoreOf(user, from, good) - scoreOf(user, from, bad)));
    bias[good] = (bias[good] ?? 0) + rate * (slope - keep * (bias[good] ?? 0));
    bias[bad] = (bias[bad] ?? 0) - rate * (slope + keep * (bias[bad] ?? 0));
    pull(people, user, wanted, good, bad, slope);
    if (sequence && from >= 0) pull(previous, from, following, good, bad, slope);
  };

  // Triples of the training part, with several who were live then to choose the other from.
  const OTHERS = 8;
  const triples: number[] = [];
  let current: Int32Array = new Int32Array(0);
  let currentCount = 0;
  const other = (): number => current[Math.floor(random() * currentCount)] ?? 0;
  let trained = false;
  const train = (): void => {
    trained = true;
    const width = 3 + OTHERS;
    const count = triples.length / width;
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let step = 0; step < count; step++) {
        const at = Math.floor(random() * count) * width;
        learn(triples[at] ?? 0, triples[at + 1] ?? 0, triples[at + 2] ?? 0, triples[at + 3 + Math.floor(random() * OTHERS)] ?? 0);
      }
    }
  };
  return {
    round(live, count) {
      current = live;
      currentCount = count;
    },
    score(user, live, count, _round, out) {
      if (!trained) train();
      const from = last[user] ?? -1;
      for (let at = 0; at < count; at++) out[at] = scoreOf(user, from, live[at] ?? 0);
    },
    chose(user, streamer, round) {
      const from = last[user] ?? -1;
      if (round < before) {
        triples.push(user, from, streamer);
        for (let at = 0; at < OTHERS; at++) triples.push(other());
      } else {
        if (!trained) train();
        for (let at = 0; at < OTHERS; at++) learn(user, from, streamer, other());
      }
      last[user] = streamer;
    },
  };
};
