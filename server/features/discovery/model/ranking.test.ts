import { expect, test } from 'vitest';
import { createRanking } from './ranking.ts';
import { seededRandom } from './random.ts';

const start = (seed = 1, capacity = 500) => {
  const ranking = createRanking(seededRandom(seed), undefined, capacity);
  const begin = (channelId: string, category = 'talk', tags: string[] = [], language = 'en') => ranking.began({ channelId, category, tags, language });
  const watch = (userId: string, channelId: string, hours: number) => ranking.observe({ userId, channelId, hours });
  const rank = (userId: string | null, hours: number, more: object = {}) => ranking.rank({ userId, hours, take: 5, explore: 0, ...more });
  return { ranking, begin, watch, rank };
};
const ids = (cards: readonly { channelId: string }[]): string[] => cards.map(({ channelId }) => channelId);

test('without a history the popular come first', () => {
  const { begin, watch, rank } = start();
  for (const id of ['a', 'b', 'c']) begin(id);
  for (let at = 0; at < 30; at++) watch(`u${at}`, at % 5 === 0 ? 'a' : 'b', at / 60);
  expect(ids(rank(null, 1))).toEqual(['b', 'a', 'c']);
  expect(rank(null, 1)[0]?.why).toBe('popular');
});

test('what somebody watches again and again comes first for them, and says so', () => {
  const { begin, watch, rank } = start();
  for (const id of ['a', 'b', 'c']) begin(id);
  for (let at = 0; at < 60; at++) watch(`u${at % 20}`, 'b', at / 60);
  for (let at = 0; at < 5; at++) watch('ada', 'c', 1 + 3 * at);
  expect(rank('ada', 20)[0]).toMatchObject({ channelId: 'c', why: 'watched', because: null });
  expect(rank('bo', 20)[0]?.channelId).toBe('b');
});

test('people of the same channels lead to each other’s', () => {
  const { begin, watch, rank } = start();
  for (const id of ['a1', 'a2', 'b1', 'b2']) begin(id);
  for (let at = 0; at < 400; at++) {
    const side = at % 2 === 0 ? 'a' : 'b';
    watch(`u${at % 50}`, `${side}${1 + (Math.floor(at / 50) % 2)}`, at / 50);
  }
  watch('ada', 'a1', 9);
  const cards = rank('ada', 9).filter(({ why }) => why !== 'watched');
  expect(cards[0]).toMatchObject({ channelId: 'a2', why: 'shared', because: 'a1' });
});

test('a category, a tag or a language that somebody likes finds channels that nobody has watched yet', () => {
  const { begin, watch, rank } = start();
  for (let at = 0; at < 10; at++) begin(`m${at}`, 'music', ['jazz'], 'zh');
  for (let at = 0; at < 10; at++) begin(`g${at}`, 'games', ['chess'], 'en');
  for (let at = 0; at < 300; at++) watch(`u${at % 30}`, `${at % 2 === 0 ? 'm' : 'g'}${at % 9}`, at / 50);
  begin('newMusic', 'music', ['jazz'], 'zh');
  begin('newGames', 'games', ['chess'], 'en');
  const place = (id: string): number => ids(rank('u0', 7, { take: 22 })).indexOf(id);
  expect(place('newMusic')).toBeGreaterThanOrEqual(0);
  expect(place('newMusic')).toBeLessThan(place('newGames'));
});

test('never what has ended, never what is hidden, even when it filled the page', () => {
  const { ranking, begin, watch, rank } = start();
  for (let at = 0; at < 40; at++) begin(`c${at}`);
  for (let at = 0; at < 200; at++) watch('ada', `c${at % 30}`, at / 10);
  ranking.ended('c1');
  watch('ada', 'c1', 20);
  const cards = ids(rank('ada', 20, { take: 40, isHidden: (id: string) => Number(id.slice(1)) < 30 }));
  expect(cards.sort()).toEqual(['c30', 'c31', 'c32', 'c33', 'c34', 'c35', 'c36', 'c37', 'c38', 'c39']);
  expect(ids(rank('ada', 20, { take: 40 }))).not.toContain('c1');
});

test('exploration shows a new channel now and then, and stops when nobody takes it', () => {
  const { begin, watch, ranking } = start();
  for (let at = 0; at < 20; at++) begin(`c${at}`);
  const random = seededRandom(2);
  const crowd = (count: number, from: number) => {
    for (let at = 0; at < count; at++) watch(`u${Math.floor(random() * 100)}`, `c${Math.floor(random() ** 2 * 20)}`, from + at / 500);
  };
  crowd(2_000, 0);
  begin('new');
  const shown = (hours: number): number => {
    let count = 0;
    for (let at = 0; at < 300; at++) if (ids(ranking.rank({ userId: null, hours, take: 5 })).includes('new')) count++;
    return count;
  };
  const early = shown(4);
  expect(early).toBeGreaterThan(3);
  crowd(4_000, 4);
  expect(shown(12)).toBeLessThan(early / 2);
  expect(ids(ranking.rank({ userId: null, hours: 12, take: 5, explore: 0 }))).not.toContain('new');
});

test('a page is not filled with one category when others are nearly as good', () => {
  const { begin, rank } = start();
  for (let at = 0; at < 8; at++) begin(`m${at}`, 'music');
  for (let at = 0; at < 8; at++) begin(`g${at}`, 'games');
  const kinds = ids(rank(null, 1, { take: 6 })).map((id) => id[0]);
  expect(kinds.filter((kind) => kind === 'm')).toHaveLength(3);
});

test('the same seed and the same past give the same page', () => {
  const page = () => {
    const { begin, watch, ranking } = start(9);
    for (let at = 0; at < 50; at++) begin(`c${at}`);
    for (let at = 0; at < 300; at++) watch(`u${at % 7}`, `c${(at * at) % 50}`, at / 20);
    return ranking.rank({ userId: 'u3', hours: 20, take: 20 });
  };
  expect(page()).toEqual(page());
});

test('memory is bounded: who was on air longest ago is forgotten, and stale references say nothing', () => {
  const { ranking, begin, watch, rank } = start(1, 10);
  for (let at = 0; at < 40; at++) {
    expect(begin(`c${at}`)).toBe(true);
    watch('ada', `c${at}`, at);
    ranking.ended(`c${at}`);
  }
  expect(ranking.size().channels).toBe(10);
  begin('stranger');
  expect(rank('ada', 50)).toMatchObject([{ channelId: 'stranger' }]);
  expect(rank('ada', 50)[0]?.why).not.toBe('watched');
  for (let at = 0; at < 9; at++) begin(`live${at}`);
  expect(begin('one too many')).toBe(false);
  expect(rank('ada', 51, { take: 50 })).toHaveLength(10);
});
