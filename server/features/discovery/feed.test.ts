import { expect, test } from 'vitest';
import type { Category } from '../../../shared/categories.ts';
import type { BroadcastId, ChannelId, UserId } from '../../../shared/ids.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createFeed, GUEST } from './feed.ts';
import type { Reader } from './feed.ts';
import { createLiveRanking } from './live-ranking.ts';
import type { Listed } from './live-ranking.ts';
import { createRanking } from './model/ranking.ts';
import { seededRandom } from './model/random.ts';

const build = () => {
  const clock = createHandClock(1_700_000_000_000);
  const listed = new Map<string, Listed>();
  const ranking = createRanking(seededRandom(3), undefined, 500);
  const { live, changed } = createLiveRanking({ ranking, listedIn: (id) => listed.get(id) ?? null });
  const state = { isReady: true };
  const shares = new Map<string, number>();
  const feed = createFeed({
    clock, ranking, live, isReady: () => state.isReady,
    listedIn: (id) => listed.get(id) ?? null,
    channelById: async (id) => ({ channelId: id, handle: id, displayName: id.toUpperCase(), about: '', category: 'talk', avatarUrl: null }),
    thumbnailUrl: () => null,
    staysShare: (id) => shares.get(id) ?? null,
  });
  const began = (id: string, category: Category = 'talk', viewers = 0): void => {
    listed.set(id, {
      viewers,
      broadcast: {
        broadcastId: `b-${id}` as BroadcastId, title: id, category, tags: [], language: null, visibility: 'public', coverUrl: null,
        startedAtMs: clock.nowMs(), state: 'live', publications: [], hostClock: null, trouble: 'none',
      },
    });
    changed(id as ChannelId);
  };
  const ended = (id: string): void => {
    listed.delete(id);
    changed(id as ChannelId);
  };
  const watched = (userId: string, id: string): void => ranking.observe({ userId, channelId: id, hours: clock.nowMs() / 3_600_000 });
  return { clock, feed, state, shares, listed, began, ended, watched, changed };
};
const reader = (more: Partial<Reader> = {}): Reader => ({ ...GUEST, rankedAs: 'ada' as UserId, ...more });
const ids = (...names: string[]): ReadonlySet<ChannelId> => new Set(names as ChannelId[]);
const handles = (cards: readonly { channel: ChannelView }[]): string[] => cards.map(({ channel }) => channel.handle);

test('[D1] every card once: who is followed first, the best for this person, the rest by category', async () => {
  const { feed, began } = build();
  began('f1');
  for (let at = 0; at < 30; at++) began(`c${at}`, at % 2 === 0 ? 'music' : 'games');
  const home = await feed.home(reader({ followed: ids('f1', 'offline') }));
  expect(home.following).toMatchObject([{ channel: { handle: 'f1' }, reason: { why: 'followed', because: null } }]);
  expect(home.forYou).toHaveLength(12);
  expect(home.categories.map(({ category }) => category).sort()).toEqual(['games', 'music']);
  for (const { category, cards } of home.categories) expect(cards.every(({ broadcast }) => broadcast.category === category)).toBe(true);
  const all = [...handles(home.forYou), ...home.categories.flatMap(({ cards }) => handles(cards))];
  expect(new Set(all).size).toBe(all.length);
  expect(all).not.toContain('f1');
});

test('[V5] of two that are as likely to be chosen, the one first in which people are expected to stay', async () => {
  const { feed, began, shares } = build();
  began('a');
  began('b');
  const ada = reader({ followed: ids('a', 'b') });
  for (const [first, second] of [['a', 'b'], ['b', 'a']] as const) {
    shares.set(first, 0.95).set(second, 0.6);
    expect(handles((await feed.home(ada)).following)).toEqual([first, second]);
  }
});

test('[D2] what is barred, the own channel and what has ended is in no list and in no count', async () => {
  const { feed, clock, began, ended, watched } = build();
  const sinceMs = clock.nowMs();
  clock.advance(1);
  for (const id of ['a', 'barred', 'own', 'over']) {
    began(id);
    watched('ada', id);
  }
  ended('over');
  const ada = reader({ barred: ids('barred'), own: 'own' as ChannelId, followed: ids('barred', 'a', 'over') });
  const home = await feed.home(ada);
  expect([handles(home.following), handles(home.forYou)]).toEqual([['a'], []]);
  expect(handles((await feed.category(ada, 'talk'))?.cards ?? [])).toEqual(['a']);
  expect(handles(await feed.next(ada, home.following[0]?.channel ?? ({} as ChannelView)))).toEqual([]);
  const now = feed.look(ada, { channelIds: ['a', 'barred', 'own', 'over'] as ChannelId[], sinceMs, category: null });
  expect([now.cards.map(({ channelId }) => channelId), now.fresh]).toEqual([['a'], 1]);
});

test('[D2] what ends while its channel is looked up is not shown', async () => {
  const { feed, began, ended } = build();
  began('a');
  const home = feed.home(GUEST);
  ended('a');
  expect((await home).forYou).toEqual([]);
});

test('[D3] each card says why: the known channel whose people it shares by its name', async () => {
  const { feed, began, watched } = build();
  for (const id of ['a1', 'a2', 'b1', 'b2']) began(id);
  for (let at = 0; at < 400; at++) watched(`u${at % 50}`, `${at % 2 === 0 ? 'a' : 'b'}${1 + (Math.floor(at / 50) % 2)}`);
  watched('ada', 'a1');
  const { forYou } = await feed.home(reader());
  const why = (handle: string) => forYou.find(({ channel }) => channel.handle === handle)?.reason;
  expect(why('a1')).toEqual({ why: 'watched', because: null });
  expect(why('a2')).toEqual({ why: 'shared', because: 'A1' });
});

test('without a history nobody’s taste speaks', async () => {
  const { feed, began, watched } = build();
  for (let at = 0; at < 5; at++) began(`c${at}`);
  for (let at = 0; at < 20; at++) watched('ada', 'c3');
  expect((await feed.home(reader({ rankedAs: null }))).forYou.some(({ reason }) => reason.why === 'watched')).toBe(false);
  expect((await feed.home(reader())).forYou[0]).toMatchObject({ channel: { handle: 'c3' }, reason: { why: 'watched' } });
});

test('while the past is being learned, the order is by viewers, and nothing is missing', async () => {
  const { feed, state, began } = build();
  state.isReady = false;
  began('few', 'talk', 1);
  began('many', 'talk', 9);
  began('none');
  const { forYou } = await feed.home(reader({ barred: ids('none') }));
  expect([handles(forYou), forYou[0]?.reason.why]).toEqual([['many', 'few'], 'popular']);
});

test('next to a channel comes what is like it, and never the channel itself', async () => {
  const { feed, began } = build();
  began('here', 'music');
  for (let at = 0; at < 20; at++) began(`g${at}`, 'games');
  for (let at = 0; at < 3; at++) began(`m${at}`, 'music');
  let similar = 0;
  for (let at = 0; at < 40; at++) {
    const cards = await feed.next(GUEST, { channelId: 'here' as ChannelId, category: 'talk' } as ChannelView);
    expect(handles(cards)).not.toContain('here');
    similar += cards.filter(({ broadcast }) => broadcast.category === 'music').length;
  }
  // By chance it would be 12 of 23, so 1.6 of these three.
  expect(similar / 40).toBeGreaterThan(1.7);
});

test('[D4] a look changes numbers and names, says what ended by leaving it out, and counts what began', async () => {
  const { feed, clock, began, ended } = build();
  began('a', 'talk', 1);
  began('b');
  const { madeAtMs } = await feed.home(GUEST);
  clock.advance(1_000);
  began('a', 'talk', 5);
  ended('b');
  began('c');
  const now = feed.look(GUEST, { channelIds: ['a', 'b'] as ChannelId[], sinceMs: madeAtMs, category: null });
  expect(now.cards).toMatchObject([{ channelId: 'a', viewers: 5 }]);
  // `a` is another broadcast now, as far as the page can tell by its id, and so it is news too.
  expect(now.fresh).toBe(2);
  expect(feed.look(GUEST, { channelIds: [], sinceMs: madeAtMs, category: 'music' }).fresh).toBe(0);
});
