import { expect, test } from 'vitest';
import type { BroadcastId, ChannelId, UserId, WatchSessionId } from '../../../shared/ids.ts';
import { addBroadcast, addChannel, addUsers } from '../../../tests/support/rows.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { watchSessions } from '../../db/insight-schema.ts';
import { follows } from '../../db/schema.ts';
import { createBehaviourStore } from './store.ts';

const CHANNEL = 'c1' as ChannelId;
const OTHER = 'c2' as ChannelId;
const DAY_MS = 86_400_000;
const T0 = 1_700_000_000_000;

const database = useTestDatabase();
const store = () => createBehaviourStore(database());

const stay = (id: string, userId: string | null, day: number, channelId: ChannelId = CHANNEL) => ({
  id: id as WatchSessionId, channelId, broadcastId: `b-${channelId}` as BroadcastId, userId: userId as UserId | null, source: 'direct' as const,
  startedAt: T0 + day * DAY_MS, endedAt: T0 + day * DAY_MS + 600_000, playedMs: 0, lines: 2, isNew: null, sawEnd: false,
});

const fill = async (): Promise<void> => {
  await addChannel(database(), { ownerId: 'ada', channelId: CHANNEL });
  await addChannel(database(), { ownerId: 'bob', channelId: OTHER });
  await addUsers(database(), ['fan', 'guesty']);
  for (const channelId of [CHANNEL, OTHER]) await addBroadcast(database(), `b-${channelId}`, channelId, T0);
  await database().run((db) => db.insert(watchSessions).values([
    stay('1', 'fan', 0), stay('2', 'fan', 3, OTHER), stay('3', 'fan', 6), stay('4', null, 7), stay('5', 'fan', 14), stay('6', 'guesty', 14),
  ]));
  await database().run((db) => db.insert(follows).values({ channelId: CHANNEL, userId: 'fan' as UserId, followedAt: T0 + 5 * DAY_MS }));
};

test('what was before a stay: earlier ones in this channel alone, and whether they followed by then', async () => {
  await fill();
  const fan = 'fan' as UserId;
  const pasts = await store().pasts(CHANNEL, [{ userId: fan, startedAtMs: T0 + 14 * DAY_MS }, { userId: 'guesty' as UserId, startedAtMs: T0 + 14 * DAY_MS }]);
  expect(pasts).toEqual(new Map([
    ['fan', { watches: 2, lastStartedAtMs: T0 + 6 * DAY_MS, follows: true }],
    ['guesty', { watches: 0, lastStartedAtMs: null, follows: false }],
  ]));
  expect((await store().pasts(CHANNEL, [{ userId: fan, startedAtMs: T0 }])).get(fan)).toEqual({ watches: 0, lastStartedAtMs: null, follows: false });
});

test('whether somebody came back within a week, to the same channel; of the nameless nobody knows', async () => {
  await fill();
  const rows = await store().weeks('', 10);
  expect(rows.map(({ id, isKnown, cameBack }) => [id, isKnown, cameBack])).toEqual([
    ['1', true, true], ['2', true, false], ['3', true, false], ['4', false, false], ['5', true, false], ['6', true, false],
  ]);
  expect(rows[2]).toEqual({
    id: '3', isKnown: true, watchedS: 600, lines: 2, reactions: 0, gifts: 0, startedAtMs: T0 + 6 * DAY_MS, endedAtMs: T0 + 6 * DAY_MS + 600_000,
    earlierWatches: 1, lastStartedAtMs: T0, follows: true, cameBack: false,
  });
  expect((await store().weeks('3', 2)).map(({ id }) => id)).toEqual(['4', '5']);
});

test('a state is kept under its name', async () => {
  await database().run((db) => db.execute('delete from model_states'));
  expect(await store().saved('x')).toBe(null);
  await store().save('x', { a: [1] }, T0);
  await store().save('x', { a: [2] }, T0 + 1);
  expect(await store().saved('x')).toEqual({ state: { a: [2] }, savedAtMs: T0 + 1 });
});
