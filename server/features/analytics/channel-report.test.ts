// Spans and sums of a channel over time, and what is on air.

import { expect, test } from 'vitest';
import type { BroadcastId } from '../../../shared/ids.ts';
import { LIVE_MINUTES_MAX } from '../../../shared/limits.ts';
import { liveReportOf } from './analytics.ts';
import type { LiveMinute } from './analytics.ts';
import { dayOf, spanOf, sumsOf } from './channel-report.ts';
import { usualOf } from './report.ts';

const NOW = Date.UTC(2026, 0, 31, 23, 59);

test('[A1] a span is whole days in UTC with today as its last, and the one before is as long', () => {
  const { fromMs, untilMs, beforeMs } = spanOf('7d', NOW);
  expect([dayOf(fromMs), dayOf(untilMs), dayOf(beforeMs ?? 0)]).toEqual(['2026-01-25', '2026-02-01', '2026-01-18']);
  expect(spanOf('all', NOW)).toMatchObject({ fromMs: 0, beforeMs: null });
});

test('sums of days', () => {
  const day = { day: '2026-01-31', liveMs: 1, viewerMs: 2, stays: 3, newPeople: 4, lines: 5, reactions: 6, gifts: 7, coins: 8, follows: 9 };
  expect(sumsOf([day, { ...day, day: '2026-02-01', coins: 100 }], 3)).toEqual({ broadcasts: 3, liveMs: 2, viewerMs: 4, stays: 6, newPeople: 8, lines: 10, reactions: 12, gifts: 14, coins: 108, follows: 18 });
});

test('the usual is the middle, which one great evening does not move', () => {
  const one = (averageViewers: number) => ({ averageViewers, watchedMs: 0, newPeople: 0, follows: 0, coins: 0, lines: 1 });
  expect(usualOf([one(2), one(900), one(4)])?.averageViewers).toBe(4);
  expect(usualOf([one(2), one(4)])?.averageViewers).toBe(3);
  expect(usualOf([])).toBeNull();
});

const minute = (at: number, some: Partial<LiveMinute> = {}): LiveMinute => ({
  minute: at, viewerMs: 60_000, viewersMax: 1, came: 1, went: 0, lines: 2, reactions: 0, gifts: 0, coins: 5, follows: 0, latencyP50Ms: null, latencyP95Ms: null, freezes: 0, reports: 0, ...some,
});

test('what is on air: the last minutes with those in which nothing was, the running one by what there is of it', () => {
  const onAir = { broadcastId: 'b' as BroadcastId, startedAtMs: 1_000_000, viewers: 2 };
  const { live } = liveReportOf(onAir, [minute(0), minute(2, { viewerMs: 60_000, went: 1 })], 1_000_000 + 150_000);
  expect(live?.minutes.map(({ atMs, viewers, came, went }) => [atMs, viewers, came, went])).toEqual([[0, 1, 1, 0], [60_000, 0, 0, 0], [120_000, 2, 1, 1]]);
  expect(live?.sums).toEqual({ came: 2, went: 1, lines: 4, reactions: 0, gifts: 0, coins: 10, follows: 0 });
  expect(liveReportOf(null, [], 0)).toEqual({ live: null });
});

test('of a long broadcast the last half hour, and the sums of all of it', () => {
  const minutes = Array.from({ length: 100 }, (_, at) => minute(at));
  const { live } = liveReportOf({ broadcastId: 'b' as BroadcastId, startedAtMs: 0, viewers: 1 }, minutes, 99.5 * 60_000);
  expect([live?.minutes.length, live?.minutes[0]?.atMs, live?.minutes.at(-1)?.atMs]).toEqual([LIVE_MINUTES_MAX, 70 * 60_000, 99 * 60_000]);
  expect(live?.sums.came).toBe(100);
});
