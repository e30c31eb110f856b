// A channel over time: days, broadcasts, and the same span before for comparison.

import type { AnalyticsRange, ChannelReport, DayView, SpanSums } from '../../../shared/analytics-routes.ts';
import type { BroadcastId, ChannelId } from '../../../shared/ids.ts';
import { EFFECT_STAYS_MIN } from '../../../shared/limits.ts';
import { scoreOf } from './score.ts';
import type { ReportDeps } from './report.ts';
import type { StoredScore } from './store.ts';

const DAY_MS = 86_400_000;
const DAYS = { '7d': 7, '28d': 28, '90d': 90, all: null } as const satisfies Record<AnalyticsRange, number | null>;
/** Broadcasts that are scored by one look at the report: those that nobody scored when they ended. */
const SCORED_AT_ONCE_MAX = 20;

/** `2026-01-31`, in UTC. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Whole days in UTC, today the last of them; `before` of the same length. Everything begins in 1970. */
export const spanOf = (range: AnalyticsRange, nowMs: number) => {
  const tomorrowMs = (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;
  const days = DAYS[range];
  if (days === null) return { fromMs: 0, untilMs: tomorrowMs, beforeMs: null };
  return { fromMs: tomorrowMs - days * DAY_MS, untilMs: tomorrowMs, beforeMs: tomorrowMs - 2 * days * DAY_MS };
};

export const sumsOf = (days: readonly DayView[], broadcasts: number): SpanSums => {
  const sum = (key: Exclude<keyof DayView, 'day'>): number => days.reduce((all, day) => all + day[key], 0);
  return {
    broadcasts, liveMs: sum('liveMs'), viewerMs: sum('viewerMs'), stays: sum('stays'), newPeople: sum('newPeople'),
    lines: sum('lines'), reactions: sum('reactions'), gifts: sum('gifts'), coins: sum('coins'), follows: sum('follows'),
  };
};

export const createChannelReports = ({ store, model }: Pick<ReportDeps, 'store' | 'model'>) => {
  /** The score of a broadcast that ended, kept with its totals; null: too few stays. */
  const score = async (broadcastId: BroadcastId, nowMs: number): Promise<StoredScore | null> => {
    const broadcast = await store.broadcast(broadcastId);
    if (!broadcast || broadcast.endedAtMs === null) return null;
    const effect = scoreOf(await store.stayResults(broadcast, nowMs), model);
    if (!effect) return null;
    const kept = { score: effect.score, low: effect.low, high: effect.high };
    await store.saveScore(broadcastId, kept);
    return kept;
  };

  const sumsBetween = async (channelId: ChannelId, fromMs: number, untilMs: number) => {
    const days = await store.days(channelId, dayOf(fromMs), dayOf(untilMs));
    return { days, sums: sumsOf(days, await store.countBroadcasts(channelId, fromMs, untilMs)) };
  };

  return {
    score,
    async report(channelId: ChannelId, range: AnalyticsRange, nowMs: number): Promise<ChannelReport> {
      const { fromMs, untilMs, beforeMs } = spanOf(range, nowMs);
      const [now, before, past, followers, places] = await Promise.all([
        sumsBetween(channelId, fromMs, untilMs),
        beforeMs === null ? null : sumsBetween(channelId, beforeMs, fromMs),
        store.pastBroadcasts(channelId, { fromMs, beforeMs: untilMs }, nowMs),
        store.followers(channelId),
        store.places(channelId, dayOf(fromMs), dayOf(untilMs)),
      ]);
      const broadcasts: ChannelReport['broadcasts'] = [];
      let left = SCORED_AT_ONCE_MAX;
      for (const { hasTotals, ...broadcast } of past) {
        const isDue = hasTotals && broadcast.effect === null && broadcast.stays >= EFFECT_STAYS_MIN && left-- > 0;
        broadcasts.push(isDue ? { ...broadcast, effect: await score(broadcast.broadcastId, nowMs) } : broadcast);
      }
      return { range, followers, sums: now.sums, before: before?.sums ?? null, days: now.days, broadcasts, places };
    },
  };
};
