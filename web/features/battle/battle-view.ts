// How a battle is shown. Pure.

import type { BattleView } from '../../../shared/messages/battles.ts';
import { m } from '../../text/generated/messages.js';

/** Minutes and seconds. */
export const clockText = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** Shares of the bar; as long as nobody gave anything it is divided in two. */
export const sharesOf = ({ ours, theirs }: BattleView): { readonly ours: number; readonly theirs: number } => {
  const all = ours.coins + theirs.coins;
  return all === 0 ? { ours: 0.5, theirs: 0.5 } : { ours: ours.coins / all, theirs: theirs.coins / all };
};

/** How it ended; empty while it has not. */
export const wordsOf = ({ winner, ours, theirs }: BattleView): string => {
  if (winner === null) return '';
  if (winner === 'draw') return m.battle_draw();
  return m.battle_won_by({ name: (winner === 'ours' ? ours : theirs).displayName });
};
