// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CardNow, FeedCard } from '../../../shared/discovery-routes.ts';
import type { BroadcastId, ChannelId } from '../../../shared/ids.ts';
import { Feed } from './feed.svelte.ts';

const card = (id: string): FeedCard => ({
  channel: { channelId: id as ChannelId, handle: id, displayName: id, about: '', category: 'talk', avatarUrl: null },
  broadcast: {
    broadcastId: `b-${id}` as BroadcastId, title: id, category: 'talk', tags: [], language: null, visibility: 'public', coverUrl: null,
    startedAtMs: 1, state: 'live', publications: [], hostClock: null, trouble: 'none',
  },
  viewers: 1, thumbnailUrl: null, reason: { why: 'popular', because: null },
});
const now = (id: string, more: Partial<CardNow> = {}): CardNow => ({
  channelId: id as ChannelId, broadcastId: `b-${id}` as BroadcastId, title: id, viewers: 1, thumbnailUrl: null, ...more,
});

/** What the server answers next, by path. */
let answers: Record<string, unknown>;
let asked: [path: string, body: unknown][];
beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  vi.stubGlobal('document', { visibilityState: 'visible', addEventListener: () => {} });
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    asked.push([path, init.body === undefined ? null : JSON.parse(String(init.body))]);
    const answer = answers[path];
    return answer === undefined ? new Response('', { status: 502 }) : Response.json(answer);
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const home = (forYou: string[], more: object = {}) => ({ madeAtMs: 5, following: [], forYou: forYou.map(card), categories: [], ...more });
const opened = async (first: object) => {
  answers = { '/api/feed': first };
  const feed = new Feed(null);
  const stop = feed.start();
  await vi.advanceTimersByTimeAsync(0);
  return { feed, stop, ids: () => feed.cards.map(({ channel, hasEnded }) => channel.handle + (hasEnded ? ' ended' : '')) };
};

test('[D4] while somebody looks the order stays: numbers change, what ended says so, what began is counted', async () => {
  const { feed, stop, ids } = await opened(home(['a', 'b']));
  answers = { '/api/feed': home(['c', 'b', 'a']), '/api/feed/look': { cards: [now('a', { viewers: 7, title: 'A!' })], fresh: 3 } };
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked.at(-1)).toEqual(['/api/feed/look', { channelIds: ['a', 'b'], sinceMs: 5, category: null }]);
  expect([ids(), feed.news, feed.cards[0]?.viewers, feed.cards[0]?.broadcast.title]).toEqual([['a', 'b ended'], 3, 7, 'A!']);
  await feed.refresh();
  expect([ids(), feed.news]).toEqual([['c', 'b', 'a'], 0]);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(3);
});

test('another broadcast of the same channel is not the one that the card was about', async () => {
  const { stop, ids } = await opened(home(['a', 'b']));
  answers = { '/api/feed/look': { cards: [now('a', { broadcastId: 'other' as BroadcastId }), now('b')], fresh: 1 } };
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ids()).toEqual(['a ended', 'b']);
  stop();
});

test('where nothing is left to look at, what began comes by itself', async () => {
  const { stop, ids } = await opened(home([]));
  answers = { '/api/feed': home(['new']) };
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ids()).toEqual(['new']);
  stop();
});

test('a failed read keeps the cards and says that they are old', async () => {
  const { feed, stop, ids } = await opened(home(['a']));
  answers = {};
  await vi.advanceTimersByTimeAsync(10_000);
  expect([ids(), feed.problem]).toEqual([['a'], 'unreachable']);
  answers = { '/api/feed/look': { cards: [now('a')], fresh: 0 } };
  await vi.advanceTimersByTimeAsync(10_000);
  expect(feed.problem).toBeNull();
  stop();
});

test('a hidden channel goes at once, and comes back if the server says no', async () => {
  const { feed, stop, ids } = await opened(home(['a', 'b']));
  const [first] = feed.cards;
  if (!first) throw new Error('no card');
  await expect(feed.hide(first)).rejects.toMatchObject({ code: 'unreachable' });
  expect(ids()).toEqual(['a', 'b']);
  answers = { '/api/me/hidden/a': {} };
  const hiding = feed.hide(first);
  expect(ids()).toEqual(['b']);
  await hiding;
  stop();
});

test('empty sections are left out, the others keep their order', async () => {
  const { feed, stop } = await opened(home(['a'], { following: [card('f')], categories: [{ category: 'music', cards: [card('m')] }, { category: 'art', cards: [] }] }));
  expect(feed.sections?.map((section) => (section.is === 'category' ? section.category : section.is))).toEqual(['following', 'for_you', 'music']);
  stop();
});
