// The pieces of evidence, as logarithms: what is added up is log P(C) + log P(U | C), piece by piece, each times its weight. `ask`
// spreads one person's history over tables by slot, so that a piece is one look-up; `done` cleans them. Knows no learning.

import { TASTE_CHANNELS_MAX } from '../../../../shared/limits.ts';
import type { Popularity } from './popularity.ts';
import type { Dayparts } from './dayparts.ts';
import type { Surprise } from './surprise.ts';
import type { Circles } from './circles.ts';
import { regularGain } from './regulars.ts';
import { FACET_KINDS } from './taste.ts';
import type { Known, Taste } from './taste.ts';
import type { Together } from './together.ts';

/** Places in a row of features. */
export const PIECE = {
  viewers: 0, quick: 1, slow: 2, perChance: 3, surpriseNow: 4, surpriseDays: 5, surpriseEver: 6, // popularity
  lift: 7, // the same people
  category: 8, tag: 9, language: 10,
  known: 11, takes: 12, takesLately: 13, age: 14, justLeft: 15, hour: 16, knownPopular: 17, knownAgain: 18, last: 19, knownLift: 20, regular: 21, minutesAgo: 22, regularHour: 23,
  circle: 24, circleShort: 25, // the same people, in circles
} as const;
export const PRIOR_PIECES = 7; // the first ones
export const PIECES = 26;
/** About what is learned of people of many kinds, so that little is wasted in the beginning. */
export const START_WEIGHTS: readonly number[] = [
  0.4, 0, 0, 0.65, 0.4, 0.35, 0.5, 0.1, 0.5, 0.3, 0.7, 0.4, 0.35, -0.05, 0.08, -1.15, 0.1, -0.15, 0.1, -0.15, -0.05, 0.8, -0.15, 0.15, 0.3, 0.7,
];

export const FACETS_PER_CHANNEL = 7; // a category, a language, five tags
const CONTEXT_MAX = 6; // newest channels of a history whose neighbours count
const CONTEXT_FADE = 0.95;
const TAKES = { hits: 0.2, chances: 1 }; // the prior of "takes it when it is on air"
const FACET_PRIOR = 2; // watches that a person's facets are mixed with
const SCARCE = 0.05;
const CHOSEN_PRIOR = 0.5; // a channel of which nothing is known is chosen as often as the mean of those live
const SHORT = 3; // channels of a history at which circles count half as much more
const CHANCES_PRIOR_MIN = 5;
const JUST_HOURS = 0.99;
const MINUTES_HOURS = 0.34;

export type Evidence = ReturnType<typeof createEvidence>;
export type EvidenceDeps = {
  readonly capacity: number;
  readonly facetCapacity: number;
  readonly popularity: Popularity;
  readonly circles: Circles;
  readonly dayparts: Dayparts;
  readonly surprise: Surprise;
  readonly together: Together;
  readonly slotOfRef: (ref: number) => number;
  readonly isLive: (slot: number) => boolean;
  readonly viewers: Float64Array;
  /** FACETS_PER_CHANNEL ids for each slot, -1 where there is none. The first is the category, the second the language. */
  readonly facets: Int32Array;
  readonly facetShare: (facet: number) => number;
  readonly liveCount: () => number;
  /** How much more a channel of this time of day says than one of another. */
  readonly hourContext: number;
};

export const createEvidence = (deps: EvidenceDeps) => {
  const { popularity, together, surprise, circles, dayparts } = deps;
  const lift = new Float64Array(deps.capacity);
  const contextShare = new Float64Array(TASTE_CHANNELS_MAX);
  const touched: number[] = [];
  const entryAt = new Int16Array(deps.capacity);
  const facetLift = new Float64Array(deps.facetCapacity);
  const facetTouched: number[] = [];
  const facetBase = new Float64Array(FACET_KINDS);
  let liftBase = 0;
  let known: readonly Known[] = [];
  let again = 0;
  let nowHours = 0;
  let short = 0;
  let quickScale = 0;
  let slowScale = 0;

  const spreadLifts = (): void => {
    liftBase = 0;
    const first = Math.max(0, known.length - CONTEXT_MAX);
    let norm = 0;
    for (let at = known.length - 1, fade = 1; at >= first; at--, fade *= CONTEXT_FADE) {
      const entry = known[at];
      if (entry) norm += contextShare[at] = fade * Math.exp(deps.hourContext * dayparts.agreement(entry, nowHours));
    }
    for (let at = known.length - 1; at >= first; at--) {
      const slot = deps.slotOfRef(known[at]?.ref ?? 0);
      if (slot < 0) continue;
      const share = (contextShare[at] ?? 0) / norm;
      liftBase += share * together.usual(slot);
      const { ids, logs, length } = together.lifts(slot);
      for (let place = 0; place < length; place++) {
        const to = ids[place] ?? 0;
        if (lift[to] === 0) touched.push(to);
        lift[to] = (lift[to] ?? 0) + share * (logs[place] ?? 0);
      }
    }
  };

  const spreadFacets = (taste: Taste): void => {
    for (let kind = 0; kind < FACET_KINDS; kind++) facetBase[kind] = Math.log(FACET_PRIOR / ((taste.facetTotals[kind] ?? 0) + FACET_PRIOR));
    for (const [facet, count] of taste.facets) {
      facetLift[facet] = Math.log1p(count / (FACET_PRIOR * deps.facetShare(facet)));
      facetTouched.push(facet);
    }
  };

  /** log P(facet | person) / P(facet), with Dirichlet smoothing. */
  const facetPiece = (slot: number, place: number, kind: number): number => {
    const facet = deps.facets[slot * FACETS_PER_CHANNEL + place] ?? -1;
    return facet < 0 ? 0 : (facetBase[kind] ?? 0) + (facetLift[facet] ?? 0);
  };

  const prior = (features: Float64Array, offset: number, slot: number): void => {
    features[offset + PIECE.viewers] = Math.log1p(deps.viewers[slot] ?? 0);
    features[offset + PIECE.quick] = Math.log(SCARCE + (popularity.quick[slot] ?? 0) * quickScale);
    features[offset + PIECE.slow] = Math.log(SCARCE + (popularity.slow[slot] ?? 0) * slowScale);
    const live = deps.liveCount();
    const chances = popularity.chancesOf(slot, deps.isLive(slot));
    const usual = (popularity.chosenOf(slot) + CHOSEN_PRIOR) / (chances + Math.max(CHANCES_PRIOR_MIN, CHOSEN_PRIOR * live));
    features[offset + PIECE.perChance] = Math.log(usual * live);
    features[offset + PIECE.surpriseNow] = surprise.now(slot);
    features[offset + PIECE.surpriseDays] = surprise.days(slot);
    features[offset + PIECE.surpriseEver] = surprise.ever(slot);
  };

  const fill = (features: Float64Array, offset: number, slot: number): void => {
    features.fill(0, offset, offset + PIECES);
    prior(features, offset, slot);
    features[offset + PIECE.lift] = liftBase + (lift[slot] ?? 0);
    features[offset + PIECE.category] = facetPiece(slot, 0, 0);
    features[offset + PIECE.language] = facetPiece(slot, 1, 2);
    for (let place = 2; place < FACETS_PER_CHANNEL; place++) features[offset + PIECE.tag] = (features[offset + PIECE.tag] ?? 0) + facetPiece(slot, place, 1);
    features[offset + PIECE.circle] = circles.piece(slot);
    features[offset + PIECE.circleShort] = short * (features[offset + PIECE.circle] ?? 0);
    const entry = known[(entryAt[slot] ?? 0) - 1];
    if (!entry) return;
    const ageHours = Math.max(0, nowHours - entry.lastHours);
    const agreement = dayparts.agreement(entry, nowHours);
    features[offset + PIECE.known] = 1;
    features[offset + PIECE.takes] = Math.log((entry.hits + TAKES.hits) / (entry.chances + TAKES.chances));
    features[offset + PIECE.takesLately] = Math.log((entry.quickHits + TAKES.hits) / (entry.quickChances + TAKES.chances));
    features[offset + PIECE.age] = Math.log1p(ageHours);
    features[offset + PIECE.justLeft] = ageHours < JUST_HOURS ? 1 : 0;
    features[offset + PIECE.minutesAgo] = ageHours < MINUTES_HOURS ? 1 : 0;
    features[offset + PIECE.regular] = regularGain(entry.regular);
    features[offset + PIECE.regularHour] = regularGain(entry.regular) * agreement;
    features[offset + PIECE.hour] = Math.log(1.2 + agreement);
    features[offset + PIECE.knownPopular] = features[offset + PIECE.perChance] ?? 0;
    features[offset + PIECE.knownAgain] = again;
    features[offset + PIECE.last] = entry === known.at(-1) ? 1 : 0;
    features[offset + PIECE.knownLift] = features[offset + PIECE.lift] ?? 0;
  };

  const strengthOf = (weights: Float64Array, entry: Known): number =>
    (weights[PIECE.regular] ?? 0) + (weights[PIECE.regularHour] ?? 0) * dayparts.agreement(entry, nowHours);

  return {
    /** Spreads the history; `done` must follow before the next. */
    ask(taste: Taste, hours: number): void {
      known = taste.known;
      nowHours = hours;
      surprise.ask(hours);
      short = SHORT / (SHORT + taste.known.length);
      circles.ask(taste, deps.slotOfRef);
      quickScale = popularity.quickScale(hours);
      slowScale = popularity.slowScale(hours);
      again = Math.log((taste.again + 1) / (taste.other + 1));
      known.forEach(({ ref }, at) => {
        const slot = deps.slotOfRef(ref);
        if (slot >= 0) entryAt[slot] = at + 1;
      });
      spreadLifts();
      spreadFacets(taste);
    },
    done(): void {
      for (const slot of touched) lift[slot] = 0;
      touched.length = 0;
      for (const facet of facetTouched) facetLift[facet] = 0;
      facetTouched.length = 0;
      for (const { ref } of known) {
        const slot = deps.slotOfRef(ref);
        if (slot >= 0) entryAt[slot] = 0;
      }
      known = [];
    },
    fill,
    prior,
    facetPiece,
    /** From 1, without a history, to 0. */
    short: () => short,
    /** How much of `regularGain` counts at this time of day. */
    regularStrength: (weights: Float64Array, entry: Known): number => Math.max(0.1, strengthOf(weights, entry)),
    /** What of a known channel's score is its being one of theirs. */
    regularPart: (weights: Float64Array, entry: Known): number => strengthOf(weights, entry) * regularGain(entry.regular),
    /** The person's own memory of the channel. */
    knownOf: (slot: number): Known | undefined => known[(entryAt[slot] ?? 0) - 1],
    /** For the quick way through all who are live: what most have, and what the touched have instead. */
    spread: { lift, entryAt, touched, base: () => liftBase },
  };
};
