// People who watch broadcasts, made up, with the truth kept: who would choose what is known exactly, so a perfect ranking can be
// computed. Knows no model. Choices come from hidden tastes in 32 dimensions, languages, hidden bonds to channels, crowds and
// boredom, none of which any recommender sees: what it sees is the file, in LiveRec's layout, in rounds of ten minutes.

import { normal, seededRandom } from '../../server/features/discovery/model/random.ts';
import type { Random } from '../../server/features/discovery/model/random.ts';

export const ROUNDS_PER_DAY = 144;
export const DIMENSIONS = 32;
export const LANGUAGES = 6;
export const CATEGORIES = 24;
export const LANGUAGE_PENALTY = 3; // in units of utility: a factor of 20
const TIRED_ROUNDS = 6; // after leaving a channel
const CHAIN = 0.35; // to choose something else when one watch ends
const LONG_TERM_MAX = 40; // bonds of one person

export type Regime = {
  readonly name: string;
  readonly users: number;
  readonly streamers: number;
  readonly rounds: number;
  readonly watchesPerUser: number;
  /** Weights of the utility. */
  readonly taste: number;
  readonly size: number;
  readonly crowd: number;
  readonly loyalty: number;
  readonly tired: number;
  /** Share of choices in which bonds do not count. */
  readonly novelty: number;
  /** Chance that a watch makes a bond, and that it breaks one. */
  readonly bonding: number;
  readonly breaking: number;
  /** How far a taste walks in a day, and the chance that it jumps. */
  readonly drift: number;
  readonly jump: number;
  /** Share of people and of channels who only come in the course of the time. */
  readonly lateUsers: number;
  readonly lateStreamers: number;
  /** How strongly sizes move: waves of a day or two. */
  readonly hype: number;
  /** Two personas by time of day, with tastes and bonds of their own. */
  readonly personas: boolean;
};

const ORDINARY: Regime = {
  name: 'ordinary', users: 5_000, streamers: 2_000, rounds: 21 * ROUNDS_PER_DAY, watchesPerUser: 30, taste: 3, size: 0.8, crowd: 0.2, loyalty: 4,
  tired: 2, novelty: 0.15, bonding: 0.45, breaking: 0.02, drift: 0, jump: 0, lateUsers: 0, lateStreamers: 0, hype: 0.2, personas: false,
};

export const REGIMES: readonly Regime[] = [
  { ...ORDINARY, name: 'loyal', loyalty: 5, novelty: 0.1 },
  { ...ORDINARY, name: 'drifting', drift: 0.08, jump: 0.03, breaking: 0.08 },
  { ...ORDINARY, name: 'cold', lateUsers: 0.5, lateStreamers: 0.4 },
  { ...ORDINARY, name: 'crowds', size: 1, crowd: 0.7, loyalty: 2.5, hype: 0.8 },
  { ...ORDINARY, name: 'hours', personas: true },
];

export type Truth = {
  /** Rows of the file: user, stream, streamer, start, stop. */
  readonly rows: readonly (readonly [number, number, number, number, number])[];
  /** Each broadcast: stream, streamer, start, stop; most are watched by few, some by nobody. */
  readonly broadcasts: readonly (readonly [number, number, number, number])[];
  /** By row, from `truthFrom` on: who was live and how likely each was chosen. */
  readonly chances: ReadonlyMap<number, { readonly streamers: Int32Array; readonly chance: Float32Array }>;
  readonly population: Population;
  readonly studied: readonly Studied[];
};

/** What somebody who knew the whole population could know of one person's choices, for the informed reference; see recommend-informed. */
export type Studied = {
  readonly language: number;
  readonly personas: readonly Leanings[];
  readonly asked: StudiedChoice[];
};
/** A taste's making: interests by centre with their weights, and what is the person's own. */
export type Leanings = { readonly interests: readonly (readonly [number, number])[]; readonly own: Float32Array };
export type StudiedChoice = {
  readonly row: number;
  readonly persona: number;
  readonly streamers: Int32Array;
  /** Of each who was live, all but the taste, the language and the bonds: size, crowd, and that it was just left. */
  readonly open: Float32Array;
  readonly chosen: number;
  /** The bond to the chosen one after this watch; NaN without. */
  readonly bondAfter: number;
};
export type Population = { readonly centres: readonly Float32Array[]; readonly vectors: Float32Array; readonly languages: Int32Array };

type Streamer = { vector: Float32Array; language: number; logSize: number; wave: number; from: number; startsAt: number; lasts: number; days: number };
/** `draws` is exp(taste and language) for each channel, computed when first needed. */
type Persona = { vector: Float32Array; draws: Float32Array | null; bonds: Map<number, number>; leanings: Leanings };
type User = { language: number; from: number; rate: number; peak: number; personas: Persona[]; busyUntil: number; chained: boolean; left: Map<number, number>; studied: Studied | null };

export const randomVector = (random: Random, length: number): Float32Array => {
  const vector = Float32Array.from({ length: DIMENSIONS }, () => normal(random));
  return scaled(vector, length);
};
const scaled = (vector: Float32Array, length: number): Float32Array => {
  const size = Math.hypot(...vector) || 1;
  return vector.map((x) => (x / size) * length);
};
const sum = (a: Float32Array, b: Float32Array, weight: number): Float32Array => a.map((x, at) => x + weight * (b[at] ?? 0));
/** Zipf's law with s = 1. */
export const zipf = (random: Random, count: number): number => Math.min(count - 1, Math.floor(Math.exp(random() * Math.log(count + 1))) - 1);

export const INTERESTS_MAX = 3;
export const newInterest = (random: Random): [number, number] => [zipf(random, CATEGORIES), 0.4 + random()];
export const newInterests = (random: Random): [number, number][] => Array.from({ length: 1 + Math.floor(random() * INTERESTS_MAX) }, () => newInterest(random));
/** A taste of length 1. */
export const tasteOf = ({ interests, own }: Leanings, centres: readonly Float32Array[]): Float32Array => {
  let vector = new Float32Array(DIMENSIONS);
  for (const [centre, weight] of interests) vector = Float32Array.from(sum(vector, centres[centre] ?? vector, weight));
  return scaled(sum(scaled(vector, 1), own, 0.5), 1);
};

/** `studyEvery`: of every so many people all is kept that the informed reference needs; 0 for nobody. */
export const simulate = (regime: Regime, seed: number, truthFrom: number, studyEvery = 0): Truth => {
  const random = seededRandom(seed);
  const centres = Array.from({ length: CATEGORIES }, () => randomVector(random, 1));
  const centre = (): Float32Array => centres[zipf(random, CATEGORIES)] ?? new Float32Array(DIMENSIONS);
  const arrival = (share: number): number => (random() < share ? Math.floor(random() * regime.rounds) : 0);
  const personaOf = (): Persona => {
    const leanings = { interests: newInterests(random), own: randomVector(random, 1) };
    return { vector: tasteOf(leanings, centres), draws: null, bonds: new Map(), leanings };
  };
  const ranks = Array.from({ length: regime.streamers }, (_, rank) => rank);
  for (let at = ranks.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [ranks[at], ranks[other]] = [ranks[other] ?? 0, ranks[at] ?? 0];
  }
  const streamers: Streamer[] = ranks.map((rank) => ({
    vector: scaled(sum(centre(), randomVector(random, 1), 0.6), 1),
    language: zipf(random, LANGUAGES),
    logSize: -Math.log(rank + 1),
    wave: 0,
    from: arrival(regime.lateStreamers),
    startsAt: Math.floor(ROUNDS_PER_DAY * (0.75 + 0.17 * normal(random)) + 2 * ROUNDS_PER_DAY) % ROUNDS_PER_DAY,
    lasts: Math.max(6, Math.round(Math.exp(Math.log(18) + 0.5 * normal(random)))),
    days: 0.3 + 0.6 * random(),
  }));
  const users: User[] = Array.from({ length: regime.users }, () => ({
    language: zipf(random, LANGUAGES),
    from: arrival(regime.lateUsers),
    rate: Math.exp(0.9 * normal(random) - 0.405),
    peak: ROUNDS_PER_DAY * (0.83 + 0.12 * normal(random)),
    personas: regime.personas ? [personaOf(), personaOf()] : [personaOf()],
    busyUntil: 0,
    chained: false,
    left: new Map(),
    studied: null,
  }));
  const studied = users.filter((_, who) => studyEvery > 0 && who % studyEvery === 0).map((user) => {
    return (user.studied = { language: user.language, personas: user.personas.map(({ leanings }) => leanings), asked: [] });
  });
  const perRound = regime.watchesPerUser / (regime.rounds * (1 + CHAIN) * 0.5);

  const rows: [number, number, number, number, number][] = [];
  const broadcasts: [number, number, number, number][] = [];
  const chances = new Map<number, { streamers: Int32Array; chance: Float32Array }>();
  const endOf = new Int32Array(regime.streamers);
  const streamOf = new Int32Array(regime.streamers);
  const viewers = new Int32Array(regime.streamers);
  const leaving: number[][] = Array.from({ length: regime.rounds + 1 }, () => []);
  let streams = 0;
  const bound = new Float64Array(regime.streamers);
  const free = new Float64Array(regime.streamers);
  const pulls = new Float64Array(regime.streamers);
  const vectors = Float32Array.from(streamers.flatMap(({ vector }) => [...vector]));
  const languages = Int32Array.from(streamers, ({ language }) => language);

  const drawsOf = (user: User, persona: Persona): Float32Array => {
    const draws = new Float32Array(regime.streamers);
    const { vector } = persona;
    for (let at = 0; at < regime.streamers; at++) {
      let fit = 0;
      for (let d = 0; d < DIMENSIONS; d++) fit += (vector[d] ?? 0) * (vectors[at * DIMENSIONS + d] ?? 0);
      draws[at] = Math.exp(regime.taste * fit - (user.language === languages[at] ? 0 : LANGUAGE_PENALTY));
    }
    return draws;
  };
  /** Fills `bound` with the chance of each who is live. */
  const chancesFor = (user: User, persona: Persona, live: readonly number[], round: number): void => {
    const draws = (persona.draws ??= drawsOf(user, persona));
    let boundSum = 0;
    let freeSum = 0;
    for (let place = 0; place < live.length; place++) {
      const at = live[place] ?? 0;
      const left = user.left.get(at);
      const tired = left !== undefined && round - left < TIRED_ROUNDS ? Math.exp(-regime.tired) : 1;
      const open = (draws[at] ?? 0) * (pulls[at] ?? 0) * (1 + (viewers[at] ?? 0)) ** regime.crowd * tired;
      const bond = persona.bonds.get(at);
      free[place] = open;
      bound[place] = bond === undefined ? open : open * Math.exp(bond);
      boundSum += bound[place] ?? 0;
      freeSum += open;
    }
    for (let place = 0; place < live.length; place++) {
      bound[place] = ((1 - regime.novelty) * (bound[place] ?? 0)) / boundSum + (regime.novelty * (free[place] ?? 0)) / freeSum;
    }
  };
  const draw = (live: readonly number[]): number => {
    let left = random();
    for (let place = 0; place < live.length; place++) {
      left -= bound[place] ?? 0;
      if (left < 0) return place;
    }
    return live.length - 1;
  };
  const bondWith = (persona: Persona, at: number): void => {
    const { bonds } = persona;
    if (bonds.has(at)) {
      if (random() < regime.breaking) bonds.delete(at);
    } else if (random() < regime.bonding) {
      bonds.set(at, regime.loyalty + 0.7 * normal(random));
      const oldest = bonds.keys().next();
      if (bonds.size > LONG_TERM_MAX && !oldest.done) bonds.delete(oldest.value);
    }
  };
  const newDay = (): void => {
    streamers.forEach((streamer, at) => {
      streamer.wave = 0.7 * streamer.wave + regime.hype * normal(random);
      pulls[at] = Math.exp(regime.size * (streamer.logSize + streamer.wave));
    });
    if (regime.drift === 0 && regime.jump === 0) return;
    for (const user of users) {
      for (const persona of user.personas) {
        persona.vector = random() < regime.jump ? personaOf().vector : scaled(sum(persona.vector, randomVector(random, 1), regime.drift), 1);
        persona.draws = null;
      }
    }
  };

  for (let round = 0; round < regime.rounds; round++) {
    const ofDay = round % ROUNDS_PER_DAY;
    if (ofDay === 0) newDay();
    const live: number[] = [];
    streamers.forEach((streamer, at) => {
      if (round >= streamer.from && ofDay === streamer.startsAt && random() < streamer.days) {
        endOf[at] = round + Math.max(3, Math.round(streamer.lasts * (0.8 + 0.4 * random())));
        streamOf[at] = ++streams;
        broadcasts.push([streams, at, round, Math.min(endOf[at] ?? 0, regime.rounds)]);
      }
      if ((endOf[at] ?? 0) > round) live.push(at);
    });
    for (const at of leaving[round] ?? []) viewers[at] = (viewers[at] ?? 0) - 1;
    if (live.length < 2) continue;
    const liveNow = Int32Array.from(live);
    users.forEach((user, who) => {
      if (round < user.from || round < user.busyUntil) return;
      const near = Math.cos((2 * Math.PI * (ofDay - user.peak)) / ROUNDS_PER_DAY);
      const comes = user.chained || random() < perRound * user.rate * Math.max(0, 0.5 + near * 0.8);
      user.chained = false;
      if (!comes) return;
      const persona = user.personas[user.personas.length > 1 && ofDay < 0.8 * ROUNDS_PER_DAY ? 1 : 0];
      if (!persona) return;
      chancesFor(user, persona, live, round);
      const place = draw(live);
      const at = live[place] ?? 0;
      if (round >= truthFrom) chances.set(rows.length, { streamers: liveNow, chance: Float32Array.from(bound.subarray(0, live.length)) });
      // Before the watch itself changes what is open.
      const open = user.studied ? Float32Array.from(live, (_, other) => (free[other] ?? 0) / (persona.draws?.[live[other] ?? 0] ?? 1)) : null;
      const lasts = 1 + Math.floor(-Math.log(1 - random()) * 3);
      const stop = Math.min(round + lasts, endOf[at] ?? 0, regime.rounds);
      rows.push([who, streamOf[at] ?? 0, at, round, stop]);
      viewers[at] = (viewers[at] ?? 0) + 1;
      leaving[stop]?.push(at);
      user.busyUntil = stop;
      user.chained = random() < CHAIN;
      user.left.set(at, stop);
      bondWith(persona, at);
      if (user.studied && open) {
        user.studied.asked.push({
          row: rows.length - 1, persona: user.personas.indexOf(persona), streamers: liveNow, open, chosen: place, bondAfter: persona.bonds.get(at) ?? Number.NaN,
        });
      }
    });
  }
  return { rows, broadcasts, chances, population: { centres, vectors, languages }, studied };
};

/** LiveRec's file: no header, `user,stream,streamer,start,stop`. */
export const asFile = (rows: Truth['rows'] | Truth['broadcasts']): string => rows.map((row) => row.join(',')).join('\n');
