import { expect, test } from 'vitest';
import type { ChannelId, UserId } from '../../../shared/ids.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createRanking } from './model/ranking.ts';
import { seededRandom } from './model/random.ts';
import { replayPast } from './replay.ts';
import type { PastBroadcast, PastStay, PastStore } from './replay.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 200 * DAY_MS;
const log = createLog({ level: 'silent' });
const broadcast = (channelId: string, startedAtMs: number, endedAtMs: number | null, category = 'talk'): PastBroadcast => ({
  channelId: channelId as ChannelId, category, tags: [], language: '', startedAtMs, endedAtMs,
});
const stay = (id: string, userId: string, channelId: string, atMs: number): PastStay => ({ id, userId: userId as UserId, channelId: channelId as ChannelId, atMs, leftAtMs: atMs + 5 });

/** As the tables would answer. */
const storeOf = (broadcasts: readonly PastBroadcast[], stays: readonly PastStay[]): PastStore => ({
  firstStay: async () => '',
  stays: async (afterId, beforeMs, count) => stays.filter(({ id, atMs }) => id > afterId && atMs < beforeMs).slice(0, count),
  began: async (fromMs, toMs) => broadcasts.filter(({ startedAtMs }) => startedAtMs >= fromMs && startedAtMs < toMs),
});
const replayed = async (store: PastStore, isOver = () => false) => {
  const clock = createHandClock(NOW_MS);
  const told: string[] = [];
  const left: string[] = [];
  const ranking = {
    began: ({ channelId }: { channelId: string }) => (told.push(`+${channelId}`), true),
    ended: (channelId: string) => void told.push(`-${channelId}`),
    observe: ({ userId, channelId }: { userId: string; channelId: string }) => void told.push(`${userId} ${channelId}`),
    left: ({ userId, channelId, hours }: { userId: string; channelId: string; hours: number }) => void left.push(`${userId} ${channelId} ${Math.round(hours * 3_600_000)}`),
  };
  const work = replayPast({ clock, log, ranking, store, isOver });
  return { clock, told, left, work };
};

test('what was on air begins and ends in its order, around the choices of its time', async () => {
  const at = NOW_MS - 3 * DAY_MS;
  const { told, left, work } = await replayed(
    storeOf(
      [broadcast('b', at + 10, at + 100), broadcast('a', at, at + 50), broadcast('a', at + 50, at + 2 * DAY_MS), broadcast('c', at + DAY_MS, null)],
      [stay('1', 'u', 'a', at + 20), stay('2', 'u', 'b', at + 60), stay('3', 'v', 'a', at + DAY_MS + 5), stay('4', 'v', 'c', at + 2 * DAY_MS + 5)],
    ),
  );
  expect((await work)).toEqual({ open: new Set(['c']), choices: 4 });
  expect(left[0]).toBe(`u a ${at + 25}`);
  expect(told).toEqual(['+a', '+b', 'u a', '-a', '+a', 'u b', '-b', '+c', 'v a', '-a', 'v c']);
});

test('thousands of choices are replayed in slices: other things get their turn', async () => {
  const at = NOW_MS - DAY_MS;
  const stays = Array.from({ length: 1_203 }, (_, index) => stay(String(index).padStart(5, '0'), `u${index % 40}`, 'a', at + index));
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const { told, work } = await replayed(storeOf([broadcast('a', at - 1, null)], stays));
  expect((await work).choices).toBe(1_203);
  isDone = true;
  expect(told).toHaveLength(1_204);
  expect(turns).toBeGreaterThan(20);
});

test('while the database is away it is asked again, and nothing is counted twice', async () => {
  const at = NOW_MS - DAY_MS;
  const store = storeOf([broadcast('a', at, null)], [stay('1', 'u', 'a', at + 1)]);
  let failures = 2;
  const { clock, told, work } = await replayed({
    ...store,
    stays: async (...asked) => {
      if (failures-- > 0) throw new AppError('database_unavailable');
      return store.stays(...asked);
    },
  });
  await expect.poll(() => (clock.advance(1_000), told)).toEqual(['+a', 'u a']);
  expect((await work).choices).toBe(1);
});

test('it stops when it is over', async () => {
  let isOver = false;
  const at = NOW_MS - DAY_MS;
  const stays = Array.from({ length: 2_000 }, (_, index) => stay(String(index).padStart(5, '0'), 'u', 'a', at + index));
  const store = storeOf([broadcast('a', at - 1, null)], stays);
  const readAndStop: PastStore['stays'] = async (...asked) => {
    const page = await store.stays(...asked);
    isOver = page.length > 0;
    return page;
  };
  const { told, work } = await replayed({ ...store, stays: readAndStop }, () => isOver);
  await work;
  expect(told).toHaveLength(501); // the page that was there, and the broadcast
});

test('[D6] the taste after a replay is the taste before the restart', async () => {
  const at = NOW_MS - 10 * DAY_MS;
  const past = [broadcast('m', at, null, 'music'), broadcast('g', at, null, 'games'), broadcast('n', at, null, 'music')];
  const stays = Array.from({ length: 60 }, (_, index) => stay(String(index).padStart(3, '0'), `u${index % 6}`, index % 6 < 3 ? 'm' : 'g', at + 1 + index * 60_000));
  const ranking = createRanking(seededRandom(1));
  await replayPast({ clock: createHandClock(NOW_MS), log, ranking, store: storeOf(past, stays), isOver: () => false });
  const first = (userId: string) => ranking.rank({ userId, hours: NOW_MS / 3_600_000, take: 3, explore: 0 })[0];
  expect(first('u0')).toMatchObject({ channelId: 'm', why: 'watched' });
  expect(first('u4')).toMatchObject({ channelId: 'g', why: 'watched' });
});
