// Notices against a real PostgreSQL and a push service that opens what it gets.

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { startFakePush } from '../../../tests/support/fake-push.ts';
import type { FakeBrowser, FakePush } from '../../../tests/support/fake-push.ts';
import { until } from '../../../tests/support/wait.ts';
import type { BroadcastId, NoticeId, RoomId, SessionId, UserId } from '../../../shared/ids.ts';
import { NOTICE_KEPT_MS, NOTICE_PAGE_MAX, NOTICE_PAUSE_MS, REMINDER_SPAN_MS } from '../../../shared/limits.ts';
import type { Visibility } from '../../../shared/messages/broadcasts.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createMetrics } from '../../lib/metrics.ts';
import { createNotices } from './notices.ts';
import { createPush, isUsable } from './push.ts';
import { loadVapid } from './vapid.ts';

const database = useTestDatabase();
let service: FakePush;
let folder: string;
beforeAll(async () => {
  [service, folder] = [await startFakePush(), await mkdtemp(join(tmpdir(), 'qiao-vapid-'))];
});
afterAll(async () => {
  service.close();
  await rm(folder, { recursive: true });
});

const CHANNEL = 'chan' as RoomId;
const START_MS = 1_800_000_000_000;

const setUp = async (trusted: string | null = service.url) => {
  const { sql } = database();
  const clock = createHandClock(START_MS);
  const log = createLog({ level: 'silent' });
  const notified: UserId[] = [];
  const push = createPush({ log, metrics: createMetrics(), vapid: await loadVapid(folder), subject: 'mailto:ops@example.org', trusted });
  const notices = createNotices({
    clock, log, push, database: database(), imageUrl: (id) => `/images/${id}`,
    channelById: async () => ({ handle: 'chan', displayName: '小桥 TV' }),
    notified: (userId) => void notified.push(userId),
  });
  const addUser = async (name: string): Promise<void> => {
    await sql`insert into users (id, name, name_key, display_name, password_hash, created_at) values (${name}, ${name}, ${name}, ${name}, '$argon2id$', now())`;
    await sql`insert into sessions (id, token_hash, user_id, created_at, last_seen_at, expires_at, user_agent, address)
      values (${`s-${name}`}, decode(md5(${name}) || md5(${name}), 'hex'), ${name}, now(), now(), ${new Date(START_MS + 1e10).toISOString()}, '', '')`;
  };
  const follow = async (name: string, wantsNotices = true): Promise<void> => {
    await addUser(name);
    await sql`insert into follows (channel_id, user_id, followed_at, wants_notices) values ('chan', ${name}, now(), ${wantsNotices})`;
  };
  const asker = (name: string) => ({ userId: name as UserId, sessionId: `s-${name}` as SessionId, name, displayName: name });
  let count = 0;
  /** Begins, and waits until all that follows from it is done. */
  const begin = async (visibility: Visibility = 'public'): Promise<BroadcastId> => {
    const broadcastId = `b${++count}` as BroadcastId;
    await sql`update broadcasts set ended_at = started_at, end_reason = 'host' where ended_at is null`;
    await sql`insert into broadcasts (id, channel_id, title, category, tags, visibility, link_key, started_at, last_alive_at)
      values (${broadcastId}, 'chan', ${`Title ${count}`}, 'talk', '{}', ${visibility}, ${visibility === 'private' ? 'k'.repeat(20) : null}, ${new Date(clock.nowMs()).toISOString()}, now())`;
    notices.broadcastBegan(CHANNEL, { broadcastId, title: `Title ${count}`, startedAtMs: clock.nowMs(), visibility });
    await until('the notices to be written', () => notices.waiting() === 0);
    return broadcastId;
  };
  const list = (name: string, before?: NoticeId) => notices.routes['notice.list']({ body: null, query: new URLSearchParams(before ? { before } : {}), user: asker(name) });
  const titles = async (name: string): Promise<string[]> => (await list(name)).notices.map(({ title }) => title);
  const subscribe = (name: string, browser: FakeBrowser, locale: 'en' | 'zh-CN' = 'en') =>
    notices.routes['push.subscribe']({ body: { endpoint: browser.endpoint, p256dh: browser.p256dh, auth: browser.auth, locale }, query: new URLSearchParams(), user: asker(name) });
  await addUser('owner');
  await sql`insert into channels (id, owner_user_id, handle, handle_key, display_name, about, category, created_at) values ('chan', 'owner', 'chan', 'chan', '小桥 TV', '', 'talk', now())`;
  return { sql, clock, push, notices, notified, addUser, follow, begin, list, titles, subscribe, asker };
};

test('[N1] a public broadcast is told once to followers who want it, and to nobody who is banned there', async () => {
  const { sql, notices, notified, addUser, follow, begin, titles, clock } = await setUp();
  await follow('ada');
  await follow('quiet', false);
  await follow('banned');
  await follow('owner2');
  await addUser('stranger');
  await sql`insert into sanctions (id, channel_id, user_id, kind, reason, given_by, given_at) values ('s', 'chan', 'banned', 'ban', '', 'owner', now())`;
  const broadcastId = await begin();
  expect(notified.toSorted()).toEqual(['ada', 'owner2']);
  notices.broadcastBegan(CHANNEL, { broadcastId, title: 'x', startedAtMs: clock.nowMs(), visibility: 'public' });
  await until('the second telling', () => notices.waiting() === 0);
  expect(await Promise.all(['ada', 'quiet', 'banned', 'stranger', 'owner'].map(titles))).toEqual([['Title 1'], [], [], [], []]);
  clock.advance(NOTICE_PAUSE_MS + 1);
  await begin('unlisted');
  await begin('private');
  expect(await titles('ada')).toEqual(['Title 1']);
});

test('[N2] a channel tells at most once in ten minutes, counted from what was told', async () => {
  const { follow, begin, titles, clock } = await setUp();
  await follow('ada');
  await begin();
  clock.advance(NOTICE_PAUSE_MS - 60_000);
  await begin();
  expect(await titles('ada')).toEqual(['Title 1']);
  clock.advance(60_001);
  await begin();
  expect(await titles('ada')).toEqual(['Title 3', 'Title 1']);
});

test('[N3] who asked to be reminded is told of what begins near the planned time, once, followed or not', async () => {
  const { sql, clock, addUser, follow, begin, titles } = await setUp();
  await addUser('fan');
  await follow('both');
  const remind = async (id: string, startsAtMs: number): Promise<void> => {
    await sql`insert into scheduled (id, channel_id, title, category, starts_at, created_at) values (${id}, 'chan', 'Plan', 'talk', ${new Date(startsAtMs).toISOString()}, now())`;
    for (const name of ['fan', 'both']) await sql`insert into reminders (scheduled_id, user_id) values (${id}, ${name})`;
  };
  await remind('early', START_MS + REMINDER_SPAN_MS + 1_000);
  await begin();
  expect(await titles('fan')).toEqual([]);
  clock.advance(1_800_000);
  await begin();
  expect([await titles('fan'), await titles('both')]).toEqual([['Title 2'], ['Title 2', 'Title 1']]);
  clock.advance(NOTICE_PAUSE_MS + 1);
  await begin();
  expect([await titles('fan'), await titles('both')]).toEqual([['Title 2'], ['Title 3', 'Title 2', 'Title 1']]);
});

test('[N5] notices are read one by one or all at once, by their owner alone, and come in pages', async () => {
  const { clock, follow, begin, list, notices, asker } = await setUp();
  await follow('ada');
  await follow('bob');
  for (let at = 0; at < NOTICE_PAGE_MAX + 2; at++) {
    await begin();
    clock.advance(NOTICE_PAUSE_MS + 1);
  }
  const first = await list('ada');
  expect([first.unread, first.hasMore, first.notices.length, first.notices[0]?.isLive, first.notices[1]?.isLive]).toEqual([NOTICE_PAGE_MAX + 2, true, NOTICE_PAGE_MAX, true, false]);
  const rest = await list('ada', first.notices.at(-1)?.noticeId);
  expect([rest.hasMore, rest.notices.map(({ title }) => title)]).toEqual([false, ['Title 2', 'Title 1']]);
  const read = (name: string, noticeIds: NoticeId[] | null) => notices.routes['notice.read']({ body: { noticeIds }, query: new URLSearchParams(), user: asker(name) });
  const ids = first.notices.slice(0, 2).map(({ noticeId }) => noticeId);
  expect([await read('bob', ids), await read('ada', ids), await read('ada', [])]).toEqual([{ unread: 32 }, { unread: 30 }, { unread: 30 }]);
  expect((await list('ada')).notices.map(({ isRead }) => isRead).slice(0, 3)).toEqual([true, true, false]);
  expect(await read('ada', null)).toEqual({ unread: 0 });
  expect((await list('bob')).unread).toBe(32);
  clock.advance(NOTICE_KEPT_MS);
  await until('old notices to go', async () => (await list('bob')).unread < 32 || (clock.advance(3_600_000), false));
});

test('[N6] a browser gets what it can open, in its language, signed; who is gone is forgotten, and who logged out hears nothing', async () => {
  const { sql, clock, push, notices, follow, begin, subscribe } = await setUp();
  const [english, chinese, left, loggedOut] = [1, 2, 3, 4].map(() => service.subscribe()) as [FakeBrowser, FakeBrowser, FakeBrowser, FakeBrowser];
  for (const name of ['ada', 'lin', 'eve', 'out']) await follow(name);
  await subscribe('ada', english);
  await subscribe('lin', chinese, 'zh-CN');
  await subscribe('eve', left);
  await subscribe('out', loggedOut);
  service.leave(left);
  await sql`delete from sessions where user_id = 'out'`;
  await begin();
  const [hello] = await until('the English push', () => (english.got.length > 0 ? english.got : null));
  expect(hello).toMatchObject({ message: { title: '小桥 TV is live', body: 'Title 1', url: '/@chan?from=notice', tag: 'b1' }, ttlS: 3_600, publicKey: push.publicKey, claims: { aud: service.url, sub: 'mailto:ops@example.org' } });
  await until('the Chinese push', () => chinese.got[0]?.message.title === '小桥 TV 开播了');
  await until('the one that left to be forgotten', async () => (await sql`select 1 from push_subscriptions where user_id = 'eve'`).length === 0);
  expect(loggedOut.got).toEqual([]);
  clock.advance(3_600_000);
  await until('the one that logged out to be forgotten', async () => (await sql`select 1 from push_subscriptions where user_id = 'out'`).length === 0);
  await notices.routes['push.unsubscribe']({ body: { endpoint: english.endpoint }, query: new URLSearchParams(), user: { userId: 'lin' as UserId, sessionId: 's-lin' as SessionId, name: 'lin', displayName: 'lin' } });
  expect((await sql`select user_id from push_subscriptions order by user_id`).map((row) => row['user_id'])).toEqual(['ada', 'lin']);
  await notices.close();
});

test('[N6] an endpoint belongs to the login that knows its keys', async () => {
  const { sql, follow, subscribe } = await setUp();
  const browser = service.subscribe();
  await follow('ada');
  await follow('eve');
  await subscribe('ada', browser);
  await expect(subscribe('eve', { ...service.subscribe(), endpoint: browser.endpoint })).rejects.toMatchObject({ code: 'bad_request' });
  expect((await sql`select user_id, id from push_subscriptions`).map((row) => ({ ...row }))).toEqual([{ user_id: 'ada', id: 's-ada' }]);
  await subscribe('eve', browser); // the same browser, another login
  expect((await sql`select user_id from push_subscriptions`).map((row) => row['user_id'])).toEqual(['eve']);
});

test('[N6] nothing is sent to what is not public, nor encrypted with what is no key', async () => {
  const { follow, subscribe } = await setUp(null);
  await follow('ada');
  await expect(subscribe('ada', service.subscribe())).rejects.toMatchObject({ code: 'bad_request' });
  const { p256dh, auth } = service.subscribe();
  const endpoint = 'https://push.example.org/x';
  expect(isUsable({ endpoint, p256dh, auth }, null)).toBe(true);
  for (const bad of [{ p256dh: auth, auth }, { p256dh, auth: p256dh }, { p256dh: 'A'.repeat(87), auth }, { p256dh: '', auth: '' }]) expect(isUsable({ endpoint, ...bad }, null)).toBe(false);
});

test('the keys are made once, for the server’s eyes alone, and a damaged file is said to be one', async () => {
  const dir = join(folder, 'fresh');
  const made = await Promise.all([loadVapid(dir), loadVapid(dir)]);
  expect(made[0]).toEqual(made[1]);
  expect((await stat(join(dir, 'vapid.json'))).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(join(dir, 'vapid.json'), 'utf8'))).toEqual(made[0]);
  await writeFile(join(dir, 'vapid.json'), '{"publicKey":1}');
  await expect(loadVapid(dir)).rejects.toThrow('holds no keys');
});
