// What could be known at best: a reference that knows how the made-up world works, every channel and every crowd, but of a person only
// what they chose before. The oracle sees hidden tastes and bonds that no history tells; the distance between the two is nobody's to go.
// It averages chances over what the person could be like, given the history: Markov chains (Metropolis and Hastings) that begin at the
// truth, which is one fair draw from that, so that a chain too short errs towards the oracle: the reference is never too weak.
// For worlds whose tastes stay; knows no model.

import { normal, seededRandom } from '../../server/features/discovery/model/random.ts';
import type { Random } from '../../server/features/discovery/model/random.ts';
import { DIMENSIONS, LANGUAGES, LANGUAGE_PENALTY, newInterest, newInterests, randomVector, tasteOf, zipf } from './recommend-simulator.ts';
import type { Leanings, Population, Regime, Studied, StudiedChoice, Truth } from './recommend-simulator.ts';

const STEPS = 260;
const BURN = 60; // steps before the first sample
const THIN = 5;
const BOND_MOVES = 4; // for each step
const STRIDES = [0.15, 0.3, 0.6, 1];

type Person = { language: number; leanings: readonly Leanings[] };
type Earlier = { readonly places: Int32Array; readonly from: Int32Array };
/** Of each choice: how open the chosen one is, how open all are together, and each that a bond could favour. */
type Sums = { readonly chosen: Float64Array; readonly all: Float64Array; readonly known: readonly Float64Array[] };

/** Of one choice: its row in the file, the place of the chosen one, and how likely each who was live is made by the history. */
export type Informed = { readonly row: number; readonly chosen: number; readonly chance: Float64Array };

/** For every choice of the studied from round `truthFrom` on: the chance of each who was live, as well as a history can tell. */
export const informed = (regime: Regime, truth: Truth, seed: number): Informed[] => {
  const random = seededRandom(seed);
  return truth.studied.flatMap((person) =>
    person.asked.flatMap(({ row, chosen }, at) => (truth.chances.has(row) ? [{ row, chosen, chance: expected(regime, truth.population, person, at, random) }] : [])),
  );
};

const expected = (regime: Regime, population: Population, studied: Studied, upTo: number, random: Random): Float64Array => {
  const { asked } = studied;
  const query = asked[upTo];
  const before = earlierOf(asked);
  const earlier = before[upTo];
  if (!query || !earlier) throw new Error('nothing was asked');
  let person: Person = { language: studied.language, leanings: studied.personas };
  let draws = drawsOf(regime, population, person);
  const bonds = Float64Array.from(asked.slice(0, upTo), ({ bondAfter }) => bondAfter);
  let sums = sumsOf(asked, before, draws, upTo);
  let likely = logLikelihood(regime, asked, before, sums, bonds);

  const movePerson = (): void => {
    const next = nextPerson(person, random);
    const nextDraws = drawsOf(regime, population, next, { person, draws });
    const nextSums = sumsOf(asked, before, nextDraws, upTo);
    const nextLikely = logLikelihood(regime, asked, before, nextSums, bonds);
    if (Math.log(1 - random()) < nextLikely - likely) [person, draws, sums, likely] = [next, nextDraws, nextSums, nextLikely];
  };
  const moveBonds = (): void => {
    if (upTo === 0) return;
    const path = pathOf(asked, Math.floor(random() * upTo), upTo);
    const kept = path.map((at) => bonds[at] ?? Number.NaN);
    let bond = Number.NaN;
    for (const at of path) bonds[at] = bond = nextBond(regime, bond, random);
    const nextLikely = logLikelihood(regime, asked, before, sums, bonds);
    if (Math.log(1 - random()) < nextLikely - likely) likely = nextLikely;
    else path.forEach((at, place) => (bonds[at] = kept[place] ?? Number.NaN));
  };

  const total = new Float64Array(query.streamers.length);
  for (let step = 0; step < STEPS; step++) {
    movePerson();
    for (let move = 0; move < BOND_MOVES; move++) moveBonds();
    if (step >= BURN && step % THIN === 0) addChances(regime, query, earlier, draws[query.persona] ?? new Float32Array(0), bonds, total);
  }
  return total;
};

/** For each choice: the places of channels that the same persona chose before, and which choice was the latest of each. */
const earlierOf = (asked: readonly StudiedChoice[]): Earlier[] => {
  const latest: Map<number, number>[] = [];
  return asked.map(({ persona, streamers, chosen }, at) => {
    const mine = (latest[persona] ??= new Map());
    const places: number[] = [];
    const from: number[] = [];
    streamers.forEach((streamer, place) => {
      const earlier = mine.get(streamer);
      if (earlier === undefined) return;
      places.push(place);
      from.push(earlier);
    });
    mine.set(streamers[chosen] ?? -1, at);
    return { places: Int32Array.from(places), from: Int32Array.from(from) };
  });
};

/** All choices of one channel by one persona: those whose bonds hang together. */
const pathOf = (asked: readonly StudiedChoice[], one: number, upTo: number): number[] => {
  const channelOf = (at: number): number => asked[at]?.streamers[asked[at]?.chosen ?? 0] ?? -1;
  const channel = channelOf(one);
  return Array.from({ length: upTo }, (_, at) => at).filter((at) => channelOf(at) === channel && asked[at]?.persona === asked[one]?.persona);
};

const nextBond = (regime: Regime, bond: number, random: Random): number => {
  if (!Number.isNaN(bond)) return random() < regime.breaking ? Number.NaN : bond;
  return random() < regime.bonding ? regime.loyalty + 0.7 * normal(random) : Number.NaN;
};

const nextPerson = (person: Person, random: Random): Person => {
  const which = Math.floor(random() * person.leanings.length);
  const leaning = person.leanings[which];
  if (!leaning) return person;
  const dice = random();
  if (dice < 0.1) return { ...person, language: zipf(random, LANGUAGES) };
  let next: Leanings;
  if (dice < 0.55) {
    // The direction of a normal vector, moved so that its distribution stays.
    const stride = STRIDES[Math.floor(random() * STRIDES.length)] ?? 1;
    const length = Math.sqrt(chiSquare(random));
    const moved = leaning.own.map((x) => Math.sqrt(1 - stride * stride) * x * length + stride * normal(random));
    const size = Math.hypot(...moved) || 1;
    next = { ...leaning, own: moved.map((x) => x / size) };
  } else if (dice < 0.9) {
    const changed = Math.floor(random() * leaning.interests.length);
    next = { ...leaning, interests: leaning.interests.map((interest, at) => (at === changed ? newInterest(random) : interest)) };
  } else next = { ...leaning, interests: newInterests(random), own: random() < 0.5 ? leaning.own : randomVector(random, 1) };
  return { ...person, leanings: person.leanings.map((kept, at) => (at === which ? next : kept)) };
};
const chiSquare = (random: Random): number => {
  let sum = 0;
  for (let d = 0; d < DIMENSIONS; d++) sum += normal(random) ** 2;
  return sum;
};

/** exp(taste and language) for each persona and channel; what has not changed since `last` is taken from there. */
const drawsOf = (regime: Regime, { centres, vectors, languages }: Population, { language, leanings }: Person, last?: { person: Person; draws: readonly Float32Array[] }): Float32Array[] =>
  leanings.map((leaning, which) => {
    const kept = last?.draws[which];
    if (kept && last.person.language === language && last.person.leanings[which] === leaning) return kept;
    const taste = tasteOf(leaning, centres);
    const draws = new Float32Array(languages.length);
    for (let at = 0; at < draws.length; at++) {
      let fit = 0;
      for (let d = 0; d < DIMENSIONS; d++) fit += (taste[d] ?? 0) * (vectors[at * DIMENSIONS + d] ?? 0);
      draws[at] = Math.exp(regime.taste * fit - (languages[at] === language ? 0 : LANGUAGE_PENALTY));
    }
    return draws;
  });

const sumsOf = (asked: readonly StudiedChoice[], before: readonly Earlier[], draws: readonly Float32Array[], upTo: number): Sums => {
  const chosen = new Float64Array(upTo);
  const all = new Float64Array(upTo);
  const known: Float64Array[] = [];
  for (let at = 0; at < upTo; at++) {
    const choice = asked[at];
    const draw = draws[choice?.persona ?? 0];
    const places = before[at]?.places;
    if (!choice || !draw || !places) continue;
    const { streamers, open } = choice;
    const value = (place: number): number => (draw[streamers[place] ?? 0] ?? 0) * (open[place] ?? 0);
    let sum = 0;
    for (let place = 0; place < streamers.length; place++) sum += value(place);
    all[at] = sum;
    chosen[at] = value(choice.chosen);
    known.push(Float64Array.from(places, value));
  }
  return { chosen, all, known };
};

const logLikelihood = ({ novelty }: Regime, asked: readonly StudiedChoice[], before: readonly Earlier[], { chosen, all, known }: Sums, bonds: Float64Array): number => {
  let sum = 0;
  for (let at = 0; at < chosen.length; at++) {
    const opens = known[at];
    const earlier = before[at];
    const free = chosen[at] ?? 0;
    let bound = all[at] ?? 0;
    let own = free;
    for (let place = 0; opens && earlier && place < opens.length; place++) {
      const bond = bonds[earlier.from[place] ?? 0] ?? Number.NaN;
      if (Number.isNaN(bond)) continue;
      const gain = Math.exp(bond);
      bound += (opens[place] ?? 0) * (gain - 1);
      if (earlier.places[place] === asked[at]?.chosen) own = free * gain;
    }
    sum += Math.log(((1 - novelty) * own) / bound + (novelty * free) / (all[at] ?? 1));
  }
  return sum;
};

const addChances = ({ novelty }: Regime, { streamers, open }: StudiedChoice, { places, from }: Earlier, draws: Float32Array, bonds: Float64Array, total: Float64Array): void => {
  const free = Float64Array.from(streamers, (streamer, place) => (draws[streamer] ?? 0) * (open[place] ?? 0));
  const bound = Float64Array.from(free);
  places.forEach((place, at) => {
    const bond = bonds[from[at] ?? 0] ?? Number.NaN;
    if (!Number.isNaN(bond)) bound[place] = (free[place] ?? 0) * Math.exp(bond);
  });
  const sum = (values: Float64Array): number => values.reduce((so, value) => so + value, 0);
  const [boundSum, freeSum] = [sum(bound), sum(free)];
  for (let place = 0; place < free.length; place++) {
    total[place] = (total[place] ?? 0) + ((1 - novelty) * (bound[place] ?? 0)) / boundSum + (novelty * (free[place] ?? 0)) / freeSum;
  }
};
