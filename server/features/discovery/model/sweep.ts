// The quick way through all who are live: what does not depend on the person is computed once in a while, the rest is a look-up and
// a short product for each. Says the same as the slow way (evidence and weights, row by row) up to the age of the prior. Draws the
// exploration: Thompson sampling of the popularity's posterior, wide where little was seen.

import type { Circles } from './circles.ts';
import type { Contest } from './contest.ts';
import { FACETS_PER_CHANNEL, PIECE, PIECES, PRIOR_PIECES } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import type { Kinship } from './kinship.ts';
import { normal } from './random.ts';
import type { Random } from './random.ts';
import type { Known } from './taste.ts';
import type { Weights } from './weights.ts';

const DRAWS = 4_096; // normal numbers made beforehand, read from a random place on
const WIDTH_MIN = 0.5;
const PRIOR_FRESH_HOURS = 10 / 3_600;

export type SweepDeps = {
  readonly capacity: number;
  readonly random: Random;
  readonly evidence: Evidence;
  readonly weights: Weights;
  readonly circles: Circles;
  readonly kinship: Kinship;
  readonly contest: Contest;
  readonly facets: Int32Array;
  readonly chosenOf: (slot: number) => number;
  readonly slotOfRef: (ref: number) => number;
  readonly livePlace: Int32Array;
};

export const createSweep = ({ capacity, random, evidence, weights, circles, kinship, contest, facets, chosenOf, slotOfRef, livePlace }: SweepDeps) => {
  const prior = new Float64Array(capacity).fill(Number.NaN);
  const doubt = new Float64Array(capacity);
  const row = new Float64Array(PIECES);
  const draws = Float64Array.from({ length: DRAWS }, () => normal(random));
  let refreshedHours = -Infinity;
  let next = 0; // place to go on from

  const refresh = (slot: number): void => {
    evidence.prior(row, 0, slot);
    let sum = 0;
    for (let piece = 0; piece < PRIOR_PIECES; piece++) sum += (weights.values[piece] ?? 0) * (row[piece] ?? 0);
    prior[slot] = sum;
    // The logarithm of a rate after n choices is known to about 1 / sqrt(n); half a choice is the prior's.
    doubt[slot] = 1 / Math.sqrt(chosenOf(slot) + 0.5);
  };

  /** log P(U | C) of what is not one of the person's own channels. */
  const facetScore = (slot: number): number => {
    const from = slot * FACETS_PER_CHANNEL;
    let sum = 0;
    if ((facets[from] ?? -1) >= 0) sum += (weights.values[PIECE.category] ?? 0) * evidence.facetPiece(slot, 0, 0);
    if ((facets[from + 1] ?? -1) >= 0) sum += (weights.values[PIECE.language] ?? 0) * evidence.facetPiece(slot, 1, 2);
    for (let place = 2; place < FACETS_PER_CHANNEL && (facets[from + place] ?? -1) >= 0; place++) {
      sum += (weights.values[PIECE.tag] ?? 0) * evidence.facetPiece(slot, place, 1);
    }
    return sum;
  };

  return {
    /** Between `ask` and `done` of evidence and kinship: fills `out` by place of `live`. */
    scores(live: Int32Array, count: number, known: readonly Known[], hours: number, explore: number, out: Float64Array): void {
      // In turns, so that nobody has to wait for all.
      const due = Math.ceil(count * Math.min(1, Math.abs(hours - refreshedHours) / PRIOR_FRESH_HOURS));
      for (let done = 0; done < due; done++) refresh(live[(next = (next + 1) % count)] ?? 0);
      refreshedHours = hours;
      const circleWeight = (weights.values[PIECE.circle] ?? 0) + evidence.short() * (weights.values[PIECE.circleShort] ?? 0);
      const liftWeight = weights.values[PIECE.lift] ?? 0;
      const base = liftWeight * evidence.spread.base();
      const { lift } = evidence.spread;
      const offset = Math.floor(random() * DRAWS);
      const { product } = kinship;
      for (let place = 0; place < count; place++) {
        const slot = live[place] ?? 0;
        if (Number.isNaN(prior[slot])) refresh(slot);
        out[place] = (prior[slot] ?? 0) + base + liftWeight * (lift[slot] ?? 0) + product(slot) + facetScore(slot) + circleWeight * circles.piece(slot);
      }
      contest.start();
      for (const { ref } of known) {
        const slot = slotOfRef(ref);
        const place = slot < 0 ? -1 : (livePlace[slot] ?? -1);
        if (place < 0) continue;
        evidence.fill(row, 0, slot);
        out[place] = weights.dot(row, 0) + product(slot);
        const entry = evidence.knownOf(slot);
        if (entry) contest.enter(out, place, entry);
      }
      contest.settle(out, count);
      if (explore === 0) return;
      // All counted pieces of popularity are about the same rate, and in doubt together.
      const width = explore * Math.max(WIDTH_MIN, (weights.values[PIECE.quick] ?? 0) + (weights.values[PIECE.slow] ?? 0) + (weights.values[PIECE.perChance] ?? 0));
      for (let place = 0; place < count; place++) {
        out[place] = (out[place] ?? 0) + width * (doubt[live[place] ?? 0] ?? 0) * (draws[(offset + place) % DRAWS] ?? 0);
      }
    },
    /** log P(C), up to a constant; as of the last time it was needed. */
    priorOf: (slot: number): number => {
      if (Number.isNaN(prior[slot])) refresh(slot);
      return prior[slot] ?? 0;
    },
    /** What was computed of the slot no longer holds. */
    stale: (slot: number): void => void (prior[slot] = Number.NaN),
  };
};
