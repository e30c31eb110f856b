// What a battle looks like, from what the server tells.

import { expect, test } from 'vitest';
import type { BattleView } from '../../../shared/messages/battles.ts';
import { m } from '../../text/generated/messages.js';
import { clockText, sharesOf, wordsOf } from './battle-view.ts';

const battle = (ours: number, theirs: number, winner: BattleView['winner'] = null): BattleView => ({
  state: winner ? 'over' : 'running', proposedBy: 'ours', lengthS: 60, startedAtMs: 1, endsAtMs: 60_001, winner, isGivenUp: false,
  ours: { handle: 'lin', displayName: 'Lin', coins: ours, supporters: [] }, theirs: { handle: 'wei', displayName: 'Wei', coins: theirs, supporters: [] },
} as unknown as BattleView);

test('the bar is divided as the coins are, and in two before anything was given', () => {
  expect(sharesOf(battle(0, 0))).toEqual({ ours: 0.5, theirs: 0.5 });
  expect(sharesOf(battle(30, 10))).toEqual({ ours: 0.75, theirs: 0.25 });
});

test('who won is said by name', () => {
  expect(wordsOf(battle(3, 1))).toBe('');
  expect(wordsOf(battle(3, 1, 'ours'))).toBe(m.battle_won_by({ name: 'Lin' }));
  expect(wordsOf(battle(1, 3, 'theirs'))).toBe(m.battle_won_by({ name: 'Wei' }));
  expect(wordsOf(battle(3, 3, 'draw'))).toBe(m.battle_draw());
});

test('time is told in minutes and seconds', () => {
  expect([clockText(0), clockText(9), clockText(61), clockText(600)]).toEqual(['0:00', '0:09', '1:01', '10:00']);
});
