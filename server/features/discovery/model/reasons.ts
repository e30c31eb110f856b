// Why a card is there: the group of evidence that spoke most for it. A fact for the page to put into words; never a guess.

import { PIECE, PIECES } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import type { Kinship } from './kinship.ts';
import type { Taste } from './taste.ts';
import type { Together } from './together.ts';
import type { Weights } from './weights.ts';

/** watched: often before. shared: people of a known channel watch it. explore: shown to find out. popular: many watch. */
export type Why = 'watched' | 'shared' | 'category' | 'tag' | 'language' | 'explore' | 'popular';
export type ReasonsDeps = {
  readonly capacity: number;
  readonly evidence: Evidence;
  readonly weights: Weights;
  readonly kinship: Kinship;
  readonly together: Together;
  readonly slotOfRef: (ref: number) => number;
};

const CLEAR = 0.3; // a piece below a factor of 1.35 is no reason

export const createReasons = ({ capacity, evidence, weights, kinship, together, slotOfRef }: ReasonsDeps) => {
  const row = new Float64Array(PIECES);

  let asked: Taste | null = null;
  const closest = new Int32Array(capacity);
  const closestLift = new Float32Array(capacity);
  const found: number[] = [];
  /** The known channel that shares the most people with each; for all at once, when the first is asked for. */
  const findClosest = (taste: Taste): void => {
    asked = taste;
    for (const slot of found) closestLift[slot] = 0;
    found.length = 0;
    for (const { ref } of taste.known) {
      const slot = slotOfRef(ref);
      if (slot < 0) continue;
      const { ids, logs, length } = together.lifts(slot);
      for (let at = 0; at < length; at++) {
        const to = ids[at] ?? 0;
        const lift = logs[at] ?? 0;
        if (to === slot || lift <= (closestLift[to] ?? 0)) continue;
        if (closestLift[to] === 0) found.push(to);
        closestLift[to] = lift;
        closest[to] = slot;
      }
    }
  };

  return {
    /** To be called before the first of a ranking. */
    begin: () => void (asked = null),
    /** Between `ask` and `done`; `score` is the one with exploration. */
    of(slot: number, taste: Taste, score: number): { why: Why; becauseSlot: number } {
      evidence.fill(row, 0, slot);
      if (row[PIECE.known] === 1) return { why: 'watched', becauseSlot: -1 };
      const of = (piece: number): number => (weights.values[piece] ?? 0) * (row[piece] ?? 0);
      const kin = kinship.product(slot);
      if (asked !== taste) findClosest(taste);
      const closestSlot = closestLift[slot] ? (closest[slot] ?? -1) : -1;
      const groups: [Why, number][] = [
        ['category', of(PIECE.category)],
        ['tag', of(PIECE.tag)],
        ['language', of(PIECE.language)],
        ['explore', score - weights.dot(row, 0) - kin],
      ];
      if (closestSlot >= 0) groups.push(['shared', of(PIECE.lift) + of(PIECE.circle) + of(PIECE.circleShort) + kin]);
      const [why, most] = groups.reduce((best, group) => (group[1] > best[1] ? group : best));
      if (most < CLEAR) return { why: 'popular', becauseSlot: -1 };
      return { why, becauseSlot: why === 'shared' ? closestSlot : -1 };
    },
  };
};
