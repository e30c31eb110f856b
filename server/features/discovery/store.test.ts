import { expect, test } from 'vitest';
import type { BroadcastId, ChannelId, UserId, WatchSessionId } from '../../../shared/ids.ts';
import { addBroadcast, addChannel, addUsers } from '../../../tests/support/rows.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { impressionCounts, impressions, privacyChoices, watchSessions } from '../../db/insight-schema.ts';
import { follows, sanctions } from '../../db/schema.ts';
import { createOrderedIds } from '../../lib/ordered-ids.ts';
import { createDiscoveryStore } from './store.ts';

const database = useTestDatabase();
const channel = (id: string): ChannelId => `ch-${id}` as ChannelId;
const start = async (...owners: string[]) => {
  for (const id of owners) await addChannel(database(), { ownerId: id, channelId: channel(id) });
  await addUsers(database(), ['ada', 'bo']);
  return createDiscoveryStore(database());
};
const ADA = 'ada' as UserId;

test('[D2] ties are the followed, and as barred the hidden and the channels of a ban in force', async () => {
  const { people } = await start('follow', 'hide', 'ban', 'lifted', 'over', 'shadow', 'timeout', 'later');
  const sanction = (id: string, more: object) => ({
    id, channelId: channel(id), userId: ADA, kind: 'ban' as const, reason: '', givenBy: id as UserId, givenAt: 1, until: null, liftedAt: null, ...more,
  });
  await database().run(async (db) => {
    await db.insert(follows).values({ channelId: channel('follow'), userId: ADA, followedAt: 1 });
    await db.insert(sanctions).values([
      sanction('ban', {}), sanction('lifted', { liftedAt: 5 }), sanction('over', { until: 5 }), sanction('later', { until: 50 }),
      sanction('shadow', { kind: 'shadow_ban' }), sanction('timeout', { kind: 'time_out', until: 50 }),
    ]);
  });
  await people.hide(ADA, channel('hide'), 3);
  await people.hide(ADA, channel('hide'), 4);
  const { followed, barred } = await people.ties(ADA, 10);
  expect([[...followed], [...barred].sort()]).toEqual([[channel('follow')], ['ch-ban', 'ch-hide', 'ch-later']]);
  expect((await people.ties('bo' as UserId, 10)).barred.size).toBe(0);
  expect(await people.hidden(ADA)).toEqual([channel('hide')]);
  await people.unhide(ADA, channel('hide'));
  expect(await people.hidden(ADA)).toEqual([]);
});

test('[D5] an impression keeps its first place, and its first opening; counts add up', async () => {
  const store = (await start('xen')).impressions;
  await addBroadcast(database(), 'b', channel('xen'), 1);
  const row = { userId: ADA, channelId: channel('xen'), broadcastId: 'b' as BroadcastId, place: 'home' as const };
  const shown = { position: 1, why: 'category' as const, atMs: 1_000 };
  await store.writeImpressions([{ ...row, shown, openedAtMs: null }, { ...row, userId: 'bo' as UserId, shown, openedAtMs: null }]);
  await store.writeImpressions([{ ...row, shown: null, openedAtMs: 2_000 }]);
  await store.writeImpressions([{ ...row, shown: { ...shown, position: 9, atMs: 3_000 }, openedAtMs: 4_000 }]);
  // Opened without having been shown: there is no row, and none is made.
  await store.writeImpressions([{ ...row, place: 'next', shown: null, openedAtMs: 2_000 }]);
  const stored = await database().run((db) => db.select().from(impressions).orderBy(impressions.userId));
  expect(stored).toEqual([
    { ...row, position: 1, why: 'category', shownAt: 1_000, openedAt: 2_000 },
    { ...row, userId: 'bo', position: 1, why: 'category', shownAt: 1_000, openedAt: null },
  ]);
  const count = { channelId: channel('xen'), day: '2026-01-31', place: 'home' as const };
  await store.addCounts([{ ...count, shown: 2, opened: 0 }]);
  await store.addCounts([{ ...count, shown: 1, opened: 1 }]);
  expect(await database().run((db) => db.select().from(impressionCounts))).toEqual([{ ...count, shown: 3, opened: 1 }]);
  await store.forgetImpressions(1_000);
  expect(await database().run((db) => db.$count(impressions))).toBe(2);
  await store.forgetImpressions(1_001);
  expect(await database().run((db) => db.$count(impressions))).toBe(0);
});

test('[D6] choices of people with a history come in their order, page by page', async () => {
  const { past } = await start('xen');
  await addBroadcast(database(), 'b', channel('xen'), 1_000);
  let nowMs = 1_000;
  const ids = createOrderedIds({ nowMs: () => nowMs } as never);
  const stay = (userId: string | null, more: object = {}) => {
    nowMs += 1_000;
    return {
      id: ids() as WatchSessionId, channelId: channel('xen'), broadcastId: 'b' as BroadcastId, userId: userId as UserId | null, source: 'direct' as const,
      startedAt: nowMs, endedAt: nowMs + 60_000, playedMs: 30_000, isNew: null, sawEnd: false, ...more,
    };
  };
  await addUsers(database(), ['shy']);
  await database().run(async (db) => {
    await db.insert(privacyChoices).values({ userId: 'shy' as UserId, keepsHistory: false });
    await db.insert(watchSessions).values([
      stay('ada'), stay(null), stay('bo', { playedMs: 29_999 }), stay('bo', { playedMs: 0, lines: 1 }), stay('shy'), stay('ada'), stay('bo'),
    ]);
  });
  const first = await past.firstStay(0, 100);
  const page = await past.stays(first, 100_000, 2);
  expect(page.map(({ userId, atMs }) => [userId, atMs])).toEqual([['ada', 2_000], ['bo', 5_000]]);
  expect(page.every(({ atMs, leftAtMs }) => leftAtMs >= atMs)).toBe(true);
  const rest = await past.stays(page.at(-1)?.id ?? '', 100_000, 100);
  expect(rest.map(({ userId, atMs }) => [userId, atMs])).toEqual([['ada', 7_000], ['bo', 8_000]]);
  expect(await past.stays(first, 7_000, 100)).toHaveLength(2);
  // No more than so many of the newest.
  expect((await past.stays(await past.firstStay(0, 2), 100_000, 100)).map(({ atMs }) => atMs)).toEqual([7_000, 8_000]);
  expect(await past.began(1_000, 2_000)).toEqual([
    { channelId: channel('xen'), category: 'talk', tags: [], language: '', startedAtMs: 1_000, endedAtMs: 1_000 },
  ]);
  expect(await past.began(1_001, 2_000)).toEqual([]);
});
