// On a real PostgreSQL and a real ledger, with the hands of the clock turned by the tests.

import { expect, test } from 'vitest';
import type { BroadcastId, ChannelId, RequestKey, RoomId, UserId } from '../../../shared/ids.ts';
import { RED_PACKETS_OPEN_MAX, RED_PACKET_CLAIM_MS } from '../../../shared/limits.ts';
import type { EventData, EventName } from '../../../shared/messages.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { fakeCaller } from '../../../tests/support/fake-caller.ts';
import { addBroadcast, addChannel, addUsers } from '../../../tests/support/rows.ts';
import { until } from '../../../tests/support/wait.ts';
import type { Caller } from '../../hub/handler.ts';
import { walletOf } from '../../ledger/accounts.ts';
import { createLedger } from '../../ledger/ledger.ts';
import type { Recorder } from '../../ledger/transfer.ts';
import { createLedgerStore } from '../../ledger/store.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import type { HandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createMetrics } from '../../lib/metrics.ts';
import { createRedPackets } from './redpackets.ts';

const database = useTestDatabase();
const ROOM = 'room' as RoomId;
const START_MS = 1_800_000_000_000;
/** The announced frame, the time to reach for it, the slowest viewer, the road. */
const ENDS_AFTER_MS = RED_PACKET_CLAIM_MS + 2_000 + 1_000;
const host = fakeCaller('host', { role: 'host' });
const [ada, bob, eve] = [fakeCaller('ada'), fakeCaller('bob'), fakeCaller('eve')];
const code = (expected: string) => ({ code: expected });

let lastKey = 0;
const newKey = (): RequestKey => `k${(lastKey += 1)}` as RequestKey;

const start = (clock: HandClock = createHandClock(START_MS)) => {
  const log = createLog({ level: 'silent' });
  const told: { readonly name: string; readonly data: unknown }[] = [];
  const state = { isUp: true, isShadow: false, broadcastId: 'b1' as BroadcastId | null, refusal: null as AppError | null };
  const ifUp = <T>(work: () => Promise<T>): Promise<T> => (state.isUp ? work() : Promise.reject(new AppError('database_unavailable')));
  const away: Pick<ReturnType<typeof database>, 'run' | 'transact'> = {
    run: (work) => ifUp(() => database().run(work)), transact: (work) => ifUp(() => database().transact(work)),
  };
  const recorders: Record<string, Recorder> = {};
  const ledger = createLedger({ clock, log, metrics: createMetrics(), store: createLedgerStore(away), recorders });
  const redPackets = createRedPackets({
    clock, log, ledger,
    database: away,
    publish: (_room, name, data) => void told.push({ name, data }),
    slowestMsIn: () => 2_000,
    seed: () => 'seed',
    stampFrame: (_caller, seen) => state.broadcastId && { capturedAtMs: seen?.capturedAtMs ?? clock.nowMs(), errorMs: seen?.errorMs ?? 0, timelineMs: 0 },
    mayAct: () => ({ isShadow: state.isShadow }),
    fanLevelIn: () => 2,
    async give(caller, { key, fingerprint, order }) {
      if (state.refusal) throw state.refusal;
      const { seat, user } = caller;
      if (!seat || !user) throw new Error('nobody');
      return ledger.post({ key: `give/${user.userId}/${key}`, fingerprint, debit: walletOf(user.userId), ...order('b1' as BroadcastId, { seat, user }) });
    },
  });
  Object.assign(recorders, redPackets.recorders);
  const balance = async (name: string) => (await ledger.balances([walletOf(name as UserId)])).get(walletOf(name as UserId))?.balance;
  return {
    clock, ledger, redPackets, state, balance,
    escrow: async () => (await ledger.balances(['escrow'])).get('escrow')?.balance,
    fund: (name: string, coins: number) => ledger.post({ kind: 'top_up', key: `topup/${newKey()}`, fingerprint: 'x', debit: 'issued', credit: walletOf(name as UserId), amount: coins }),
    give: async (who: Caller, coins: number, shares: number, key = newKey()) => redPackets.handlers['redpacket.give']({ key, coins, shares, seen: null }, who),
    /** Having seen the frame that lies so far after the announced one. */
    claim: async (who: Caller, { redPacketId, announcedFrameMs }: EventData<'redpacket.announced'>['redPacket'], offsetMs: number, errorMs = 1) =>
      redPackets.handlers['redpacket.claim']({ redPacketId, seen: { capturedAtMs: (announcedFrameMs ?? 0) + offsetMs, errorMs } }, who),
    heard: <E extends EventName>(name: E): EventData<E>[] => told.flatMap((it) => (it.name === name ? [it.data as EventData<E>] : [])),
    async opened(): Promise<EventData<'redpacket.opened'>> {
      await until('the red packet to be opened', () => told.some(({ name }) => name === 'redpacket.opened'));
      return told.find(({ name }) => name === 'redpacket.opened')?.data as EventData<'redpacket.opened'>;
    },
    async close(): Promise<void> {
      await redPackets.close();
      await ledger.close();
    },
  };
};

const setUp = async () => {
  await addChannel(database(), { ownerId: 'host', channelId: ROOM as ChannelId });
  await addUsers(database(), ['ada', 'bob', 'eve']);
  await addBroadcast(database(), 'b1', ROOM as ChannelId, 1);
  const it = start();
  await it.fund('host', 1_000);
  return it;
};

test('[G7] coins are set aside, announced, and go to who saw the frame first, whoever came first', async () => {
  const it = await setUp();
  const { redPacket, balance } = await it.give(host, 100, 2);
  expect(redPacket).toMatchObject({ coins: 100, shares: 2, giver: { userId: 'host', role: 'host', fanLevel: 2 }, announcedFrameMs: START_MS, claimMs: RED_PACKET_CLAIM_MS });
  expect([balance, await it.escrow(), it.heard('redpacket.announced'), it.redPackets.openIn(ROOM)]).toEqual([900, 100, [{ redPacket }], [redPacket]]);
  await it.claim(ada, redPacket, 900);
  await it.claim(bob, redPacket, 300);
  await it.claim(eve, redPacket, 100);
  await it.claim(eve, redPacket, 50); // has one claim already, and that is it
  expect(it.redPackets.claimedBy(ROOM, 'eve' as UserId)).toEqual([redPacket.redPacketId]);
  it.clock.advance(ENDS_AFTER_MS - 1);
  expect(it.heard('redpacket.opened')).toEqual([]);
  it.clock.advance(1);
  const { shares, returnedCoins } = await it.opened();
  expect(shares.map(({ userId }) => userId).sort()).toEqual(['bob', 'eve']);
  expect([shares.reduce((sum, { coins }) => sum + coins, 0), returnedCoins, await it.escrow(), await it.balance('ada')]).toEqual([100, 0, 0, 0]);
  for (const { userId, coins } of shares) expect(await it.balance(userId)).toBe(coins);
  expect(it.redPackets.openIn(ROOM)).toEqual([]);
  await expect(it.claim(ada, redPacket, 100)).rejects.toMatchObject(code('red_packet_over'));
  const stored = await database().sql`select user_id, coins from red_packet_claims order by user_id`;
  expect(stored.map((row) => [row['user_id'], row['coins'] === null])).toEqual([['ada', true], ['bob', false], ['eve', false]]);
  await it.close();
});

test('[G7] a claim needs the frame, in time, from somebody else', async () => {
  const it = await setUp();
  const { redPacket } = await it.give(host, 100, 5);
  await expect(it.claim(ada, redPacket, -10)).rejects.toMatchObject(code('not_seen_yet'));
  await expect(it.claim(ada, redPacket, RED_PACKET_CLAIM_MS + 2)).rejects.toMatchObject(code('red_packet_over'));
  await expect(it.claim(host, redPacket, 10)).rejects.toMatchObject(code('permission_denied'));
  await expect(it.claim(ada, { ...redPacket, redPacketId: 'none' as typeof redPacket.redPacketId }, 10)).rejects.toMatchObject(code('not_found'));
  await expect(it.claim(fakeCaller('ada', { roomId: 'elsewhere' as RoomId }), redPacket, 10)).rejects.toMatchObject(code('not_found'));
  it.state.isShadow = true;
  await it.claim(eve, redPacket, 10); // hears nothing, gets nothing
  it.state.isShadow = false;
  it.state.broadcastId = null;
  await expect(it.claim(ada, redPacket, 10)).rejects.toMatchObject(code('red_packet_over'));
  it.clock.advance(ENDS_AFTER_MS);
  expect(await it.opened()).toMatchObject({ shares: [], returnedCoins: 100 });
  expect([await it.balance('host'), await it.escrow()]).toEqual([1_000, 0]);
  await it.close();
});

test('[G7] what nobody took goes back', async () => {
  const it = await setUp();
  const { redPacket } = await it.give(host, 90, 3);
  await it.claim(bob, redPacket, 0);
  it.clock.advance(ENDS_AFTER_MS);
  const { shares, returnedCoins } = await it.opened();
  expect(shares).toHaveLength(1);
  expect([await it.balance('bob'), await it.balance('host')]).toEqual([shares[0]?.coins, 910 + returnedCoins]);
  expect((shares[0]?.coins ?? 0) + returnedCoins).toBe(90);
  await it.close();
});

test('[G1, G7] the same key is the same red packet; more shares than coins are none; so many lie there at once', async () => {
  const it = await setUp();
  const key = newKey();
  const first = await it.give(host, 10, 2, key);
  expect(await it.give(host, 10, 2, key)).toEqual(first);
  await expect(it.give(host, 11, 2, key)).rejects.toMatchObject(code('key_reused'));
  await expect(it.give(host, 2, 3)).rejects.toMatchObject(code('bad_request'));
  await expect(it.give(ada, 10, 2)).rejects.toMatchObject(code('insufficient_coins'));
  const others = await Promise.allSettled(Array.from({ length: RED_PACKETS_OPEN_MAX + 3 }, () => it.give(host, 10, 2)));
  expect(others.filter(({ status }) => status === 'fulfilled')).toHaveLength(RED_PACKETS_OPEN_MAX - 1);
  expect(it.redPackets.openIn(ROOM)).toHaveLength(RED_PACKETS_OPEN_MAX);
  await expect(it.give(host, 10, 2)).rejects.toMatchObject(code('too_many_items'));
  await it.close();
  const next = start(it.clock);
  expect(await next.give(host, 10, 2, key)).toEqual(first);
  await next.close();
});

test('[G7] a restart decides what was open by the claims that were taken, once', async () => {
  const it = await setUp();
  const { redPacket } = await it.give(host, 50, 1);
  await it.claim(bob, redPacket, 400);
  await it.claim(ada, redPacket, 100);
  await it.close();
  it.clock.advance(ENDS_AFTER_MS * 2);
  expect(it.clock.timers()).toBe(0);
  const next = start(it.clock);
  await next.redPackets.restore();
  expect(next.redPackets.claimedBy(ROOM, 'ada' as UserId)).toEqual([redPacket.redPacketId]);
  it.clock.advance(0);
  expect(await next.opened()).toMatchObject({ shares: [{ userId: 'ada', displayName: 'ADA', coins: 50 }], returnedCoins: 0 });
  await next.close();
  const third = start(it.clock);
  await third.redPackets.restore();
  expect([third.redPackets.size(), await third.balance('ada'), await third.escrow()]).toEqual([0, 50, 0]);
  await third.close();
});

test('[G7] while the database is away no claim is promised, and the draw waits', async () => {
  const it = await setUp();
  const { redPacket } = await it.give(host, 50, 1);
  it.state.isUp = false;
  await expect(it.claim(ada, redPacket, 10)).rejects.toMatchObject(code('database_unavailable'));
  it.clock.advance(ENDS_AFTER_MS);
  it.state.isUp = true;
  await until('the draw', () => { it.clock.advance(500); return it.heard('redpacket.opened').length > 0; });
  expect(await it.opened()).toMatchObject({ shares: [{ userId: 'ada', coins: 50 }] });
  expect([await it.balance('ada'), await it.escrow()]).toEqual([50, 0]);
  await it.close();
});
