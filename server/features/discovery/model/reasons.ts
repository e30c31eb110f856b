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
  readonly evidence: Evidence;
  readonly weights: Weights;
  readonly kinship: Kinship;
  readonly together: Together;
  readonly slotOfRef: (ref: number) => number;
};

const CLEAR = 0.3; // a piece below a factor of 1.35 is no reason

export const createReasons = ({ evidence, weights, kinship, together, slotOfRef }: ReasonsDeps) => {
  const row = new Float64Array(PIECES);

  /** The known channel that shares the most people with this one. */
  const closest = (slot: number, taste: Taste): number => {
    let best = -1;
    let bestLift = 0;
    for (const { ref } of taste.known) {
      const other = slotOfRef(ref);
      if (other < 0 || other === slot) continue;
      const { ids, logs, length } = together.lifts(other);
      const at = ids.subarray(0, length).indexOf(slot);
      const lift = at < 0 ? 0 : (logs[at] ?? 0);
      if (lift > bestLift) [best, bestLift] = [other, lift];
    }
    return best;
  };

  return {
    /** Between `ask` and `done`; `score` is the one with exploration. */
    of(slot: number, taste: Taste, score: number): { why: Why; becauseSlot: number } {
      evidence.fill(row, 0, slot);
      if (row[PIECE.known] === 1) return { why: 'watched', becauseSlot: -1 };
      const of = (piece: number): number => (weights.values[piece] ?? 0) * (row[piece] ?? 0);
      const kin = kinship.product(slot);
      const closestSlot = closest(slot, taste);
      const groups: [Why, number][] = [
        ['category', of(PIECE.category)],
        ['tag', of(PIECE.tag)],
        ['language', of(PIECE.language)],
        ['explore', score - weights.dot(row, 0) - kin],
      ];
      if (closestSlot >= 0) groups.push(['shared', of(PIECE.lift) + kin]);
      const [why, most] = groups.reduce((best, group) => (group[1] > best[1] ? group : best));
      if (most < CLEAR) return { why: 'popular', becauseSlot: -1 };
      return { why, becauseSlot: why === 'shared' ? closestSlot : -1 };
    },
  };
};
