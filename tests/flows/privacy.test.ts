// What people may say about their own data, from real requests to the tables.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../server/db/client.ts';
import type { BroadcastId, GiftId, RequestKey, UserId } from '../../shared/ids.ts';
import { createClient, register, registerCreator } from '../support/client.ts';
import type { Person } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { PASSWORD } from '../support/names.ts';
import { databaseOf, putCoins } from '../support/purse.ts';
import { codeOf } from '../support/refusal.ts';
import { goLive } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'qiao-privacy-'));
let server: TestServer;
let database: Database;
beforeAll(async () => {
  server = await startServer({ dataDir });
  database = databaseOf(server);
});
afterAll(async () => {
  await database.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const comeIn = async (handle: string, { client }: Pick<Person, 'client'>): Promise<Connection> => {
  const connection = await client.connect();
  await connection.join(handle);
  return connection;
};
const newKey = (): RequestKey => crypto.randomUUID() as RequestKey;
const say = (connection: Connection, text: string) =>
  connection.request('chat.send', { key: newKey(), text, look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen: null });
const give = (connection: Connection) => connection.request('gift.send', { key: newKey(), giftId: 'rose' as GiftId, quantity: 1, seen: null });
const namesIn = async (broadcastId: BroadcastId): Promise<(UserId | null)[]> =>
  [...(await database.sql<{ user_id: UserId | null }[]>`select user_id from watch_sessions where broadcast_id = ${broadcastId} order by id`)].map((row) => row.user_id);
const staysAre = (broadcastId: BroadcastId, names: readonly (UserId | null)[]) =>
  until(`the names ${String(names)}`, async () => JSON.stringify(await namesIn(broadcastId)) === JSON.stringify(names));
const leave = ({ client }: Person, more: { password?: string; givesUpCoins?: boolean } = {}) =>
  client.call('account.delete', { body: { password: PASSWORD, givesUpCoins: false, ...more } });
const count = async (table: string, column: string, value: string): Promise<number> =>
  Number((await database.sql<{ found: string }[]>`select count(*) as found from ${database.sql(table)} where ${database.sql(column)} = ${value}`)[0]?.found);
/** The sum over all accounts, and over all transfers; neither may change. */
const books = async (): Promise<unknown> => [
  ...(await database.sql`select (select sum(balance) from accounts) as balances, (select count(*) from transfers) as transfers, (select sum(amount) from transfers) as moved`),
];

test('[Y1, H7] who opts out is nameless at once, also in the stay that goes on, and in all that come until they opt in again', async () => {
  const show = await goLive(server);
  const { broadcastId } = show.started.broadcast;
  const [ada, bob] = [await register(server), await register(server)];
  const first = await comeIn(show.handle, ada);
  const other = await comeIn(show.handle, bob);
  await staysAre(broadcastId, [ada.me.userId, bob.me.userId]);
  expect(await ada.client.call('privacy.show')).toEqual({ keepsHistory: true, stays: 1, coins: 0, hasBooks: false });
  expect(await ada.client.call('privacy.update', { body: { keepsHistory: false } })).toMatchObject({ keepsHistory: false, stays: 0 });
  expect(await namesIn(broadcastId)).toEqual([null, bob.me.userId]);
  await say(first, 'still here');
  first.close();
  await show.studio.request('broadcast.end', {});
  await until('the totals', async () => (await count('broadcast_totals', 'broadcast_id', broadcastId)) === 1, 30_000);
  expect(await namesIn(broadcastId)).toEqual([null, bob.me.userId]);
  const next = await show.studio.request('broadcast.start', { title: 'Again', category: 'talk', tags: [], language: null, visibility: 'public', coverImageId: null });
  const second = await comeIn(show.handle, ada);
  await staysAre(next.broadcast.broadcastId, [bob.me.userId, null]);
  await ada.client.call('privacy.update', { body: { keepsHistory: true } });
  expect(await namesIn(broadcastId)).toEqual([null, bob.me.userId]);
  for (const connection of [second, other]) connection.close();
  show.end();
});

test('[Y2] forgetting takes the name off every stay and leaves the sums', async () => {
  const show = await goLive(server);
  const { broadcastId } = show.started.broadcast;
  const ada = await register(server);
  const connection = await comeIn(show.handle, ada);
  await staysAre(broadcastId, [ada.me.userId]);
  await database.sql`
    insert into impressions (user_id, channel_id, broadcast_id, place, position, why, shown_at) values (${ada.me.userId}, ${show.channel.channelId}, ${broadcastId}, 'home', 0, 'popular', now())`;
  expect(await ada.client.call('privacy.forget', { body: {} })).toEqual({ keepsHistory: true, stays: 0, coins: 0, hasBooks: false });
  expect([await namesIn(broadcastId), await count('impressions', 'user_id', ada.me.userId)]).toEqual([[null], 0]);
  await show.studio.request('broadcast.end', {});
  await until('the totals', async () => (await count('broadcast_totals', 'broadcast_id', broadcastId)) === 1, 30_000);
  expect(await namesIn(broadcastId)).toEqual([null]);
  connection.close();
  show.end();
});

type File = { readonly name: string; readonly parts: Record<string, { rows: Record<string, unknown>[]; next: string | null }> };

test('[Y3] the file has what is kept of the person, nothing of others and no secrets, and is for them alone', async () => {
  const show = await goLive(server);
  const ada = await register(server);
  await putCoins(server, [ada.me.userId], 100);
  const connection = await comeIn(show.handle, ada);
  await say(connection, 'my own words 我的话');
  await give(connection);
  await connection.request('follow.set', { isFollowing: true });
  await staysAre(show.started.broadcast.broadcastId, [ada.me.userId]);
  await until('the line to be stored', async () => (await count('chat_lines', 'user_id', ada.me.userId)) === 1);
  const reply = await ada.client.fetch('/api/privacy/export');
  expect([reply.status, reply.headers.get('content-disposition')]).toEqual([200, 'attachment; filename="qiao-about-me.json"']);
  const text = await reply.text();
  const { parts, name } = JSON.parse(text) as File;
  expect(name).toBe(ada.name);
  const sizes = Object.fromEntries(Object.entries(parts).filter(([, { rows }]) => rows.length > 0).map(([part, { rows }]) => [part, rows.length]));
  expect(sizes).toEqual({ account: 1, logins: 1, stays: 1, lines: 1, follows: 1, gifts: 1, fan_of: 1, wallet: 2 });
  expect(parts['lines']?.rows[0]?.['text']).toBe('my own words 我的话');
  expect(text).not.toMatch(/argon2|token_hash|password/);
  expect(Object.values(parts).every(({ next }) => next === null)).toBe(true);
  expect((await createClient(server).fetch('/api/privacy/export')).status).toBe(401);
  expect((await ada.client.fetch('/api/privacy/export?part=sessions')).status).toBe(404);
  const creator = JSON.parse(await (await show.client.fetch('/api/privacy/export?part=broadcasts')).text()) as File;
  expect([Object.keys(creator.parts), creator.parts['broadcasts']?.rows[0]?.['title']]).toEqual([['broadcasts'], show.started.broadcast.title]);
  connection.close();
  show.end();
});

test('[Y4] who moved no money is gone without a trace, and the channel with them', async () => {
  const show = await goLive(server);
  const { userId } = show.me;
  const fan = await register(server);
  const connection = await comeIn(show.handle, fan);
  await say(connection, 'hello');
  expect(await codeOf(leave(show, { password: 'wrong password 8' }))).toBe('login_failed');
  expect(await codeOf(leave(show))).toBe('on_air');
  await show.studio.request('broadcast.end', {});
  await leave(show);
  expect((await show.studio.closed).code).toBe(4503);
  expect([await count('users', 'id', userId), await count('channels', 'owner_user_id', userId), await count('broadcasts', 'channel_id', show.channel.channelId)]).toEqual([0, 0, 0]);
  expect(await codeOf(createClient(server).call('channel.show', { path: { handle: show.handle } }))).toBe('channel_not_found');
  expect((await show.client.call('account.me')).me).toBeNull();
  expect(await codeOf(createClient(server).call('session.login', { body: { name: show.name, password: PASSWORD } }))).toBe('login_failed');
  await register(server, show.name);
  connection.close();
  show.end();
});

test('[Y5] who moved money stays in the books without a name: the sums are what they were', async () => {
  const show = await goLive(server);
  const fan = await register(server);
  await putCoins(server, [fan.me.userId], 100);
  const connection = await comeIn(show.handle, fan);
  await say(connection, 'bye');
  await give(connection);
  await until('the line to be stored', async () => (await count('chat_lines', 'user_id', fan.me.userId)) === 1);
  const before = await books();
  expect(await fan.client.call('privacy.show')).toMatchObject({ coins: 90, hasBooks: true });
  expect(await codeOf(leave(fan))).toBe('money_left');
  await leave(fan, { givesUpCoins: true });
  await show.studio.request('broadcast.end', {});
  expect(await codeOf(leave(show))).toBe('money_left'); // what was earned
  await leave(show, { givesUpCoins: true });
  expect(await books()).toEqual(before);
  for (const [person, kept] of [[fan, { gift_sends: 1 }], [show, {}]] as const) {
    const { userId } = person.me;
    expect(await database.sql`select display_name, locale from users where id = ${userId}`).toMatchObject([{ display_name: '—', locale: null }]);
    for (const table of ['sessions', 'chat_lines', 'follows', 'watch_sessions', 'gift_sends'])
      expect([table, await count(table, 'user_id', userId)]).toEqual([table, (kept as Record<string, number>)[table] ?? 0]);
    expect(await codeOf(createClient(server).call('session.login', { body: { name: person.name, password: PASSWORD } }))).toBe('login_failed');
    await register(server, person.name);
  }
  expect(await codeOf(createClient(server).call('channel.show', { path: { handle: show.handle } }))).toBe('channel_not_found');
  for (const table of ['broadcasts', 'search_entries']) expect([table, await count(table, 'channel_id', show.channel.channelId)]).toEqual([table, 0]);
  connection.close();
  show.end();
});

test('[Y5] what a moderator decided stays in force when they leave', async () => {
  const { channel, me } = await registerCreator(server);
  const [mod, troll] = [await register(server), await register(server)];
  await database.sql`
    insert into sanctions (id, channel_id, user_id, kind, reason, given_by, given_at) values ('s1', ${channel.channelId}, ${troll.me.userId}, 'ban', '', ${mod.me.userId}, now())`;
  await leave(mod);
  expect(await database.sql`select given_by, lifted_at from sanctions where id = 's1'`).toMatchObject([{ given_by: me.userId, lifted_at: null }]);
});
