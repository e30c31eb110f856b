// What one person has watched: for each channel a Beta posterior of "takes it when it is on air", slow and quick, when last, and at
// what hours; and Dirichlet counts of categories, tags and languages. Knows refs and facets, not what they stand for. Bounded.

import { TASTE_CHANNELS_MAX, TASTE_FACETS_MAX } from '../../../../shared/limits.ts';
import { addTime, newTimes } from './dayparts.ts';
import type { Times } from './dayparts.ts';
import { FIRST_DRAW_KNOWN, FIRST_REGULAR } from './regulars.ts';
import type { Draw } from './regulars.ts';

const SLOW = 0.97; // what a chance leaves of the earlier ones
const QUICK = 0.7;
const FACETS = 0.98; // what a watch leaves of earlier ones' categories, tags and languages

export type Known = Draw & Times & {
  readonly ref: number;
  hits: number;
  chances: number;
  quickHits: number;
  quickChances: number;
  /** The chance that it has become one of theirs. */
  regular: number;
  lastHours: number;
};

export type Taste = {
  /** Newest last. */
  readonly known: Known[];
  /** By facet. */
  readonly facets: Map<number, number>;
  readonly facetTotals: number[];
  /** How often a known channel was chosen while one was on air, and how often not. */
  again: number;
  other: number;
  watches: number;
  /** What kinship learned of the person beyond the history's channels; null before the first lesson. */
  own: Float32Array | null;
  ownSquares: number;
};

export const FACET_KINDS = 3; // category, tag, language
export type Facet = { readonly kind: number; readonly id: number };

export const newTaste = (): Taste => ({ known: [], facets: new Map(), facetTotals: Array.from({ length: FACET_KINDS }, () => 0), again: 0, other: 0, watches: 0, own: null, ownSquares: 0 });

/** Somebody chose `ref`. `isLive` says which of the known ones could have been chosen. True when it was new to them. */
export const remember = (taste: Taste, ref: number, hours: number, isLive: (ref: number) => boolean): boolean => {
  const { known } = taste;
  let mine: Known | undefined;
  let couldRepeat = false;
  for (const entry of known) {
    if (entry.ref !== ref && !isLive(entry.ref)) continue;
    couldRepeat = true;
    entry.chances = entry.chances * SLOW + 1;
    entry.quickChances = entry.quickChances * QUICK + 1;
    entry.hits *= SLOW;
    entry.quickHits *= QUICK;
    if (entry.ref === ref) mine = entry;
  }
  if (couldRepeat) {
    taste.again = taste.again * SLOW + (mine ? 1 : 0);
    taste.other = taste.other * SLOW + (mine ? 0 : 1);
  }
  taste.watches++;
  const isNew = !mine;
  if (mine) known.splice(known.indexOf(mine), 1);
  else {
    mine = { ref, hits: 0, chances: 1, quickHits: 0, quickChances: 1, regular: FIRST_REGULAR, draw: 0, drawKnown: FIRST_DRAW_KNOWN, lastHours: hours, ...newTimes() };
    if (known.length >= TASTE_CHANNELS_MAX) known.splice(leastMissed(known, hours), 1);
  }
  mine.hits += 1;
  mine.quickHits += 1;
  mine.lastHours = hours;
  addTime(mine, hours, SLOW);
  known.push(mine);
  return isNew;
};

/** They left `ref`. A history is not changed by what it does not know. */
export const leave = ({ known }: Taste, ref: number, hours: number): void => {
  const entry = known.findLast((one) => one.ref === ref);
  if (entry) entry.lastHours = Math.max(entry.lastHours, hours);
};

const leastMissed = (known: readonly Known[], hours: number): number => {
  let least = 0;
  let leastWorth = Infinity;
  known.forEach((entry, at) => {
    const worth = entry.hits / (48 + hours - entry.lastHours);
    if (worth < leastWorth) [least, leastWorth] = [at, worth];
  });
  return least;
};

export const rememberFacets = (taste: Taste, facets: readonly Facet[]): void => {
  for (let kind = 0; kind < FACET_KINDS; kind++) taste.facetTotals[kind] = (taste.facetTotals[kind] ?? 0) * FACETS;
  for (const [id, count] of taste.facets) taste.facets.set(id, count * FACETS);
  for (const { kind, id } of facets) {
    taste.facets.set(id, (taste.facets.get(id) ?? 0) + 1);
    taste.facetTotals[kind] = (taste.facetTotals[kind] ?? 0) + 1;
  }
  while (taste.facets.size > TASTE_FACETS_MAX) {
    let [least, leastCount] = [-1, Infinity];
    for (const [id, count] of taste.facets) if (count < leastCount) [least, leastCount] = [id, count];
    taste.facets.delete(least);
  }
};
