// Which of the broadcasts that are live now somebody would choose: P(C | U) = P(U | C) P(C) / P(U), learned online from every choice.
// Pure: no clock, no database, chance is passed in. `observe` costs the same however much was learned; memory is bounded by limits.
// Invariant: only what was begun and not ended is ever ranked.

import { RANKED_CHANNELS_MAX, RANKED_FACETS_MAX, TASTE_CHANNELS_MAX, TASTE_USERS_MAX } from '../../../../shared/limits.ts';
import { FACETS_PER_CHANNEL, PIECE, PIECES, START_WEIGHTS, createEvidence } from './evidence.ts';
import { createCircles } from './circles.ts';
import { createContest } from './contest.ts';
import { createDayparts } from './dayparts.ts';
import { createKinship } from './kinship.ts';
import { createLot } from './lot.ts';
import { createPopularity } from './popularity.ts';
import type { Random } from './random.ts';
import { createReasons } from './reasons.ts';
import type { Why } from './reasons.ts';
import { regularGain } from './regulars.ts';
import { createSlots } from './slots.ts';
import { createSweep } from './sweep.ts';
import { leave, newTaste, remember, rememberFacets } from './taste.ts';
import type { Facet, Taste } from './taste.ts';
import { createSurprise } from './surprise.ts';
import { createTogether } from './together.ts';
import { topOf, varied } from './top.ts';
import { createWeights } from './weights.ts';

export type OnAir = { readonly channelId: string; readonly category: string; readonly tags: readonly string[]; readonly language: string };

export const SETTINGS = { rate: 0.1, pull: 0.0005, smoothing: 20, others: 40, even: 0.3, kinRate: 0.5, kinKeep: 0.001, hourContext: 0 };
export type Settings = typeof SETTINGS;

const SHORTLIST = 3; // times what is shown, for variety to choose from
const DIVERSITY = 0.15; // what each card of the same category above costs; a seventh of a factor e

export type RankOrder = {
  /** null for somebody without a login: popularity and exploration alone. */
  readonly userId: string | null;
  readonly hours: number;
  readonly take: number;
  /** 0: only what is known to be good; 1: draws from what could be. */
  readonly explore?: number;
  /** What else speaks for a channel, as a logarithm; asked only of those that come into question. */
  readonly lift?: (channelId: string) => number;
  /** Blocked by the person, or hidden from them. */
  readonly isHidden?: (channelId: string) => boolean;
};
/** `because` is the known channel whose people this one shares, for `shared`. */
export type Ranked = { readonly channelId: string; readonly score: number; readonly why: Why; readonly because: string | null };

export type Ranking = ReturnType<typeof createRanking>;

export const createRanking = (random: Random, settings: Settings = SETTINGS, capacity = RANKED_CHANNELS_MAX) => {
  const livePlace = new Int32Array(capacity).fill(-1);
  const liveSlots = new Int32Array(capacity);
  let liveCount = 0;
  const isLive = (slot: number): boolean => (livePlace[slot] ?? -1) >= 0;
  const popularity = createPopularity(capacity);
  const surprise = createSurprise(capacity);
  const circles = createCircles(capacity, random);
  const together = createTogether(capacity, settings.smoothing);
  const dayparts = createDayparts();
  const kinship = createKinship(capacity, random, { rate: settings.kinRate, keep: settings.kinKeep, hourContext: settings.hourContext, dayparts });
  const facets = new Int32Array(capacity * FACETS_PER_CHANNEL).fill(-1);
  const viewers = new Float64Array(capacity);
  const slots = createSlots(capacity, isLive, (slot) => {
    popularity.clear(slot);
    surprise.clear(slot);
    circles.clear(slot);
    together.clear(slot);
    kinship.clear(slot);
    viewers[slot] = 0;
    sweep.stale(slot);
  });
  const facetCounts = new Float64Array(RANKED_FACETS_MAX);
  const facetSlots = createSlots(RANKED_FACETS_MAX, () => false, (slot) => void (facetCounts[slot] = 0));
  const users = new Map<string, Taste>();
  let choices = 0;

  const evidence = createEvidence({
    capacity, facetCapacity: RANKED_FACETS_MAX, popularity, surprise, circles, dayparts, together, slotOfRef: slots.at, isLive, viewers, facets,
    facetShare: (facet) => ((facetCounts[facet] ?? 0) + 1) / (choices + 20),
    hourContext: settings.hourContext, liveCount: () => liveCount,
  });
  const weights = createWeights(START_WEIGHTS, { rate: settings.rate, pull: settings.pull });

  const contest = createContest(evidence, weights);
  const sweep = createSweep({
    capacity, random, evidence, weights, circles, kinship, contest, facets, chosenOf: popularity.chosenOf, slotOfRef: slots.at, livePlace,
  });
  const reasons = createReasons({ capacity, evidence, weights, kinship, together, slotOfRef: slots.at });
  const scores = new Float64Array(capacity);

  const rowsMax = 1 + TASTE_CHANNELS_MAX + settings.others;
  const rows = new Int32Array(rowsMax);
  const features = new Float64Array(rowsMax * PIECES);
  const shift = new Float64Array(rowsMax);
  const extra = new Float64Array(rowsMax);
  const rowScores = new Float64Array(rowsMax);
  const errors = new Float64Array(rowsMax);

  const tasteOf = (userId: string): Taste => {
    let taste = users.get(userId);
    if (taste) users.delete(userId);
    else taste = newTaste();
    users.set(userId, taste);
    if (users.size > TASTE_USERS_MAX) {
      const oldest = users.keys().next();
      if (!oldest.done) users.delete(oldest.value);
    }
    return taste;
  };

  const facetsOf = (slot: number): Facet[] => {
    const found: Facet[] = [];
    for (let place = 0; place < FACETS_PER_CHANNEL; place++) {
      const id = facets[slot * FACETS_PER_CHANNEL + place] ?? -1;
      if (id >= 0) found.push({ id, kind: place === 0 ? 0 : place === 1 ? 2 : 1 });
    }
    return found;
  };

  /** The chosen one, what the person knows, and some of the rest, each standing for many. */
  const gather = (slot: number, taste: Taste): number => {
    let count = 0;
    rows[count++] = slot;
    for (const { ref } of taste.known) {
      const other = slots.at(ref);
      if (other >= 0 && other !== slot && isLive(other)) rows[count++] = other;
    }
    shift.fill(0, 0, count);
    const sure = count;
    if (liveCount <= sure) return count;
    for (let tries = 0; tries < settings.others; tries++) {
      const other = lot.draw();
      if (!isLive(other) || other === slot || evidence.spread.entryAt[other] !== 0) continue;
      shift[count] = -Math.log(settings.others * lot.chanceOf(other));
      rows[count++] = other;
    }
    return count;
  };

  /** Of those live, drawn as often as the prior says, and a little more even. */
  const lot = createLot(capacity, random);
  let lotAge = 0;
  const drawLots = (): void => {
    if (lotAge-- > 0) return;
    lotAge = Math.max(10, liveCount / 4);
    lot.fill(liveSlots, liveCount, sweep.priorOf, settings.even);
  };

  const learn = (slot: number, taste: Taste, hours: number): void => {
    evidence.ask(taste, hours);
    kinship.ask(taste, slots.at, hours);
    drawLots();
    const count = gather(slot, taste);
    contest.start();
    for (let row = 0; row < count; row++) {
      const at = rows[row] ?? 0;
      evidence.fill(features, row * PIECES, at);
      const known = weights.dot(features, row * PIECES) + (shift[row] ?? 0);
      rowScores[row] = known + kinship.newest(at);
      extra[row] = -known;
      const entry = evidence.knownOf(at);
      if (entry) contest.enter(rowScores, row, entry);
    }
    contest.settle(rowScores, count);
    // What the weighted pieces do not say.
    for (let row = 0; row < count; row++) extra[row] = (extra[row] ?? 0) + (rowScores[row] ?? 0);
    weights.learn(features, shift, count, extra, errors);
    for (let row = 0; row < count; row++) {
      const entry = evidence.knownOf(rows[row] ?? 0);
      if (entry) dayparts.missed(entry, errors[row] ?? 0, (weights.values[PIECE.regularHour] ?? 0) * regularGain(entry.regular));
    }
    dayparts.learn(hours);
    contest.learn(0);
    for (let row = 0; row < count; row++) {
      const part = (piece: number): number => (weights.values[piece] ?? 0) * (features[row * PIECES + piece] ?? 0);
      const parts = { now: part(PIECE.surpriseNow), days: part(PIECE.surpriseDays), ever: part(PIECE.surpriseEver) };
      surprise.expected(rows[row] ?? 0, hours, (row === 0 ? 1 : 0) - (errors[row] ?? 0), parts);
    }
    surprise.chose(slot, hours);
    kinship.learn(rows, errors, count);
    if (!evidence.knownOf(slot)) circles.learn(slot);
    evidence.done();
  };

  return {
    /** False when there is no room for it. */
    began({ channelId, category, tags, language }: OnAir): boolean {
      const slot = slots.touch(channelId);
      if (slot < 0) return false;
      [`c:${category}`, `l:${language}`, ...tags.slice(0, FACETS_PER_CHANNEL - 2).map((tag) => `t:${tag}`)].forEach((name, place) => {
        facets[slot * FACETS_PER_CHANNEL + place] = name.length > 2 ? facetSlots.touch(name) : -1;
      });
      if (isLive(slot)) return true;
      popularity.began(slot);
      surprise.began(slot);
      sweep.stale(slot);
      livePlace[slot] = liveCount;
      liveSlots[liveCount++] = slot;
      return true;
    },
    ended(channelId: string): void {
      const slot = slots.find(channelId);
      if (slot < 0 || !isLive(slot)) return;
      popularity.ended(slot);
      const place = livePlace[slot] ?? 0;
      const last = liveSlots[--liveCount] ?? 0;
      liveSlots[place] = last;
      livePlace[last] = place;
      livePlace[slot] = -1;
      viewers[slot] = 0;
    },
    counted(channelId: string, count: number): void {
      const slot = slots.find(channelId);
      if (slot >= 0) viewers[slot] = count;
    },
    observe({ userId, channelId, hours }: { userId: string; channelId: string; hours: number }): void {
      const slot = slots.find(channelId);
      if (slot < 0 || !isLive(slot)) return;
      const taste = tasteOf(userId);
      learn(slot, taste, hours);
      const ref = slots.refOf(slot);
      if (remember(taste, ref, hours, (other) => isLive(slots.at(other)))) {
        for (const { ref: other } of taste.known) {
          const neighbour = slots.at(other);
          if (neighbour >= 0 && neighbour !== slot) together.pair(neighbour, slot);
        }
      }
      const found = facetsOf(slot);
      rememberFacets(taste, found);
      for (const { id } of found) facetCounts[id] = (facetCounts[id] ?? 0) + 1;
      popularity.chose(slot, hours);
      sweep.stale(slot);
      choices++;
    },
    /** They stopped watching: from now on it counts as left, not as begun. */
    left({ userId, channelId, hours }: { userId: string; channelId: string; hours: number }): void {
      const slot = slots.find(channelId);
      const taste = users.get(userId);
      if (slot >= 0 && taste) leave(taste, slots.refOf(slot), hours);
    },
    /** The best of what is live for somebody, best first, each with what spoke most for it. */
    rank({ userId, hours, take, explore = 1, lift = () => 0, isHidden = () => false }: RankOrder): Ranked[] {
      const taste = (userId === null ? undefined : users.get(userId)) ?? newTaste();
      evidence.ask(taste, hours);
      kinship.ask(taste, slots.at, hours);
      sweep.scores(liveSlots, liveCount, taste.known, hours, explore, scores);
      // Asked only of those who would be shown: the hidden ones leave gaps that the next fill.
      let best = topOf(scores, liveCount, take * SHORTLIST);
      const hidden = best.filter((place) => isHidden(slots.nameOf(liveSlots[place] ?? 0)));
      if (hidden.length > 0) {
        for (let place = 0; place < liveCount; place++) if (isHidden(slots.nameOf(liveSlots[place] ?? 0))) scores[place] = -Infinity;
        best = topOf(scores, liveCount, take * SHORTLIST);
      }
      for (const place of best) scores[place] = (scores[place] ?? 0) + lift(slots.nameOf(liveSlots[place] ?? 0));
      const kind = (place: number): number => facets[(liveSlots[place] ?? 0) * FACETS_PER_CHANNEL] ?? -1;
      const picked = varied(best, (place) => scores[place] ?? 0, kind, DIVERSITY, take);
      reasons.begin();
      const ranked = picked.map((place): Ranked => {
        const slot = liveSlots[place] ?? 0;
        const { why, becauseSlot } = reasons.of(slot, taste, scores[place] ?? 0);
        return { channelId: slots.nameOf(slot), score: scores[place] ?? 0, why, because: becauseSlot < 0 ? null : slots.nameOf(becauseSlot) };
      });
      evidence.done();
      return ranked;
    },
    /** log P(C | U) up to a constant, for each of who is live; without exploration. For measuring. */
    scoreAll(userId: string, hours: number, each: (channelId: string, score: number) => void): void {
      const taste = users.get(userId) ?? newTaste();
      evidence.ask(taste, hours);
      kinship.ask(taste, slots.at, hours);
      sweep.scores(liveSlots, liveCount, taste.known, hours, 0, scores);
      evidence.done();
      for (let place = 0; place < liveCount; place++) each(slots.nameOf(liveSlots[place] ?? 0), scores[place] ?? 0);
    },
    /** Nothing of this person is known any more; what all choices together have taught stays. */
    forget: (userId: string): void => void users.delete(userId),
    /** The exponents learned so far, in the order of PIECE. */
    weights: (): number[] => Array.from(weights.values),
    size: () => ({ users: users.size, channels: slots.size(), live: liveCount }),
  };
};
