// What a channel's broadcasts achieved, for its owner (rules A1-A7): of one, over time, and of what is on air now. Only reads what is
// recorded elsewhere; of the running broadcast it asks the memory of whoever records.

import type { LiveReport } from '../../../shared/analytics-routes.ts';
import type { BroadcastId, ChannelId, UserId } from '../../../shared/ids.ts';
import { LIVE_MINUTES_MAX } from '../../../shared/limits.ts';
import type { Clock } from '../../lib/clock.ts';
import { createChannelReports } from './channel-report.ts';
import { reportOf } from './report.ts';
import type { ReportDeps } from './report.ts';
import { analyticsRoutes } from './routes.ts';
import { createAnalyticsStore } from './store.ts';
import type { AnalyticsDatabase, StoredScore } from './store.ts';
import type { Minute } from './timeline.ts';

/** A minute of what is on air, with what was done in it by the time it came. */
export type LiveMinute = Minute & { readonly lines: number; readonly reactions: number; readonly gifts: number; readonly coins: number };

export type AnalyticsDeps = {
  readonly clock: Clock;
  readonly database: AnalyticsDatabase;
  readonly model: ReportDeps['model'];
  readonly channelOf: (userId: UserId) => Promise<{ readonly channelId: ChannelId } | null>;
  /** What is on air in a channel, and how many watch; null: nothing. */
  readonly onAirIn: (channelId: ChannelId) => { readonly broadcastId: BroadcastId; readonly startedAtMs: number; readonly viewers: number } | null;
  /** The minutes so far, oldest first, the running one among them. */
  readonly liveMinutes: (broadcastId: BroadcastId) => readonly LiveMinute[];
};

const MINUTE_MS = 60_000;

/** The last minutes of what is on air; minutes in which nothing was are there too. Pure. */
export const liveReportOf = (
  onAir: ReturnType<AnalyticsDeps['onAirIn']>,
  minutes: readonly LiveMinute[],
  nowMs: number,
): LiveReport => {
  if (!onAir) return { live: null };
  const { broadcastId, startedAtMs, viewers } = onAir;
  const runningMs = Math.max(0, nowMs - startedAtMs);
  const running = Math.floor(runningMs / MINUTE_MS);
  const known = new Map(minutes.map((minute) => [minute.minute, minute]));
  const first = Math.max(0, running - LIVE_MINUTES_MAX + 1);
  const shown = Array.from({ length: running - first + 1 }, (_, at) => {
    const minute = known.get(first + at);
    const spanMs = first + at === running ? Math.max(1, runningMs - running * MINUTE_MS) : MINUTE_MS;
    return {
      atMs: (first + at) * MINUTE_MS, viewers: (minute?.viewerMs ?? 0) / spanMs, viewersMax: minute?.viewersMax ?? 0, came: minute?.came ?? 0, went: minute?.went ?? 0,
      lines: minute?.lines ?? 0, reactions: minute?.reactions ?? 0, gifts: minute?.gifts ?? 0, coins: minute?.coins ?? 0, follows: minute?.follows ?? 0,
      latencyP50Ms: minute?.latencyP50Ms ?? null, latencyP95Ms: minute?.latencyP95Ms ?? null, freezes: minute?.freezes ?? 0,
    };
  });
  const sum = (key: 'came' | 'went' | 'lines' | 'reactions' | 'gifts' | 'coins' | 'follows'): number => minutes.reduce((all, minute) => all + minute[key], 0);
  const sums = { came: sum('came'), went: sum('went'), lines: sum('lines'), reactions: sum('reactions'), gifts: sum('gifts'), coins: sum('coins'), follows: sum('follows') };
  return { live: { broadcastId, startedAtMs, viewers, minutes: shown, sums } };
};

export const createAnalytics = (deps: AnalyticsDeps) => {
  const { clock } = deps;
  const store = createAnalyticsStore(deps.database);
  const reports = createChannelReports({ store, model: deps.model });
  const { routes, rawRoutes } = analyticsRoutes({
    channelOf: deps.channelOf,
    broadcast: store.broadcast,
    report: (broadcast) => reportOf(broadcast, clock.nowMs(), { ...deps, store }),
    channelReport: (channelId, range) => reports.report(channelId, range, clock.nowMs()),
    live(channelId) {
      const onAir = deps.onAirIn(channelId);
      return liveReportOf(onAir, onAir ? deps.liveMinutes(onAir.broadcastId) : [], clock.nowMs());
    },
  });
  return {
    routes,
    rawRoutes,
    /** Scores a broadcast whose totals stand, and keeps the score with them; null: too few stays. Who forgets to ask has it done by the first look. */
    score: (broadcastId: BroadcastId): Promise<StoredScore | null> => reports.score(broadcastId, clock.nowMs()),
  };
};
