import { expect, test } from 'vitest';
import type { BroadcastId, ChannelId, UserId, WatchSessionId } from '../../../shared/ids.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { addBroadcast, addChannel, addUsers } from '../../../tests/support/rows.ts';
import { minuteCounts, watchSessions } from '../../db/insight-schema.ts';
import { users } from '../../db/schema.ts';
import { createHandClock } from '../../lib/clock.ts';
import { firstIdAt } from '../../lib/ordered-ids.ts';
import { asCsv } from '../../lib/table-file.ts';
import { createHistory } from './history.ts';
import { createOperatorStore } from './store.ts';
import { historyTable } from './tables.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A day at 10:30 UTC. */
const NOW = Date.UTC(2026, 0, 31, 10, 30);
const CHANNEL = 'c1' as ChannelId;

const database = useTestDatabase();
const history = () => createHistory({ clock: createHandClock(NOW), store: createOperatorStore(database()) });
const transfer = (id: string, kind: string, amount: number, fee: number, atMs: number) =>
  database().sql`insert into transfers (id, kind, key, fingerprint, debit_id, credit_id, amount, fee, debit_after, credit_after, fee_after, at)
    values (${firstIdAt(atMs) + id}, ${kind}, ${id}, 'f', 'a', 'b', ${amount}, ${fee}, 0, 0, ${fee > 0 ? 0 : null}, ${new Date(atMs).toISOString()}::text::timestamptz)`;

const fill = async (): Promise<void> => {
  await addChannel(database(), { ownerId: 'ada', channelId: CHANNEL });
  await addUsers(database(), ['fan', 'bob']);
  await database().run((db) => db.update(users).set({ createdAt: NOW - HOUR_MS }));
  // Began at 9:30, so its minutes 29 and 30 lie on both sides of ten o'clock.
  await addBroadcast(database(), 'b1', CHANNEL, NOW - HOUR_MS);
  const minute = { broadcastId: 'b1' as BroadcastId, viewersMax: 2 };
  await database().run((db) => db.insert(minuteCounts).values([
    { ...minute, minute: 28, viewerMs: 60_000, freezes: 1, reports: 10, latencyP50Ms: 100, latencyP95Ms: 200 },
    { ...minute, minute: 29, viewerMs: 120_000, freezes: 2, reports: 30, latencyP50Ms: 200, latencyP95Ms: 400 },
    { ...minute, minute: 30, viewerMs: 30_000, freezes: 0, reports: 0 },
  ]));
  const stay = (id: string, userId: string | null, atMs: number) => ({
    id: id as WatchSessionId, channelId: CHANNEL, broadcastId: 'b1' as BroadcastId, userId: userId as UserId | null, source: 'direct' as const,
    startedAt: atMs, endedAt: atMs + 1, playedMs: 0, sawEnd: false,
  });
  await database().run((db) => db.insert(watchSessions).values([
    stay('1', 'fan', NOW - HOUR_MS), stay('2', 'fan', NOW - HOUR_MS + 1), stay('3', null, NOW - HOUR_MS + 2), stay('4', 'bob', NOW - 3 * DAY_MS),
  ]));
  await transfer('1', 'top_up', 1_000, 0, NOW - 2 * HOUR_MS);
  await transfer('2', 'gift', 100, 30, NOW - HOUR_MS);
  await transfer('3', 'super_chat', 50, 15, NOW - HOUR_MS);
  await transfer('4', 'payout', 70, 0, NOW - HOUR_MS);
  await transfer('5', 'payout_return', 20, 0, NOW - HOUR_MS);
  await transfer('6', 'charge_back', 500, 0, NOW - 10 * DAY_MS);
};

test('each hour has what happened in it, in UTC', async () => {
  await fill();
  const { step, points } = await history().of('24h');
  expect([step, points.length, new Date(points[0]?.atMs ?? 0).toISOString(), new Date(points[23]?.atMs ?? 0).toISOString()])
    .toEqual(['hour', 24, '2026-01-30T11:00:00.000Z', '2026-01-31T10:00:00.000Z']);
  expect(points[22]).toEqual({
    atMs: Date.UTC(2026, 0, 31, 9), broadcasts: 1, stays: 3, people: 1, newAccounts: 3, viewerMs: 180_000, freezes: 3,
    latencyP50Ms: 175, latencyP95Ms: 350, // (10 x 100 + 30 x 200) / 40, and the like
    coinsBought: 0, coinsTakenBack: 0, coinsGiven: 150, coinsPaidOut: 50, coinsKept: 45,
  });
  expect(points[23]).toMatchObject({ viewerMs: 30_000, freezes: 0, latencyP50Ms: null, stays: 0 });
  expect(points[21]).toMatchObject({ coinsBought: 1_000, coinsGiven: 0 });
});

test('days for longer spans; an old charge-back is in thirty days and not in seven', async () => {
  await fill();
  const [week, month] = [await history().of('7d'), await history().of('30d')];
  expect([week.points.length, month.points.length, week.step]).toEqual([7, 30, 'day']);
  const sum = (points: typeof week.points, name: 'coinsTakenBack' | 'people' | 'stays') => points.reduce((all, point) => all + point[name], 0);
  expect([sum(week.points, 'coinsTakenBack'), sum(month.points, 'coinsTakenBack')]).toEqual([0, 500]);
  expect([sum(week.points, 'people'), sum(week.points, 'stays')]).toEqual([2, 4]);
  expect(week.points.at(-1)).toMatchObject({ atMs: Date.UTC(2026, 0, 31), stays: 3, people: 1, newAccounts: 3, viewerMs: 210_000 });
});

test('as a file it has a line for each, and nothing where nothing is known', async () => {
  await fill();
  const lines = asCsv(historyTable(await history().of('24h'))).split('\r\n');
  expect(lines).toHaveLength(26);
  expect(lines[0]).toMatch(/^\ufefftime,broadcasts,/);
  expect(lines[23]).toBe('2026-01-31T09:00:00.000Z,1,3,1,3,180000,175,350,3,0,0,150,50,45');
  expect(lines[24]).toBe('2026-01-31T10:00:00.000Z,0,0,0,0,30000,,,0,0,0,0,0,0');
});
