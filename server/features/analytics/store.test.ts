// The SQL of analytics against a real database with rows put there by hand, and the reports made of them.

import { beforeEach, describe, expect, test } from 'vitest';
import type { BroadcastReport } from '../../../shared/analytics-routes.ts';
import type { BroadcastId, ChannelId, LineId, RequestKey, UserId, WatchSessionId } from '../../../shared/ids.ts';
import type { Source } from '../../../shared/sources.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { addBroadcast, addChannel, addUsers } from '../../../tests/support/rows.ts';
import { broadcastTotals, channelDays, impressionCounts, minuteCounts, watchSessions } from '../../db/insight-schema.ts';
import { giftSends, transfers } from '../../db/money-schema.ts';
import { broadcasts, chatLines, follows, reactionCounts } from '../../db/schema.ts';
import { eq } from 'drizzle-orm';
import { compareWithHistory, expectedEffect, weightOf } from '../discovery/model/effect.ts';
import { createChannelReports } from './channel-report.ts';
import { reportOf } from './report.ts';
import { createAnalyticsStore } from './store.ts';

const database = useTestDatabase();
const CHANNEL = 'c-1' as ChannelId;
const SHOW = 'b-1' as BroadcastId;
const START = Date.UTC(2026, 0, 31, 12);
const MINUTE = 60_000;
const model = { expectedEffect, weightOf, compareWithHistory };

let next = 0;
const stay = (from: number, to: number, more: { user?: string; source?: Source; isNew?: boolean; sawEnd?: boolean; lines?: number; reactions?: number; gifts?: number; coins?: number; follows?: number } = {}, broadcastId = SHOW) => ({
  id: `w-${(next += 1)}` as WatchSessionId, channelId: CHANNEL, broadcastId, userId: (more.user ?? null) as UserId | null, source: more.source ?? 'direct', startedAt: START + from * MINUTE,
  endedAt: START + to * MINUTE, playedMs: 0, isNew: more.isNew ?? null, sawEnd: more.sawEnd ?? false, lines: more.lines ?? 0, reactions: more.reactions ?? 0, gifts: more.gifts ?? 0,
  coins: more.coins ?? 0, follows: more.follows ?? 0,
});
const line = (user: string, saidMs: number, seenMs: number | null, more: Partial<typeof chatLines.$inferInsert> = {}): typeof chatLines.$inferInsert => ({
  id: `l-${(next += 1)}` as LineId, channelId: CHANNEL, broadcastId: SHOW, userId: user as UserId, key: `k-${next}` as RequestKey, role: 'viewer', text: 'hi', color: 'white', place: 'scroll', mentions: [],
  saidAt: START + saidMs, seenAt: seenMs === null ? null : START + seenMs, seenErrorMs: seenMs === null ? null : 10, state: 'shown', isShadow: false, ...more,
});

const run = <T>(work: Parameters<ReturnType<typeof database>['run']>[0]) => database().run(work) as Promise<T>;
const end = (id: BroadcastId, endedAt: number | null, viewerMs = 0): Promise<unknown> =>
  run((db) => db.update(broadcasts).set({ endedAt, endReason: endedAt === null ? null : 'host', peakViewers: 3, viewerMs }).where(eq(broadcasts.id, id)));
const report = async (nowMs = START + 60 * MINUTE): Promise<BroadcastReport> => {
  const store = createAnalyticsStore(database());
  const broadcast = await store.broadcast(SHOW);
  if (!broadcast) throw new Error('no broadcast');
  return reportOf(broadcast, nowMs, { store, model, liveMinutes: () => [] });
};

beforeEach(async () => {
  await addChannel(database(), { ownerId: 'owner', channelId: CHANNEL });
  await addUsers(database(), ['ann', 'bob', 'cem']);
  await addBroadcast(database(), SHOW, CHANNEL, START);
  await end(SHOW, START + 10 * MINUTE, 12 * MINUTE);
});

describe('[A1] a broadcast of ten minutes', () => {
  beforeEach(async () => {
    await run((db) =>
      db.insert(watchSessions).values([
        stay(0, 10, { user: 'ann', source: 'home', isNew: true, sawEnd: true, lines: 2, follows: 1 }),
        stay(1, 3, { user: 'bob', source: 'home', isNew: false, lines: 1 }),
        stay(5, 8, { user: 'bob', source: 'notice', isNew: false, gifts: 1, coins: 10 }),
        stay(2, 4, { source: 'share' }),
        stay(9, 10, { sawEnd: true, reactions: 4 }),
      ]),
    );
  });

  test('people, guests, the new and the returning are told apart, each person once', async () => {
    const { figures, sources } = await report();
    expect(figures).toMatchObject({ stays: 5, people: 2, guests: 2, newPeople: 1, returningPeople: 1, chatters: 2, givers: 1, peakViewers: 3 });
    expect(sources).toEqual([
      { source: 'home', stays: 2, newPeople: 1, watchedMs: 12 * MINUTE, follows: 1 },
      { source: 'direct', stays: 1, newPeople: 0, watchedMs: MINUTE, follows: 0 },
      { source: 'notice', stays: 1, newPeople: 0, watchedMs: 3 * MINUTE, follows: 0 },
      { source: 'share', stays: 1, newPeople: 0, watchedMs: 2 * MINUTE, follows: 0 },
    ]);
  });

  test('[A3] stays until the end are cut off', async () => {
    const { retention } = await report();
    // Left at 2, 2, 3 minutes; cut off at 1 and 10: 1, then 2 of 4 leave (1/2), then 1 of 2 (1/4).
    expect([retention.stays, retention.cutOff, retention.medianMs]).toEqual([5, 2, 2 * MINUTE]);
    const shareAt = (ms: number) => retention.points.find(({ afterMs }) => afterMs === ms)?.share;
    expect([MINUTE, 2 * MINUTE, 3 * MINUTE, 10 * MINUTE].map(shareAt)).toEqual([1, 0.5, 0.25, 0.25]);
  });

  test('[A4] what each stay showed, and what it could not', async () => {
    const { effect } = await report();
    const part = (result: string) => effect?.parts.find((one) => one.result === result);
    // Five minutes: ann; the last guest could not. Half of what was left: ann (10 of 10) and bob's second (3 of 5), the last guest (1 of 1).
    expect(part('stayed_five')).toMatchObject({ happened: 1, possible: 4 });
    expect(part('stayed_half')).toMatchObject({ happened: 3, possible: 5 });
    expect(['talked', 'reacted', 'gave', 'followed'].map((result) => part(result)?.happened)).toEqual([2, 1, 1, 1]);
    expect(effect?.stays).toBe(5);
  });

  test('[A2] lines stand at their frames; what nobody saw, and the host’s own, are not counted', async () => {
    await run((db) =>
      db.insert(chatLines).values([
        line('ann', 61_000, 59_000), line('ann', 65_000, null), line('bob', 601_000, 605_000), line('bob', 70_000, 62_000, { state: 'deleted' }),
        line('bob', 70_000, 62_000, { state: 'held' }), line('bob', 70_000, 62_000, { state: 'rejected' }), line('bob', 70_000, 62_000, { isShadow: true }), line('owner', 70_000, 62_000, { role: 'host' }),
      ]),
    );
    await run((db) => db.insert(reactionCounts).values([{ broadcastId: SHOW, second: 9, reaction: 'heart', count: 4 }, { broadcastId: SHOW, second: 10, reaction: 'heart', count: 3 }]));
    const { intensity, minutes, figures } = await report();
    expect([intensity.lines.length, intensity.lines[5], intensity.lines[6], intensity.lines[59]]).toEqual([60, 1, 2, 1]);
    expect(intensity.reactions.slice(0, 3)).toEqual([4, 3, 0]);
    expect([figures.lines, figures.reactions]).toEqual([4, 7]);
    expect(minutes.rows.map(({ lines }) => lines)).toEqual([1, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  test('income is what was given, without the platform’s share', async () => {
    const transfer = (id: string, amount: number, fee: number) => ({ id: id as never, kind: 'gift' as const, key: id, fingerprint: id, debitId: 'wallet:bob', creditId: `earnings:${CHANNEL}`, amount, fee, debitAfter: 0, creditAfter: amount - fee, feeAfter: fee, at: START });
    const send = (id: string, coins: number, seenMs: number) => ({ transferId: id as never, channelId: CHANNEL, broadcastId: SHOW, userId: 'bob' as UserId, role: 'viewer' as const, fanLevel: 0, giftId: 'rose' as never, quantity: 3, coins, comboId: 'x' as never, comboCount: 3, seenAt: START + seenMs, seenErrorMs: 5, givenAt: START + seenMs + 900 });
    await run((db) => db.insert(transfers).values([transfer('t-1', 30, 9), transfer('t-2', 10, 3)]));
    await run((db) => db.insert(giftSends).values([send('t-1', 30, 119_500), send('t-2', 10, 300_000)]));
    const { income, intensity, figures } = await report();
    expect(income).toEqual([{ kind: 'gift', count: 2, coins: 40, earned: 28 }]);
    expect([intensity.gifts[11], intensity.coins[11], intensity.gifts[12]]).toEqual([1, 30, 0]);
    expect([figures.gifts, figures.coins]).toEqual([2, 40]);
  });

  test('[H4] the first picture took as long as for the middle one of those who told', async () => {
    await run((db) => db.insert(watchSessions).values([900, 300, 20_000].map((firstPictureMs) => ({ ...stay(0, 1), firstPictureMs }))));
    expect((await report()).quality.firstPictureP50Ms).toBe(900);
  });

  test('minutes become the curve of viewers', async () => {
    const row = { broadcastId: SHOW, viewersMax: 2, came: 1, went: 0, reports: 3, latencyP50Ms: 400, latencyP95Ms: 800, freezes: 1, follows: 1 };
    await run((db) => db.insert(minuteCounts).values([{ ...row, minute: 0, viewerMs: 90_000 }, { ...row, minute: 3, viewerMs: 30_000, follows: 0 }]));
    const { minutes, figures, quality } = await report();
    expect(minutes.rows.map(({ viewers }) => viewers)).toEqual([1.5, 0, 0, 0.5, 0, 0, 0, 0, 0, 0]);
    expect(figures).toMatchObject({ watchedMs: 120_000, averageViewers: 0.2, follows: 1 });
    expect(quality).toEqual({ latencyP50Ms: 400, latencyP95Ms: 800, freezes: 2, freezesPerHour: 60, firstPictureP50Ms: null });
  });
});

test('[A4] while it is on air, who is still there has not shown how much they stay for', async () => {
  await end(SHOW, null);
  await run((db) => db.insert(watchSessions).values([stay(0, 9, { sawEnd: true }), stay(0, 2, { sawEnd: true }), stay(0, 2), stay(0, 6), stay(0, 1)]));
  const { effect, broadcast, retention } = await report(START + 10 * MINUTE);
  expect([broadcast.isOnAir, broadcast.durationMs, retention.cutOff]).toEqual([true, 10 * MINUTE, 2]);
  expect(effect?.parts.find(({ result }) => result === 'stayed_half')).toMatchObject({ happened: 1, possible: 3 });
  expect(effect?.parts.find(({ result }) => result === 'stayed_five')).toMatchObject({ happened: 2, possible: 4 });
});

describe('a channel over time', () => {
  const NOW = START + 3 * 86_400_000;
  const reports = () => createChannelReports({ store: createAnalyticsStore(database()), model });
  const day = (name: string, stays: number) => ({ channelId: CHANNEL, day: name, liveMs: 600_000, viewerMs: 1_200_000, sessions: stays, newPeople: 1, lines: 4, reactions: 2, gifts: 1, coins: 10, follows: 1 });

  beforeEach(async () => {
    await run((db) => db.insert(channelDays).values([day('2026-01-21', 2), day('2026-01-31', 5), day('2026-02-02', 7)]));
    await run((db) => db.insert(broadcastTotals).values([{ broadcastId: SHOW, sessions: 6, people: 4, guests: 2, newPeople: 3, lines: 4, coins: 10, follows: 1 }]));
    await run((db) => db.insert(watchSessions).values(Array.from({ length: 6 }, () => stay(0, 6, { lines: 1 }))));
    await run((db) => db.insert(follows).values([{ channelId: CHANNEL, userId: 'ann' as UserId, followedAt: START }]));
    await run((db) => db.insert(impressionCounts).values([
      { channelId: CHANNEL, day: '2026-01-31', place: 'home', shown: 10, opened: 2 }, { channelId: CHANNEL, day: '2026-02-01', place: 'home', shown: 5, opened: 1 },
      { channelId: CHANNEL, day: '2026-01-01', place: 'search', shown: 99, opened: 9 },
    ]));
  });

  test('the days and sums of the span, and of the one before', async () => {
    const { days, sums, before, followers, places } = await reports().report(CHANNEL, '7d', NOW);
    expect(days.map(({ day: name, stays }) => [name, stays])).toEqual([['2026-01-31', 5], ['2026-02-02', 7]]);
    expect(sums).toEqual({ broadcasts: 1, liveMs: 1_200_000, viewerMs: 2_400_000, stays: 12, newPeople: 2, lines: 8, reactions: 4, gifts: 2, coins: 20, follows: 2 });
    expect(before).toMatchObject({ broadcasts: 0, stays: 2 });
    expect([followers, places]).toEqual([1, [{ place: 'home', shown: 15, opened: 3 }]]);
  });

  test('[A4] a broadcast that nobody scored is scored by the first look, and the score is kept', async () => {
    const [first] = (await reports().report(CHANNEL, 'all', NOW)).broadcasts;
    expect(first).toMatchObject({ broadcastId: SHOW, stays: 6, people: 4, newPeople: 3, returningPeople: 1, averageViewers: 1.2, peakViewers: 3 });
    expect(first?.effect?.score).toBeGreaterThan(0.4);
    await run((db) => db.delete(watchSessions));
    expect((await reports().report(CHANNEL, 'all', NOW)).broadcasts[0]?.effect).toEqual(first?.effect);
  });

  test('with too few stays there is no score', async () => {
    await run((db) => db.delete(watchSessions));
    await run((db) => db.update(broadcastTotals).set({ sessions: 4 }));
    expect((await reports().report(CHANNEL, 'all', NOW)).broadcasts[0]?.effect).toBeNull();
  });

  test('the usual and the comparison are of the broadcasts before', async () => {
    const earlier = [1, 2, 3].map((at) => `b-0${at}` as BroadcastId);
    for (const [at, id] of earlier.entries()) await addBroadcast(database(), id, CHANNEL, START - (at + 1) * 86_400_000);
    await run((db) => db.insert(broadcastTotals).values(earlier.map((broadcastId, at) => ({ broadcastId, sessions: 9, newPeople: at, lines: 10 * at, effect: 0.1 + at / 100, effectLow: 0, effectHigh: 1 }))));
    const { usual, comparison, effect } = await report();
    expect(usual).toMatchObject({ newPeople: 1, lines: 10 });
    expect(comparison).toMatchObject({ broadcasts: 3, verdict: 'better' });
    expect(comparison?.usual).toBeCloseTo(0.11, 9);
    expect(comparison?.difference).toBeCloseTo((effect?.score ?? 0) - 0.11, 9);
  });
});
