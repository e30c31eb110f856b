// Which of the broadcasts that are live now somebody would choose: P(C | U) = P(U | C) P(C) / P(U), learned online from every choice.
// Pure: no clock, no database, chance is passed in. `observe` costs the same however much was learned; memory is bounded by limits.
// Invariant: only what was begun and not ended is ever ranked.

import { RANKED_CHANNELS_MAX, RANKED_FACETS_MAX, TASTE_USERS_MAX } from '../../../../shared/limits.ts';
import { FACETS_PER_CHANNEL, PIECES, START_WEIGHTS, createEvidence } from './evidence.ts';
import { createKinship } from './kinship.ts';
import { createPopularity } from './popularity.ts';
import type { Random } from './random.ts';
import { createSlots } from './slots.ts';
import { newTaste, remember, rememberFacets } from './taste.ts';
import type { Facet, Taste } from './taste.ts';
import { createTogether } from './together.ts';
import { createWeights } from './weights.ts';

export type OnAir = { readonly channelId: string; readonly category: string; readonly tags: readonly string[]; readonly language: string };

export const SETTINGS = { rate: 0.1, pull: 0.0005, smoothing: 20, others: 24, kinRate: 0.05, kinKeep: 0.0005, kinScale: 1 };
export type Settings = typeof SETTINGS;

const HISTORY_OTHERS_MAX = 32;

export type Model = ReturnType<typeof createModel>;

export const createModel = (random: Random, settings: Settings = SETTINGS, capacity = RANKED_CHANNELS_MAX) => {
  const livePlace = new Int32Array(capacity).fill(-1);
  const liveSlots = new Int32Array(capacity);
  let liveCount = 0;
  const isLive = (slot: number): boolean => (livePlace[slot] ?? -1) >= 0;
  const popularity = createPopularity(capacity);
  const together = createTogether(capacity, settings.smoothing);
  const kinship = createKinship(capacity, random, { rate: settings.kinRate, keep: settings.kinKeep, scale: settings.kinScale });
  const facets = new Int32Array(capacity * FACETS_PER_CHANNEL).fill(-1);
  const viewers = new Float64Array(capacity);
  const slots = createSlots(capacity, isLive, (slot) => {
    popularity.clear(slot);
    together.clear(slot);
    kinship.clear(slot);
    viewers[slot] = 0;
  });
  const facetCounts = new Float64Array(RANKED_FACETS_MAX);
  const facetSlots = createSlots(RANKED_FACETS_MAX, () => false, (slot) => void (facetCounts[slot] = 0));
  const users = new Map<string, Taste>();
  let choices = 0;

  const evidence = createEvidence({
    capacity, facetCapacity: RANKED_FACETS_MAX, popularity, together, slotOfRef: slots.at, isLive, viewers, facets,
    facetShare: (facet) => ((facetCounts[facet] ?? 0) + 1) / (choices + 20),
    choices: () => choices,
  });
  const weights = createWeights(START_WEIGHTS, { rate: settings.rate, pull: settings.pull });

  const rowsMax = 1 + HISTORY_OTHERS_MAX + settings.others;
  const rows = new Int32Array(rowsMax);
  const features = new Float64Array(rowsMax * PIECES);
  const shift = new Float64Array(rowsMax);
  const extra = new Float64Array(rowsMax);
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
    const rest = liveCount - sure;
    if (rest <= 0) return count;
    for (let tries = 0; tries < settings.others; tries++) {
      const other = liveSlots[Math.floor(random() * liveCount)] ?? 0;
      if (other !== slot && evidence.spread.entryAt[other] === 0) rows[count++] = other;
    }
    shift.fill(Math.log(rest / Math.max(1, count - sure)), sure, count);
    return count;
  };

  const learn = (slot: number, taste: Taste, hours: number): void => {
    evidence.ask(taste, hours);
    kinship.ask(taste, slots.at);
    const count = gather(slot, taste);
    for (let row = 0; row < count; row++) {
      evidence.fill(features, row * PIECES, rows[row] ?? 0);
      extra[row] = kinship.score(rows[row] ?? 0);
    }
    weights.learn(features, shift, count, extra, errors);
    kinship.learn(rows, errors, count);
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
      choices++;
    },
    weights: () => Array.from(weights.values),
    scoreOne(userId: string, channelIds: readonly string[], hours: number, out: Float64Array): void {
      const taste = users.get(userId) ?? newTaste();
      evidence.ask(taste, hours);
      kinship.ask(taste, slots.at);
      channelIds.forEach((id, at) => {
        const slot = slots.find(id);
        evidence.fill(features, 0, slot);
        out[at] = weights.dot(features, 0) + kinship.score(slot);
      });
      evidence.done();
    },
  };
};
