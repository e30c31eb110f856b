// The feed against the real server: taste, what is never shown, exploration, a restart, impressions.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../server/db/client.ts';
import type { RequestKey } from '../../shared/ids.ts';
import type { Params } from '../../shared/messages.ts';
import type { RouteBody, RouteResult } from '../../shared/routes.ts';
import { createClient, register } from '../support/client.ts';
import type { Client, Person } from '../support/client.ts';
import type { JoinOptions } from '../support/connection.ts';
import { databaseOf } from '../support/purse.ts';
import { codeOf } from '../support/refusal.ts';
import { goLive } from '../support/scene.ts';
import type { Show } from '../support/scene.ts';
import { freePort, startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'qiao-feed-'));
let port: number | undefined;
let server: TestServer;
let database: Database;
let shows: Show[] = [];
const start = async (): Promise<void> => {
  // The same port again, so that people find it after a restart.
  port ??= await freePort();
  server = await startServer({ dataDir, env: { PORT: String(port) } });
  database = databaseOf(server);
};
const stop = async (): Promise<void> => {
  for (const show of shows) show.end();
  shows = [];
  await database.close();
  await server.stop();
};
beforeAll(start);
afterAll(async () => {
  await stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** On air until the end of the tests. */
const live = async (broadcast: Partial<Params<'broadcast.start'>> = {}): Promise<Show> => {
  const show = await goLive(server, { broadcast });
  shows.push(show);
  return show;
};
type Home = RouteResult<'feed.home'>;
const homeOf = async (client: Client): Promise<Home> => client.call('feed.home');
const cardsOf = ({ following, forYou, categories }: Home) => [...following, ...forYou, ...categories.flatMap(({ cards }) => cards)];
const handlesOf = (home: Home): string[] => cardsOf(home).map(({ channel }) => channel.handle);

/** Comes in and says something, which is a choice. */
const chat = async (person: Pick<Person, 'client'>, show: Show, options: JoinOptions = {}): Promise<void> => {
  const connection = await person.client.connect();
  await connection.join(show.handle, options);
  const key = crypto.randomUUID() as RequestKey;
  await connection.request('chat.send', { key, text: 'hello', look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen: null });
  connection.close();
};

test('[D1] public broadcasts are in the feed while they are on air, and no others', async () => {
  const [open, unlisted, secret] = await Promise.all([live(), live({ visibility: 'unlisted' }), live({ visibility: 'private' })]);
  const guest = createClient(server);
  await until('the feed to have the public one', async () => handlesOf(await homeOf(guest)).includes(open.handle));
  const home = await homeOf(guest);
  expect(handlesOf(home)).not.toContain(unlisted.handle);
  expect(handlesOf(home)).not.toContain(secret.handle);
  expect(JSON.stringify(home)).not.toContain(secret.started.linkKey);
  const { cards } = await guest.call('feed.category', { path: { category: 'outdoors' } });
  expect(cards.map(({ channel }) => channel.handle)).toEqual([open.handle]);
  expect(await codeOf(guest.call('feed.category', { path: { category: 'nothing' } }))).toBe('not_found');
  await open.studio.request('broadcast.end', {});
  expect(handlesOf(await homeOf(guest))).not.toContain(open.handle);
});

test('[D2] hidden channels, channels of a ban and the own one are shown to everybody but this person', async () => {
  const [hidden, strict, plain] = await Promise.all([live(), live(), live()]);
  const me = await register(server);
  const guest = createClient(server);
  const others = async (): Promise<string[]> => handlesOf(await homeOf(guest));
  await until('all three to be in the feed', async () => (await others()).filter((handle) => [hidden, strict, plain].some((show) => show.handle === handle)).length === 3);
  await me.client.call('feed.hide', { path: { handle: hidden.handle } });
  await strict.studio.request('sanction.give', { userId: me.me.userId, kind: 'ban', reason: 'test', lengthS: null });
  const mine = handlesOf(await homeOf(me.client));
  expect([mine.includes(hidden.handle), mine.includes(strict.handle), mine.includes(plain.handle)]).toEqual([false, false, true]);
  const next = (await me.client.call('feed.next', { path: { handle: plain.handle } })).cards.map(({ channel }) => channel.handle);
  for (const { handle } of [hidden, strict, plain]) expect(next).not.toContain(handle);
  expect(handlesOf(await homeOf(plain.client))).not.toContain(plain.handle);
  expect((await me.client.call('feed.hidden')).channels.map(({ handle }) => handle)).toEqual([hidden.handle]);
  const look = { channelIds: [hidden, strict, plain].map(({ channel }) => channel.channelId), sinceMs: 0, category: null };
  expect((await me.client.call('feed.look', { body: look })).cards.map(({ channelId }) => channelId)).toEqual([plain.channel.channelId]);
  await me.client.call('feed.unhide', { path: { handle: hidden.handle } });
  expect(handlesOf(await homeOf(me.client))).toContain(hidden.handle);
  await strict.studio.request('sanction.lift', { userId: me.me.userId });
  expect(handlesOf(await homeOf(me.client))).toContain(strict.handle);
  expect(await codeOf(guest.call('feed.hide', { path: { handle: plain.handle } }))).toBe('not_logged_in');
  expect(await codeOf(me.client.call('feed.hide', { path: { handle: 'nobody_has_this' } }))).toBe('channel_not_found');
});

test('[D7] the language is in the view, may be changed, and is one that we know', async () => {
  const show = await live({ language: 'zh' });
  expect(show.started.broadcast.language).toBe('zh');
  await show.studio.request('broadcast.update', { language: 'yue' });
  const { cards } = await createClient(server).call('feed.category', { path: { category: 'outdoors' } });
  expect(cards.find(({ channel }) => channel.handle === show.handle)?.broadcast).toMatchObject({ language: 'yue', title: show.started.broadcast.title });
  expect(await codeOf(show.studio.request('broadcast.update', { language: 'xx' as 'en' }))).toBe('bad_request');
});

test('[D6] a new person’s feed turns to their taste after a few stays, and a restart keeps it', async () => {
  const games = await Promise.all(Array.from({ length: 6 }, () => live({ category: 'games', tags: ['chess'], language: 'en' })));
  const music = await Promise.all(Array.from({ length: 6 }, () => live({ category: 'music', tags: ['guqin'], language: 'zh' })));
  const [known, alsoKnown, ...unknown] = music;
  if (!known || !alsoKnown) throw new Error('nobody plays');
  const me = await register(server);
  /** How far up the unknown music stands among the unknown, over several pages, since each explores: 0 is the top, 1 the end. */
  const rankOfMusic = async (): Promise<number> => {
    const ranks: number[] = [];
    for (let page = 0; page < 12; page++) {
      const handles = handlesOf(await homeOf(me.client)).filter((handle) => [...games, ...unknown].some((show) => show.handle === handle));
      for (const show of unknown) ranks.push(handles.indexOf(show.handle) / (handles.length - 1));
    }
    return ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length;
  };
  await until('all to be in the feed', async () => handlesOf(await homeOf(me.client)).length >= 12);
  const before = await rankOfMusic();
  for (let round = 0; round < 2; round++) for (const show of [known, alsoKnown]) await chat(me, show, { source: 'home' });
  // The other people of the site have other tastes.
  for (const show of games.slice(0, 3)) await chat(await register(server), show);
  const after = await rankOfMusic();
  expect(after).toBeLessThan(before - 0.1);
  const meanRankOf = (pages: readonly Home[], watched: ReadonlySet<string>): number => {
    const ranks = pages.map(handlesOf).flatMap((handles) => handles.flatMap((handle, at) => (watched.has(handle) ? [at / (handles.length - 1)] : [])));
    return ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length;
  };
  /** So many that chance, which explores on each, does not decide. */
  const PAGES = 30;
  /** Which cards say "watched", and how far up they stand: 0 is the top, 1 the end, and 0.5 is chance. Pages differ, since each explores. */
  const watchedOf = async () => {
    const pages: Home[] = [];
    for (let page = 0; page < PAGES; page++) pages.push(await homeOf(me.client));
    const watched = new Set(pages.flatMap(cardsOf).filter(({ reason }) => reason.why === 'watched').map(({ channel }) => channel.handle));
    process.stdout.write(`what was watched stands at ${meanRankOf(pages, watched).toFixed(2)}\n`);
    return { handles: [...watched].sort(), rank: meanRankOf(pages, watched), pages };
  };
  const mine = await watchedOf();
  expect(mine.handles).toEqual([known.handle, alsoKnown.handle].sort());
  expect(mine.rank).toBeLessThan(0.35);
  const reasons = mine.pages.flatMap(cardsOf).filter(({ channel }) => unknown.some((show) => show.handle === channel.handle)).map(({ reason }) => reason.why);
  expect(reasons.some((why) => ['category', 'tag', 'language'].includes(why))).toBe(true);

  await stop();
  await start();
  await until('their taste to be back', async () => cardsOf(await homeOf(me.client)).some(({ reason }) => reason.why === 'watched'));
  const again = await watchedOf();
  expect(again.handles).toEqual(mine.handles);
  expect(again.rank).toBeLessThan(0.35);
  for (const show of [...games, ...music]) {
    const studio = await show.client.connect();
    await studio.join(show.handle, { as: 'studio' });
    await studio.request('broadcast.end', {});
    studio.close();
  }
});

test('a channel that nobody knows is shown now and then, however popular the others are', async () => {
  const popular = await Promise.all(Array.from({ length: 4 }, () => live({ category: 'sports' })));
  const crowd = await Promise.all(Array.from({ length: 4 }, () => register(server)));
  await Promise.all(crowd.map(async (person) => { for (const show of popular) await chat(person, show); }));
  const fresh = await live({ category: 'sports' });
  const guest = createClient(server);
  const first: string[] = [];
  for (let page = 0; page < 60; page++) first.push((await guest.call('feed.category', { path: { category: 'sports' } })).cards[0]?.channel.handle ?? '');
  expect(first.filter((handle) => handle === fresh.handle).length).toBeGreaterThan(0);
  expect(first.filter((handle) => handle !== fresh.handle).length).toBeGreaterThan(0);
});

test('[D5] what was really on air is kept for people, counted for all, and opened by who came from the card', async () => {
  const [show, over] = await Promise.all([live(), live()]);
  const { channelId } = show.channel;
  const { broadcastId } = show.started.broadcast;
  await over.studio.request('broadcast.end', {});
  const body: RouteBody<'feed.shown'> = {
    place: 'home',
    cards: [
      { channelId, broadcastId, position: 3, why: 'popular' },
      { channelId: over.channel.channelId, broadcastId: over.started.broadcast.broadcastId, position: 4, why: 'popular' },
      { channelId, broadcastId: over.started.broadcast.broadcastId, position: 5, why: 'popular' },
    ],
  };
  const me = await register(server);
  const guest = createClient(server);
  for (const client of [me.client, guest]) await client.call('feed.shown', { body });
  await chat(me, show, { source: 'home' });
  const comesIn = await guest.connect();
  await comesIn.join(show.handle, { source: 'home' });
  const counts = () => database.sql`select channel_id, place, shown, opened from impression_counts where channel_id in (${channelId}, ${over.channel.channelId})`;
  await until('both to be counted', async () => (await counts())[0]?.['opened'] === 2);
  expect([...(await counts())]).toEqual([{ channel_id: channelId, place: 'home', shown: 2, opened: 2 }]);
  const rows = await database.sql`select user_id, position, why, opened_at > shown_at as is_opened from impressions where broadcast_id = ${broadcastId}`;
  expect([...rows]).toEqual([{ user_id: me.me.userId, position: 3, why: 'popular', is_opened: true }]);
  expect(await database.sql`select 1 from impressions where broadcast_id = ${over.started.broadcast.broadcastId}`).toHaveLength(0);
  comesIn.close();
});
