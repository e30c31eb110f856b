// Gifts on a real ledger and a real database, with a clock that tests turn, neighbours that do as the test says, and a database
// that can be taken away. Everything told is kept in order.

import type { BroadcastId, ChannelId, GiftId, RedPacketId, RequestKey, RoomId, UserId } from '../../../shared/ids.ts';
import type { EventData, EventName } from '../../../shared/messages.ts';
import { addBroadcast, addChannel, addUsers } from '../../../tests/support/rows.ts';
import { fakeCaller } from '../../../tests/support/fake-caller.ts';
import type { TestDatabase } from '../../../tests/support/database.ts';
import type { Caller } from '../../hub/handler.ts';
import { walletOf, walletOwner } from '../../ledger/accounts.ts';
import { createLedger } from '../../ledger/ledger.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Recorder } from '../../ledger/transfer.ts';
import { createLedgerStore } from '../../ledger/store.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createMetrics } from '../../lib/metrics.ts';
import { createGifts } from './gifts.ts';
import type { GiftsDeps } from './parts.ts';

export const ROOM = 'room' as RoomId;
export const STARTED_AT_MS = 1_799_999_000_000;
export const host = fakeCaller('host', { role: 'host' });
export const moderator = fakeCaller('mod', { role: 'moderator' });
export const [ada, bob, eve] = [fakeCaller('ada'), fakeCaller('bob'), fakeCaller('eve')];
export const ROSE = 'rose' as GiftId; // 10 coins
export const TEA = 'tea' as GiftId; // 5 coins

let lastKey = 0;
export const newKey = (): RequestKey => `k${(lastKey += 1)}` as RequestKey;

/** A channel that was on air twice, and people. */
export const addScene = async (database: TestDatabase, names: readonly string[] = ['mod', 'ada', 'bob', 'eve']): Promise<void> => {
  await addChannel(database, { ownerId: 'host', channelId: ROOM as ChannelId });
  await addUsers(database, names);
  for (const [at, id] of ['b1', 'b2'].entries()) await addBroadcast(database, id, ROOM as ChannelId, STARTED_AT_MS + at);
};

export const fund = (ledger: Ledger, name: string, coins: number): Promise<unknown> =>
  ledger.post({ kind: 'top_up', key: `topup/${newKey()}${name}`, fingerprint: 'x', debit: 'issued', credit: walletOf(name as UserId), amount: coins });

export const balanceOf = async (ledger: Ledger, id: Parameters<Ledger['balances']>[0][number]): Promise<number> => (await ledger.balances([id])).get(id)?.balance ?? 0;

/** A server's part of it; a second one on the same database is the next server. */
export const startGifts = (database: TestDatabase, nowMs = 1_800_000_000_000) => {
  const clock = createHandClock(nowMs);
  const log = createLog({ level: 'silent' });
  const metrics = createMetrics();
  const told: { readonly name: string; readonly data: unknown }[] = [];
  const given: Parameters<GiftsDeps['given']>[1][] = [];
  const notified: { readonly userId: UserId; readonly data: unknown }[] = [];
  const state = {
    isUp: true,
    broadcastId: 'b1' as BroadcastId | null,
    judge: (() => ({ isShadow: false, hold: null })) as GiftsDeps['judge'],
    mayAct: (() => ({ isShadow: false })) as GiftsDeps['mayAct'],
    outcasts: new Set<string>(),
    acts: [] as string[],
  };
  const ifUp = <T>(work: () => Promise<T>): Promise<T> => (state.isUp ? work() : Promise.reject(new AppError('database_unavailable')));
  const away: Pick<TestDatabase, 'run' | 'transact'> = { run: (work) => ifUp(() => database.run(work)), transact: (work) => ifUp(() => database.transact(work)) };
  const recorders: Record<string, Recorder> = {};
  const ledger = createLedger({ clock, log, metrics, store: createLedgerStore(away), recorders });
  const gifts = createGifts({
    clock, log, metrics, ledger,
    database: away,
    publish: (_room, name, data) => void told.push({ name, data }),
    stampFrame(_caller, seen) {
      const { capturedAtMs, errorMs } = seen ?? { capturedAtMs: clock.nowMs() - 50, errorMs: 5 };
      return state.broadcastId && { capturedAtMs, errorMs, timelineMs: capturedAtMs - STARTED_AT_MS };
    },
    broadcastIdIn: () => state.broadcastId,
    judge: (caller, line) => state.judge(caller, line),
    mayAct: (caller) => state.mayAct(caller),
    feeOf: (coins) => Math.floor(coins * 0.3),
    isOutcast: (_room, userId) => state.outcasts.has(userId),
    given: (_room, fact) => void given.push(fact),
    acted: ({ user }, act, target, detail) => void state.acts.push([user?.name, act, target, detail].join(' ')),
    notifyEverywhere: (userId, _name, dataFor) => void notified.push({ userId, data: dataFor(ROOM) }),
    redPackets: () => ({ openIn: () => [], claimedBy: () => [] as RedPacketId[] }),
  });
  Object.assign(recorders, gifts.recorders);
  ledger.onCommitted((changed) => {
    for (const [id, balance] of changed) {
      const userId = walletOwner(id);
      if (userId) gifts.walletChanged(userId, balance);
    }
  });
  const { handlers, part } = gifts;
  return {
    clock, ledger, gifts, state, notified, given,
    send: async (who: Caller, giftId: GiftId, quantity = 1, key = newKey()) => handlers['gift.send']({ key, giftId, quantity, seen: null }, who),
    say: async (who: Caller, text: string, coins: number, key = newKey()) => handlers['superchat.send']({ key, text, coins, seen: null }, who),
    setGoal: async (goal: { title: string; coins: number } | null) => handlers['goal.set']({ goal }, host),
    enter: (name: string | null) => part.prepare?.(ROOM, name as UserId | null),
    snapshot: (name: string | null = null) => part.snapshot(ROOM, { participantId: 'x' as never, userId: name as UserId | null, role: 'viewer' }),
    heard: <E extends EventName>(name: E): EventData<E>[] => told.flatMap((it) => (it.name === name ? [it.data as EventData<E>] : [])),
    /** Gifts told so far, in their order. */
    received: () => told.flatMap((it) => (it.name === 'gifts.received' ? (it.data as EventData<'gifts.received'>).gifts : [])),
    names: () => told.map(({ name }) => name),
    async close(): Promise<void> {
      gifts.close();
      await ledger.close();
    },
  };
};
