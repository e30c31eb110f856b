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
import { isAlive } from '../support/processes.ts';
import { databaseOf, putCoins } from '../support/purse.ts';
import { codeOf } from '../support/refusal.ts';
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
/** The same login at the server's new address. */
const connectAgain = ({ client }: Pick<Person, 'client'>): Promise<Connection> => {
  const { origin } = new URL(server.url);
  return createClient(server).connect({ origin, cookie: client.cookie() });
};
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

test('[H4] what a page says it played is bounded by the time it was there, and an unknown source is refused', async () => {
  const show = await goLive(server);
  const liar = await register(server);
  expect(await codeOf(comeIn(show.handle, liar, { source: 'heaven' as unknown as 'home' }))).toBe('bad_request');
  const connection = await comeIn(show.handle, liar);
  for (let times = 0; times < 5; times += 1) await report(connection, 60_000);
  expect(await codeOf(report(connection, -1))).toBe('bad_request');
  expect(await codeOf(report(connection, 1e9))).toBe('bad_request');
  await finish(show);
  const [stay] = await staysOf(idOf(show));
  expect(stay?.played_ms).toBeLessThanOrEqual(stay?.length_ms ?? 0);
  connection.close();
});

test('[H1] who comes back is the same stay: a guest with the token of their place, a user also after a goodbye', async () => {
  const show = await goLive(server);
  const ada = await register(server);
  const first = await comeIn(show.handle, ada);
  const half = await createClient(server).connect();
  const { rejoinToken } = await half.join(show.handle);
  const guest = await guestIn(show.handle, { rejoinToken }); // the old socket is dead, and the server does not know yet
  first.close(); // as a page that is loaded anew
  await first.closed;
  const back = await comeIn(show.handle, ada);
  const goner = await guestIn(show.handle);
  goner.close();
  await until('the guest to be seen going', async () => (await staysOf(idOf(show))).some((row) => !row.saw_end && row.user_id === null));
  await finish(show);
  expect((await staysOf(idOf(show))).map(({ user_id: userId, saw_end: sawEnd }) => [userId, sawEnd])).toEqual([[ada.me.userId, true], [null, true], [null, false]]);
  for (const connection of [half, guest, back]) connection.close();
});

test('[H6] a restart in the middle of a broadcast goes on with the same stays and minutes', async () => {
  const show = await goLive(server);
  const broadcastId = idOf(show);
  const ada = await register(server);
  const first = await comeIn(show.handle, ada, { source: 'home' });
  const guest = await createClient(server).connect();
  const { rejoinToken } = await guest.join(show.handle, { source: 'share' });
  await say(first, 'before');
  await until('the stays to be saved', async () => (await staysOf(broadcastId)).length === 2);
  await database.close();
  await server.stop();
  await startAgain();
  for (const connection of [first, guest]) connection.close();
  const again = await connectAgain(ada);
  await again.join(show.handle);
  const guestAgain = await createClient(server).connect();
  await guestAgain.join(show.handle, { rejoinToken });
  await say(again, 'after');
  const studio = await connectAgain(show);
  await studio.join(show.handle, { as: 'studio' });
  await studio.request('broadcast.end', {});
  await totalsOf(broadcastId);
  const stays = await staysOf(broadcastId);
  expect(stays.map(({ user_id: userId, source, lines, is_new: isNew, saw_end: sawEnd }) => [userId, source, lines, isNew, sawEnd])).toEqual([
    [ada.me.userId, 'home', 2, true, true], [null, 'share', 0, null, true],
  ]);
  const minutes = await minutesOf(broadcastId);
  expect([sumOf(minutes, 'came'), sumOf(minutes, 'went'), sumOf(minutes, 'lines')]).toEqual([2, 0, 2]);
  for (const connection of [again, guestAgain, studio]) connection.close();
  show.end();
});

test('[H6] PostgreSQL away for a while: nobody notices, and nothing is missing afterwards', async () => {
  const show = await goLive(server);
  const ada = await register(server);
  const connection = await comeIn(show.handle, ada);
  await until('the stay to be saved', async () => (await staysOf(idOf(show))).length === 1);
  const postmaster = server.postmasterPid();
  process.kill(postmaster, 'SIGKILL');
  await until('the postmaster to be dead', () => !isAlive(postmaster));
  const guests = [await guestIn(show.handle), await guestIn(show.handle)];
  await connection.request('reaction.send', { reaction: 'fire', count: 5, seen: null });
  guests[0]?.close();
  await show.studio.request('broadcast.end', {});
  await until('the server to be healthy again', async () => (await server.healthz()).status === 200, 30_000);
  await database.close();
  database = databaseOf(server);
  expect(await totalsOf(idOf(show))).toMatchObject({ sessions: 3, people: 1, guests: 2, reactions: 5 });
  expect((await staysOf(idOf(show))).map(({ saw_end: sawEnd, reactions }) => [sawEnd, reactions])).toEqual([[true, 5], [false, 0], [true, 0]]);
  for (const one of [connection, guests[1]]) one?.close();
  show.end();
});
