// What counts in a battle, and who wins: the rules with times as numbers.

import { expect, test } from 'vitest';
import type { RoomId, UserId } from '../../../shared/ids.ts';
import { BATTLE_GRACE_MS, TOP_SUPPORTERS_MAX } from '../../../shared/limits.ts';
import { count, isInTime, leaderOf, sideOf, viewFor } from './battle.ts';
import type { Battle, Given } from './battle.ts';

const [LEFT, RIGHT] = ['left' as RoomId, 'right' as RoomId];
const [START, END] = [1_000_000, 1_060_000];

const battle = (fields: Partial<Battle> = {}): Battle => ({
  sides: [sideOf(LEFT, { handle: 'left', displayName: 'Left' }), sideOf(RIGHT, { handle: 'right', displayName: 'Right' })],
  lengthS: 60, state: 'running', startedAtMs: START, endsAtMs: END, winner: null, isGivenUp: false, timer: () => {}, paying: 0,
  ...fields,
});
const gift = (name: string, coins: number, fields: Partial<Given> = {}): Given => ({
  userId: name as UserId, name, displayName: name.toUpperCase(), coins, seenFrameMs: null, arrivedAtMs: START + 1, ...fields,
});
const nobody = (): boolean => false;

test.each([
  ['the first frame', START, START + 200, true],
  ['a frame before the start', START - 1, START + 200, false],
  ['the last frame, at once', END, END, true],
  ['the last frame, late', END, END + BATTLE_GRACE_MS, true],
  ['the last frame, too late', END, END + BATTLE_GRACE_MS + 1, false],
  ['a frame of the last second, late', END - 900, END + 700, true],
  ['the frame after the end', END + 1, END + 200, false],
  ['a frame after the end, though the clock says before', END + 1, END - 50, false],
  ['no frame, in the last millisecond', null, END, true],
  ['no frame, after the end', null, END + 1, false],
  ['no frame, before the start', null, START - 1, false],
])('[K2] [K3] %s', (_, seenFrameMs, arrivedAtMs, counts) => {
  expect(isInTime(battle(), { seenFrameMs, arrivedAtMs })).toBe(counts);
  const one = battle({ state: arrivedAtMs > END ? 'deciding' : 'running' });
  expect(count(one, LEFT, gift('ada', 10, { seenFrameMs, arrivedAtMs }))).toBe(counts);
  expect(one.sides[0].coins).toBe(counts ? 10 : 0);
});

test('[K2] nothing counts before it was accepted and after it is over, nor what was given elsewhere', () => {
  for (const state of ['asked', 'over'] as const) expect(count(battle({ state }), LEFT, gift('ada', 10))).toBe(false);
  expect(count(battle({ startedAtMs: null }), LEFT, gift('ada', 10))).toBe(false);
  expect(count(battle(), 'third' as RoomId, gift('ada', 10))).toBe(false);
});

test('[K5] each room is told of its own side as ours, with those who gave the most', () => {
  const one = battle();
  for (const [name, coins] of [['ada', 5], ['bob', 30], ['eve', 20], ['kim', 10], ['ada', 50]] as const) count(one, LEFT, gift(name, coins));
  count(one, RIGHT, gift('ada', 7));
  const { ours, theirs } = viewFor(one, LEFT, nobody);
  expect(ours).toMatchObject({ handle: 'left', coins: 115 });
  expect(ours.supporters.map(({ name, coins }) => [name, coins])).toEqual([['ada', 55], ['bob', 30], ['eve', 20]]);
  expect(theirs).toEqual({ handle: 'right', displayName: 'Right', coins: 7, supporters: [{ userId: 'ada', name: 'ada', displayName: 'ADA', coins: 7 }] });
  expect(viewFor(one, RIGHT, nobody)).toMatchObject({ ours: theirs, theirs: ours, proposedBy: 'theirs' });
});

test('[K5] the banned are left out of the list of their room, without a gap and with their coins', () => {
  const one = battle();
  const names = Array.from({ length: TOP_SUPPORTERS_MAX + 3 }, (_, at) => `p${at}`);
  names.forEach((name, at) => count(one, LEFT, gift(name, 100 - at)));
  const { ours } = viewFor(one, LEFT, (roomId, userId) => roomId === LEFT && userId === 'p0');
  expect(ours.supporters.map(({ name }) => name)).toEqual(['p1', 'p2', 'p3']);
  expect(ours.coins).toBe(names.reduce((sum, _, at) => sum + 100 - at, 0));
});

test('[K5] somebody who gave little at first is found when they gave the most', () => {
  const one = battle();
  for (let at = 0; at < 100; at += 1) count(one, LEFT, gift(`p${at}`, 10));
  for (let times = 0; times < 5; times += 1) count(one, LEFT, gift('p99', 3));
  expect(viewFor(one, LEFT, nobody).ours.supporters[0]).toMatchObject({ name: 'p99', coins: 25 });
});

test('[K4] more coins win, equal is a draw, and each room reads it its own way', () => {
  const one = battle();
  expect(leaderOf(one)).toBe(null);
  count(one, RIGHT, gift('ada', 1));
  expect(leaderOf(one)).toBe(RIGHT);
  const over = battle({ state: 'over', winner: RIGHT });
  expect([viewFor(over, LEFT, nobody).winner, viewFor(over, RIGHT, nobody).winner]).toEqual(['theirs', 'ours']);
  expect(viewFor(battle({ state: 'over' }), LEFT, nobody).winner).toBe('draw');
  expect(viewFor(battle(), LEFT, nobody).winner).toBe(null);
});
