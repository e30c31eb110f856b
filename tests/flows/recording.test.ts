// Who watched what, from real sockets to the tables: scripted broadcasts whose rows must say exactly what happened.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../server/db/client.ts';
import type { BroadcastId, GiftId, RequestKey, UserId } from '../../shared/ids.ts';
import { createClient, register } from '../support/client.ts';
import type { Person } from '../support/client.ts';
import type { Connection, JoinOptions } from '../support/connection.ts';
import { databaseOf, putCoins } from '../support/purse.ts';
import { goLive } from '../support/scene.ts';
import type { Show } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'qiao-recording-'));
let server: TestServer;
let database: Database;
const startAgain = async (): Promise<void> => {
  server = await startServer({ dataDir });
  database = databaseOf(server);
};
beforeAll(startAgain);
afterAll(async () => {
  await database.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

type StayRow = {
  user_id: UserId | null; source: string; length_ms: number; played_ms: number; lines: number; reactions: number; gifts: number; coins: number; follows: number;
  is_new: boolean | null; saw_end: boolean;
};
const staysOf = async (broadcastId: BroadcastId): Promise<StayRow[]> => {
  const rows = await database.sql<StayRow[]>`
    select user_id, source, (extract(epoch from ended_at - started_at) * 1000)::int as length_ms, played_ms::int, lines, reactions, gifts, coins::int, follows, is_new, saw_end
    from watch_sessions where broadcast_id = ${broadcastId} order by id`;
  return [...rows];
};
type MinuteRow = { minute: number; viewer_ms: number; viewers_max: number; came: number; went: number; lines: number; reactions: number; gifts: number; coins: number; follows: number };
const minutesOf = async (broadcastId: BroadcastId): Promise<MinuteRow[]> => [
  ...(await database.sql<MinuteRow[]>`
    select minute, viewer_ms::int, viewers_max, came, went, lines, reactions, gifts, coins::int, follows from minute_counts where broadcast_id = ${broadcastId} order by minute`),
];
const sumOf = <R, K extends keyof R>(rows: readonly R[], column: K): number => rows.reduce((sum, row) => sum + Number(row[column]), 0);
const totalsOf = (broadcastId: BroadcastId) =>
  until('the totals', async () => (await database.sql<Record<string, unknown>[]>`select * from broadcast_totals where broadcast_id = ${broadcastId}`)[0], 30_000);

const comeIn = async (handle: string, person: { readonly client: Person['client'] }, options: JoinOptions = {}): Promise<Connection> => {
  const connection = await person.client.connect();
  await connection.join(handle, options);
  return connection;
};
const guestIn = (handle: string, options: JoinOptions = {}): Promise<Connection> => comeIn(handle, { client: createClient(server) }, options);
const newKey = (): RequestKey => crypto.randomUUID() as RequestKey;
const say = (connection: Connection, text: string) =>
  connection.request('chat.send', { key: newKey(), text, look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen: null });
const report = (connection: Connection, playedMs: number) =>
  connection.request('watch.report', { latencyMs: 120, latencyErrorMs: 10, framesPerSecond: 30, lossRatio: 0, bitsPerSecond: 1e6, freezes: 0, playedMs });
const idOf = ({ started }: Show): BroadcastId => started.broadcast.broadcastId;
/** Ends it as its host would, and waits for the sums. */
const finish = async (show: Show): Promise<void> => {
  await show.studio.request('broadcast.end', {});
  show.end();
  await totalsOf(idOf(show));
};

test('[H1, H3, H5] a scripted broadcast: people, guests, tabs and deeds are in the tables, each exactly once', async () => {
  const show = await goLive(server);
  const { handle } = show;
  const [ada, bob] = [await register(server), await register(server)];
  await putCoins(server, [ada.me.userId], 1_000);
  const guests = [await guestIn(handle), await guestIn(handle, { source: 'share' })];
  const first = await comeIn(handle, ada, { source: 'home' });
  const second = await comeIn(handle, ada, { source: 'search' }); // another tab
  const bobs = await comeIn(handle, bob, { source: 'notice' });
  const owner = await comeIn(handle, show);
  await say(first, 'one');
  await say(second, 'two');
  await say(bobs, 'three');
  await say(owner, 'the host’s own');
  await first.request('reaction.send', { reaction: 'heart', count: 7, seen: null });
  await first.request('gift.send', { key: newKey(), giftId: 'rose' as GiftId, quantity: 3, seen: null });
  await first.request('superchat.send', { key: newKey(), text: 'well done', coins: 100, seen: null });
  for (const isFollowing of [true, false, true]) await bobs.request('follow.set', { isFollowing });
  await bobs.next('chat.said', ({ lines }) => lines.some((line) => line.kind === 'said' && line.text === 'three'));
  guests[1]?.close();
  second.close();
  await until('the guest to be seen going', async () => (await staysOf(idOf(show))).some((row) => row.source === 'share' && !row.saw_end));
  await finish(show);
  const stays = await staysOf(idOf(show));
  expect(stays.map(({ user_id: userId, source, lines, reactions, gifts, coins, follows, is_new: isNew, saw_end: sawEnd }) =>
    ({ userId, source, lines, reactions, gifts, coins, follows, isNew, sawEnd }))).toEqual([
    { userId: null, source: 'direct', lines: 0, reactions: 0, gifts: 0, coins: 0, follows: 0, isNew: null, sawEnd: true },
    { userId: null, source: 'share', lines: 0, reactions: 0, gifts: 0, coins: 0, follows: 0, isNew: null, sawEnd: false },
    { userId: ada.me.userId, source: 'home', lines: 2, reactions: 7, gifts: 2, coins: 130, follows: 0, isNew: true, sawEnd: true },
    { userId: bob.me.userId, source: 'notice', lines: 1, reactions: 0, gifts: 0, coins: 0, follows: 1, isNew: true, sawEnd: true },
  ]);
  const minutes = await minutesOf(idOf(show));
  const counted = { came: 4, went: 1, lines: 3, reactions: 7, gifts: 2, coins: 130, follows: 1 };
  for (const [column, sum] of Object.entries(counted)) expect([column, sumOf(minutes, column as keyof MinuteRow)]).toEqual([column, sum]);
  expect(await totalsOf(idOf(show))).toMatchObject({
    sessions: 4, people: 2, guests: 2, new_people: 2, lines: 3, reactions: 7, gifts: 2, coins: '130', follows: 1, chatters: 2, givers: 1,
  });
  for (const connection of [guests[0], first, bobs, owner]) connection?.close();
});
