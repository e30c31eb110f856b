// Battles in time, with the hands of the clock turned by the tests: proposed, counted, decided, told.

import { expect, test } from 'vitest';
import type { RoomId, UserId } from '../../../shared/ids.ts';
import { BATTLE_ASK_MS, BATTLE_GRACE_MS, BATTLE_PAYMENTS_MS_MAX, TALLY_TICK_MS } from '../../../shared/limits.ts';
import type { BattleView } from '../../../shared/messages/battles.ts';
import { fakeCaller } from '../../../tests/support/fake-caller.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createBattles } from './battles.ts';

const [LEFT, RIGHT] = ['left' as RoomId, 'right' as RoomId];
const [lin, mei] = [fakeCaller('lin', { role: 'host', roomId: LEFT }), fakeCaller('mei', { role: 'host', roomId: RIGHT })];
const LENGTH_MS = 60_000;

const setUp = () => {
  const clock = createHandClock();
  const told: { readonly roomId: RoomId; readonly atMs: number; readonly battle: BattleView | null }[] = [];
  const facts: string[] = [];
  const state = { isLinked: true };
  const end = (roomId: RoomId) => ({ roomId, channel: { handle: roomId as string, displayName: roomId.toUpperCase() } });
  const battles = createBattles({
    clock, log: createLog({ level: 'silent' }),
    publish: (roomId, _, data) => void told.push({ roomId, atMs: clock.nowMs(), battle: (data as { battle: BattleView | null }).battle }),
    rivalsIn: (roomId) => (state.isLinked ? { own: end(roomId), other: end(roomId === LEFT ? RIGHT : LEFT) } : null),
    isOutcast: () => false,
    sayFact: (roomId, fact, subject) => void facts.push(`${roomId} ${fact} ${subject}`),
  });
  const { handlers } = battles;
  const view = (roomId = LEFT) => battles.part.snapshot(roomId, {} as never);
  const propose = (caller = lin) => handlers['battle.propose']({ lengthS: LENGTH_MS / 1_000 }, caller);
  const answer = (isAccepted: boolean, caller = mei) => handlers['battle.answer']({ isAccepted }, caller);
  const begin = (): void => {
    void propose();
    void answer(true);
  };
  const give = (roomId: RoomId, coins: number, seenFrameMs: number | null = null, arrivedAtMs = clock.nowMs()) =>
    battles.given(roomId, { userId: 'ada' as UserId, name: 'ada', displayName: 'Ada', coins, seenFrameMs, arrivedAtMs });
  return { clock, told, facts, state, battles, handlers, view, propose, answer, begin, give };
};

const code = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
};

test('[K1] who proposed does not accept, who is asked does not withdraw, and a proposal that nobody answers expires', () => {
  const { clock, view, propose, answer, handlers, told } = setUp();
  expect(propose()).toEqual({ expiresAtMs: clock.nowMs() + BATTLE_ASK_MS });
  expect(view()).toMatchObject({ state: 'asked', proposedBy: 'ours', startedAtMs: null, winner: null });
  expect(view(RIGHT)).toMatchObject({ state: 'asked', proposedBy: 'theirs' });
  expect(code(() => answer(true, lin))).toBe('not_found');
  expect(code(() => handlers['battle.withdraw']({}, mei))).toBe('not_found');
  expect(code(() => propose(mei))).toBe('battle_running');
  clock.advance(BATTLE_ASK_MS);
  expect([view(), view(RIGHT)]).toEqual([null, null]);
  expect(code(() => answer(true))).toBe('not_found');
  expect(told.slice(-2)).toMatchObject([{ battle: null }, { battle: null }]);
  void propose();
  expect(handlers['battle.withdraw']({}, lin)).toEqual({});
  void propose(mei);
  expect(answer(false, lin)).toEqual({});
  expect(view()).toBe(null);
  expect(code(() => handlers['battle.giveUp']({}, lin))).toBe('not_found');
});

test('[K1] without a link there is no battle', () => {
  const { state, propose } = setUp();
  state.isLinked = false;
  expect(code(propose)).toBe('not_linked');
});

test('[K2] [K3] [K4] counted to the last frame, decided after the grace, and no timer is left', () => {
  const { clock, begin, give, view, facts, battles } = setUp();
  begin();
  const endsAtMs = view()?.endsAtMs ?? 0;
  expect(view()).toMatchObject({ state: 'running', startedAtMs: clock.nowMs(), endsAtMs: clock.nowMs() + LENGTH_MS });
  give(LEFT, 10);
  clock.advance(LENGTH_MS - 1);
  give(RIGHT, 5);
  clock.advance(1);
  expect(view()).toMatchObject({ state: 'deciding', winner: null });
  clock.advance(BATTLE_GRACE_MS - 1);
  give(RIGHT, 6, endsAtMs);
  give(LEFT, 100, endsAtMs + 1);
  give(LEFT, 100);
  expect(view()).toMatchObject({ state: 'deciding', ours: { coins: 10 }, theirs: { coins: 11 } });
  clock.advance(1);
  expect([view(), view(RIGHT)]).toMatchObject([{ state: 'over', winner: 'theirs' }, { state: 'over', winner: 'ours', isGivenUp: false }]);
  give(LEFT, 100, endsAtMs);
  expect(view()).toMatchObject({ ours: { coins: 10 } });
  expect(facts).toEqual([
    'left battle_started RIGHT', 'right battle_started LEFT', 'left battle_lost RIGHT', 'right battle_won LEFT',
  ]);
  battles.close();
  clock.advance(TALLY_TICK_MS);
  expect(clock.timers()).toBe(0);
});

test('[K3] what arrived in time and is still being paid is waited for', () => {
  const { clock, begin, give, view, battles } = setUp();
  begin();
  clock.advance(LENGTH_MS + BATTLE_GRACE_MS - 1);
  const arrivedAtMs = clock.nowMs();
  const [first, second] = [battles.paymentArrived(LEFT), battles.paymentArrived(RIGHT)];
  clock.advance(2);
  const late = battles.paymentArrived(RIGHT);
  expect(view()).toMatchObject({ state: 'deciding' });
  second();
  expect(view()).toMatchObject({ state: 'deciding' });
  give(LEFT, 3, view()?.endsAtMs, arrivedAtMs);
  first();
  expect(view()).toMatchObject({ state: 'over', winner: 'ours', ours: { coins: 3 } });
  late();
});

test('[K3] and not for ever', () => {
  const { clock, begin, view, battles } = setUp();
  begin();
  const paid = battles.paymentArrived(LEFT);
  clock.advance(LENGTH_MS + BATTLE_GRACE_MS + BATTLE_PAYMENTS_MS_MAX - 1);
  expect(view()).toMatchObject({ state: 'deciding' });
  clock.advance(1);
  expect(view()).toMatchObject({ state: 'over', winner: 'draw' });
  paid();
  expect(clock.timers()).toBe(2); // the ticks of what was told just now
});

test('[K4] who gives up loses, whatever the coins say, and may have a rematch that begins at nothing', () => {
  const { begin, give, view, handlers, facts, clock } = setUp();
  begin();
  give(LEFT, 1_000);
  expect(handlers['battle.giveUp']({}, lin)).toEqual({});
  expect([view(), view(RIGHT)]).toMatchObject([{ state: 'over', winner: 'theirs', isGivenUp: true }, { winner: 'ours' }]);
  expect(facts.slice(2)).toEqual(['left battle_lost RIGHT', 'right battle_won LEFT']);
  expect(code(() => handlers['battle.giveUp']({}, mei))).toBe('not_found');
  begin();
  expect(view()).toMatchObject({ state: 'running', ours: { coins: 0 }, isGivenUp: false });
  clock.advance(LENGTH_MS + BATTLE_GRACE_MS);
  expect(view()).toMatchObject({ state: 'over', winner: 'draw' });
});

test('[K5] a loud battle is told at most once a tick, in both rooms, and the last sums are among it', () => {
  const { clock, begin, give, told } = setUp();
  begin();
  for (let at = 0; at < 200; at += 1) {
    give(at % 2 ? LEFT : RIGHT, 1);
    clock.advance(10);
  }
  clock.advance(TALLY_TICK_MS);
  for (const roomId of [LEFT, RIGHT]) {
    const times = told.filter((it) => it.roomId === roomId).map(({ atMs }) => atMs);
    expect(times.length).toBeLessThanOrEqual(7);
    times.slice(1).forEach((atMs, index) => expect(atMs - (times[index] ?? 0)).toBeGreaterThanOrEqual(TALLY_TICK_MS));
    expect(told.findLast((it) => it.roomId === roomId)?.battle).toMatchObject({ ours: { coins: 100 }, theirs: { coins: 100 } });
  }
});

test('[K6] with the link the battle is gone, and nobody has won', () => {
  const { clock, begin, give, view, battles, told, facts } = setUp();
  begin();
  give(LEFT, 10);
  battles.unlinked(RIGHT);
  battles.unlinked(LEFT);
  clock.advance(LENGTH_MS * 2);
  expect([view(), view(RIGHT), battles.size()]).toEqual([null, null, 0]);
  expect(told.slice(-2)).toMatchObject([{ battle: null }, { battle: null }]);
  expect(facts.filter((fact) => !fact.includes('started'))).toEqual([]);
  expect(clock.timers()).toBe(0);
});
