// Against a real PostgreSQL: what is summed up, by day, and that summing up again changes nothing.

import { asc, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { BroadcastId, ChannelId, ParticipantId, UserId, WatchSessionId } from '../../../shared/ids.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { addBroadcast, addChannel, addUsers } from '../../../tests/support/rows.ts';
import { broadcastTotals, channelDays } from '../../db/insight-schema.ts';
import { MINUTE_MS } from './minutes.ts';
import type { MinuteRow } from './minutes.ts';
import { NO_DEEDS } from './stay.ts';
import type { EndedStay } from './stay.ts';
import { createRecordingStore } from './store.ts';

const database = useTestDatabase();
const CHANNEL = 'room' as ChannelId;
const SHOW = 'b1' as BroadcastId;
const HOUR_MS = 3_600_000;
/** 23:58 in UTC: the second minute after the next is another day. */
const STARTED_AT_MS = Date.UTC(2026, 0, 30, 23, 58);

const setUp = async () => {
  await addChannel(database(), { ownerId: 'host', channelId: CHANNEL });
  await addUsers(database(), ['ada', 'bob']);
  await addBroadcast(database(), SHOW, CHANNEL, STARTED_AT_MS);
  const store = createRecordingStore(database());
  const endAt = (id: string, endedAtMs: number) => database().run((db) => db.execute(sql`update broadcasts set ended_at = ${new Date(endedAtMs).toISOString()} where id = ${id}`));
  const totals = () => database().run((db) => db.select().from(broadcastTotals));
  const days = () => database().run((db) => db.select().from(channelDays).orderBy(asc(channelDays.day)));
  return { store, endAt, totals, days };
};
const stay = (id: string, more: Partial<EndedStay> = {}): EndedStay => ({
  id: id as WatchSessionId, roomId: CHANNEL, broadcastId: SHOW, userId: null, participantId: id as ParticipantId, source: 'direct', startedAtMs: STARTED_AT_MS,
  endedAtMs: STARTED_AT_MS + MINUTE_MS, playedMs: 1_000, firstPictureMs: null, ...NO_DEEDS, isNew: null, lastDeedAtMs: null, sawEnd: false, ...more,
});
const minute = (at: number, more: Partial<MinuteRow> = {}) => ({
  broadcastId: SHOW, minute: at, viewerMs: 60_000, viewersMax: 1, came: 0, went: 0, ...NO_DEEDS, latencyP50Ms: null, latencyP95Ms: null, freezes: 0, reports: 0, ...more,
});
const [ada, bob] = ['ada' as UserId, 'bob' as UserId];

test('[H5] totals are the sums of stays and minutes, days are cut at midnight, and twice is once', async () => {
  const { store, endAt, totals, days } = await setUp();
  await endAt(SHOW, STARTED_AT_MS + 4.5 * MINUTE_MS);
  await store.saveStays([
    stay('s1', { userId: ada, lines: 2, gifts: 1 }), stay('s2', { userId: ada, startedAtMs: STARTED_AT_MS + 3 * MINUTE_MS, endedAtMs: STARTED_AT_MS + 4 * MINUTE_MS, isNew: false }),
    stay('s3', { userId: bob, lines: 1 }), stay('s4'), stay('s5', { startedAtMs: STARTED_AT_MS + 2 * MINUTE_MS, endedAtMs: STARTED_AT_MS + 4 * MINUTE_MS }),
  ]);
  await store.saveMinutes([
    minute(0, { lines: 1, latencyP50Ms: 100, latencyP95Ms: 200, reports: 60, freezes: 1 }), minute(1, { lines: 1, coins: 10, gifts: 1, latencyP50Ms: 300, latencyP95Ms: 900, reports: 10 }),
    minute(2, { lines: 1, reactions: 5, latencyP50Ms: 120, latencyP95Ms: 250, reports: 30 }), minute(3), minute(4, { viewerMs: 30_000, freezes: 2 }),
  ]);
  for (const _ of ['first', 'again']) {
    await store.sumUp(SHOW, null);
    expect(await totals()).toEqual([{
      broadcastId: SHOW, sessions: 5, people: 2, guests: 2, newPeople: 2, playedMs: 5_000, lines: 3, reactions: 5, gifts: 1, coins: 10, follows: 0, chatters: 2, givers: 1,
      latencyP50Ms: 100, latencyP95Ms: 200, freezes: 3, effect: null, effectLow: null, effectHigh: null,
    }]);
    expect(await days()).toEqual([
      { channelId: CHANNEL, day: '2026-01-30', liveMs: 120_000, viewerMs: 120_000, sessions: 3, newPeople: 2, lines: 2, reactions: 0, gifts: 1, coins: 10, follows: 0 },
      { channelId: CHANNEL, day: '2026-01-31', liveMs: 150_000, viewerMs: 150_000, sessions: 2, newPeople: 0, lines: 1, reactions: 5, gifts: 0, coins: 0, follows: 0 },
    ]);
  }
});

test('[H5] a second broadcast of the day is added, and an end that is not in the table yet is taken from us', async () => {
  const { store, endAt, days } = await setUp();
  await endAt(SHOW, STARTED_AT_MS + MINUTE_MS);
  await store.saveMinutes([minute(0)]);
  await store.sumUp(SHOW, null);
  const second = 'b2' as BroadcastId;
  await addBroadcast(database(), second, CHANNEL, STARTED_AT_MS - HOUR_MS);
  await database().run((db) => db.execute(sql`update broadcasts set ended_at = null, end_reason = null where id = 'b2'`));
  await store.saveMinutes([{ ...minute(0, { lines: 4 }), broadcastId: second }]);
  await store.saveStays([stay('s1', { broadcastId: second, userId: ada, startedAtMs: STARTED_AT_MS - HOUR_MS })]);
  await store.sumUp(second, STARTED_AT_MS - HOUR_MS + 90_000);
  expect(await days()).toMatchObject([{ day: '2026-01-30', liveMs: 60_000 + 90_000, viewerMs: 120_000, sessions: 1, newPeople: 1, lines: 4 }]);
});

test('[H2] who was in the channel before is not new, and the answer says so', async () => {
  const { store } = await setUp();
  expect(await store.saveStays([stay('s1', { userId: ada }), stay('s2')])).toEqual(new Map([['s1', true], ['s2', null]]));
  // Written again it stays what it was.
  expect(await store.saveStays([stay('s1', { userId: ada, endedAtMs: STARTED_AT_MS + HOUR_MS })])).toEqual(new Map([['s1', true]]));
  const later = { startedAtMs: STARTED_AT_MS + HOUR_MS, endedAtMs: STARTED_AT_MS + HOUR_MS };
  expect(await store.saveStays([stay('s3', { userId: ada, ...later }), stay('s4', { userId: bob, ...later })])).toEqual(new Map([['s3', false], ['s4', true]]));
});

test('[H4] how long the first picture took is kept, to the millisecond, and written again stays', async () => {
  const { store } = await setUp();
  await store.saveStays([stay('s1', { sawEnd: true }), stay('s2', { sawEnd: true, firstPictureMs: 512.6 })]);
  await store.saveStays([stay('s1', { sawEnd: true, firstPictureMs: 90 })]);
  expect((await store.openStays(SHOW)).map(({ id, firstPictureMs }) => [id, firstPictureMs]).sort()).toEqual([['s1', 90], ['s2', 513]]);
});

test('[H7] a name that was taken off a stay stays off, also when the stay is written again', async () => {
  const { store } = await setUp();
  await store.saveStays([stay('s1', { userId: ada, sawEnd: true }), stay('s2', { userId: bob, sawEnd: true })]);
  await store.makeNameless(ada, null);
  await store.saveStays([stay('s1', { userId: ada, sawEnd: true })]);
  expect((await store.openStays(SHOW)).map(({ id, userId, isNew }) => [id, userId, isNew])).toEqual([['s2', bob, true], ['s1', null, null]]);
});

test('[H6] what ended without totals is found, until it has them', async () => {
  const { store } = await setUp();
  expect(await store.unsummed()).toEqual([SHOW]);
  await store.sumUp(SHOW, null);
  expect(await store.unsummed()).toEqual([]);
});
