import { expect, test } from 'vitest';
import type { BroadcastId, ChannelId, ImageId, UserId } from '../../../shared/ids.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { channels, images, users } from '../../db/schema.ts';
import { createBroadcastStore } from './store.ts';

const database = useTestDatabase();

const person = async (name: string): Promise<ChannelId> => {
  const id = name as UserId;
  await database().run((db) => db.insert(users).values({ id, name, nameKey: name, displayName: name, passwordHash: '$argon2id$x', locale: null, createdAt: 1 }));
  await database().run((db) =>
    db.insert(channels).values({
      id: `ch-${name}` as ChannelId, ownerUserId: id, handle: name, handleKey: name, displayName: name, about: '', category: 'talk', avatarImageId: null, createdAt: 1,
    }),
  );
  const image = { id: `im-${name}` as ImageId, ownerUserId: id, mime: 'image/png', bytes: new Uint8Array(1), sha256: new Uint8Array(32), width: 1, height: 1, createdAt: 1 } as const;
  await database().run((db) => db.insert(images).values(image));
  return `ch-${name}` as ChannelId;
};
const row = (channelId: ChannelId, id: string, more: object = {}) => ({
  id: id as BroadcastId, channelId, title: 'T', category: 'talk' as const, tags: ['a', '中文'], visibility: 'public' as const, language: 'zh' as const,
  linkKey: null, coverImageId: null, startedAtMs: 1_000, ...more,
});

test('what is started is found unfinished, what is finished is past, with its average', async () => {
  const store = createBroadcastStore(database());
  const channel = await person('ada');
  await store.start(row(channel, 'b1'));
  await store.saveProgress('b1' as BroadcastId, { aliveAtMs: 2_000, peakViewers: 3, viewerMs: 9.6 });
  expect(await store.unfinished()).toMatchObject([{ id: 'b1', channelId: channel, described: { title: 'T', tags: ['a', '中文'] }, peakViewers: 3, viewerMs: 10 }]);
  await store.finish('b1' as BroadcastId, { endedAtMs: 3_000, reason: 'host', peakViewers: 4, viewerMs: 5_000 });
  expect(await store.unfinished()).toEqual([]);
  expect(await store.past(channel)).toEqual([{ broadcastId: 'b1', title: 'T', startedAtMs: 1_000, durationMs: 2_000, peakViewers: 4, averageViewers: 2.5 }]);
});

test('[B4] a row that nobody restored ends where it was last alive when the next one starts', async () => {
  const store = createBroadcastStore(database());
  const channel = await person('ada');
  await store.start(row(channel, 'b1'));
  await store.saveProgress('b1' as BroadcastId, { aliveAtMs: 4_000, peakViewers: 1, viewerMs: 0 });
  await store.start(row(channel, 'b2', { startedAtMs: 9_000 }));
  expect((await store.unfinished()).map(({ id }) => id)).toEqual(['b2']);
  expect(await store.past(channel)).toMatchObject([{ broadcastId: 'b1', durationMs: 3_000 }]);
});

test('[B5] only public broadcasts are past ones that anybody sees', async () => {
  const store = createBroadcastStore(database());
  const channel = await person('ada');
  await store.start(row(channel, 'b1', { visibility: 'private', linkKey: 'k'.repeat(24) }));
  await store.finish('b1' as BroadcastId, { endedAtMs: 3_000, reason: 'host', peakViewers: 0, viewerMs: 0 });
  expect(await store.past(channel)).toEqual([]);
});

test('a cover must be an image of the same owner', async () => {
  const store = createBroadcastStore(database());
  const [ada] = [await person('ada'), await person('bob')];
  await expect(store.start(row(ada, 'b1', { coverImageId: 'im-bob' }))).rejects.toMatchObject({ code: 'not_found' });
  await expect(store.start(row(ada, 'b1', { coverImageId: 'nowhere' }))).rejects.toMatchObject({ code: 'not_found' });
  await store.start(row(ada, 'b1', { coverImageId: 'im-ada' }));
  expect(await store.unfinished()).toMatchObject([{ coverImageId: 'im-ada' }]);
});
