// What channels have in common beyond counted neighbours: vectors learned online, so that a history says something also about channels
// that nobody watched together with it yet. A person's vector is the mean of the history's (factored item similarity, Kabbur and
// others, 2013) and a part of their own (SVD++, Koren, 2008), which a long history moves and a short one does not. What is predicted with are means of the vectors
// over their last steps, which the steps' noise moves less (Polyak and Juditsky, 1992). Knows slots, not people.

import { normal } from './random.ts';
import type { Random } from './random.ts';
import type { Dayparts } from './dayparts.ts';
import type { Taste } from './taste.ts';

export const KIN_DIMENSIONS = 16;
const CONTEXT_MAX = 36;
const OWN_RATE = 0.6; // steps of a person's own part, before AdaGrad shortens them
const OWN_KEEP = 0.03;
const CONTEXT_FADE = 0.97;
const CALM_GIVEN = 0.1; // what the newest step weighs in the means
const CALM_WANTED = 0.02;

export type KinshipSettings = {
  readonly rate: number;
  readonly keep: number;
  readonly hourContext: number;
  readonly dayparts: Dayparts;
};
export type Kinship = ReturnType<typeof createKinship>;

export const createKinship = (capacity: number, random: Random, { rate, keep, hourContext, dayparts }: KinshipSettings) => {
  const D = KIN_DIMENSIONS;
  const given = new Float32Array(capacity * D); // what watching it says of a person
  const wanted = new Float32Array(capacity * D); // what a person must be like to choose it
  const calmGiven = new Float32Array(capacity * D);
  const calmWanted = new Float32Array(capacity * D);
  const person = new Float64Array(D);
  const calmPerson = new Float64Array(D);
  const slope = new Float64Array(D);
  const context = new Int32Array(CONTEXT_MAX);
  const shares = new Float64Array(CONTEXT_MAX);
  let contextSize = 0;
  let asked: Taste | null = null;
  // What each channel's vectors were already taught: who was seen often learns slowly, a newcomer quickly (AdaGrad).
  const givenSquares = new Float64Array(capacity);
  const wantedSquares = new Float64Array(capacity);
  const givenSteps = new Float64Array(capacity);
  const wantedSteps = new Float64Array(capacity);
  const calm = (means: Float32Array, values: Float32Array, steps: Float64Array, slot: number, least: number): void => {
    const share = Math.max(least, 1 / ((steps[slot] = (steps[slot] ?? 0) + 1) + 1));
    for (let at = slot * D; at < (slot + 1) * D; at++) means[at] = (means[at] ?? 0) + share * ((values[at] ?? 0) - (means[at] ?? 0));
  };
  const stepOf = (squares: Float64Array, slot: number, square: number): number => rate / Math.sqrt(1 + (squares[slot] = (squares[slot] ?? 0) + square));

  /** `steep` is the squared length of the slope. */
  const moveOwn = (steep: number): void => {
    if (!asked) return;
    const own = (asked.own ??= new Float32Array(D));
    asked.ownSquares += steep;
    const step = OWN_RATE / Math.sqrt(1 + asked.ownSquares);
    for (let d = 0; d < D; d++) own[d] = (own[d] ?? 0) + step * ((slope[d] ?? 0) - OWN_KEEP * (own[d] ?? 0));
  };

  const clear = (slot: number): void => {
    givenSquares[slot] = wantedSquares[slot] = givenSteps[slot] = wantedSteps[slot] = 0;
    for (let at = slot * D; at < (slot + 1) * D; at++) {
      calmGiven[at] = given[at] = 0.1 * normal(random);
      calmWanted[at] = wanted[at] = 0.1 * normal(random);
    }
  };
  const product = (slot: number): number => {
    let sum = 0;
    for (let d = 0; d < D; d++) sum += (calmPerson[d] ?? 0) * (calmWanted[slot * D + d] ?? 0);
    return sum;
  };

  return {
    clear,
    /** Of the person asked for last with the channel. */
    product,
    /** The same as of the last step: what `learn` corrects. */
    newest(slot: number): number {
      let sum = 0;
      for (let d = 0; d < D; d++) sum += (person[d] ?? 0) * (wanted[slot * D + d] ?? 0);
      return sum;
    },
    ask(taste: Taste, slotOfRef: (ref: number) => number, hours: number): void {
      person.fill(0);
      calmPerson.fill(0);
      contextSize = 0;
      let weight = 1;
      let squares = 0;
      for (let at = taste.known.length - 1; at >= 0 && contextSize < CONTEXT_MAX; at--) {
        const entry = taste.known[at];
        const slot = entry ? slotOfRef(entry.ref) : -1;
        if (!entry || slot < 0) continue;
        context[contextSize] = slot;
        const share = weight * Math.exp(hourContext * dayparts.agreement(entry, hours));
        shares[contextSize++] = share;
        squares += share * share;
        weight *= CONTEXT_FADE;
      }
      asked = taste;
      for (let d = 0; taste.own && d < D; d++) calmPerson[d] = person[d] = taste.own[d] ?? 0;
      // Between the mean, which says too little of a long history, and the sum, which says too much.
      const norm = Math.sqrt(squares) || 1;
      for (let at = 0; at < contextSize; at++) {
        const share = (shares[at] = (shares[at] ?? 0) / norm);
        const from = (context[at] ?? 0) * D;
        for (let d = 0; d < D; d++) {
          person[d] = (person[d] ?? 0) + share * (given[from + d] ?? 0);
          calmPerson[d] = (calmPerson[d] ?? 0) + share * (calmGiven[from + d] ?? 0);
        }
      }
    },
    /** After `ask`: each row was given too little by `errors`. */
    learn(rows: Int32Array, errors: Float64Array, count: number): void {
      if (contextSize === 0) return;
      slope.fill(0);
      let length = 0;
      for (let d = 0; d < D; d++) length += (person[d] ?? 0) ** 2;
      for (let row = 0; row < count; row++) {
        const error = errors[row] ?? 0;
        const slot = rows[row] ?? 0;
        const to = slot * D;
        const step = stepOf(wantedSquares, slot, error * error * length);
        for (let d = 0; d < D; d++) {
          const value = wanted[to + d] ?? 0;
          slope[d] = (slope[d] ?? 0) + error * value;
          wanted[to + d] = value + step * (error * (person[d] ?? 0) - keep * value);
        }
        calm(calmWanted, wanted, wantedSteps, slot, CALM_WANTED);
      }
      let steep = 0;
      for (let d = 0; d < D; d++) steep += (slope[d] ?? 0) ** 2;
      moveOwn(steep);
      for (let at = 0; at < contextSize; at++) {
        const slot = context[at] ?? 0;
        const from = slot * D;
        const share = shares[at] ?? 0;
        const step = stepOf(givenSquares, slot, share * share * steep);
        for (let d = 0; d < D; d++) given[from + d] = (given[from + d] ?? 0) + step * (share * (slope[d] ?? 0) - keep * (given[from + d] ?? 0));
        calm(calmGiven, given, givenSteps, slot, CALM_GIVEN);
      }
    },
  };
};
