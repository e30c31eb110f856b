// The whole machine: notices that it does not keep up, and hands the numbers of all parts to the operator's desk. The fifth part of the
// composition root: it holds no rule of its own, and only main.ts imports it.

import type { OperatorModels } from '../shared/operator-routes.ts';
import type { Database } from './db/client.ts';
import type { Behaviours } from './features/behaviour/behaviour.ts';
import type { Broadcasts } from './features/broadcasts/broadcasts.ts';
import type { createChannels } from './features/channels/channels.ts';
import { createOperator } from './features/operator/operator.ts';
import { createOperatorStore } from './features/operator/store.ts';
import { createToldErrors } from './features/operator/told-errors.ts';
import type { Timeline } from './features/timeline/timeline.ts';
import { reconcile } from './ledger/reconcile/reconcile.ts';
import { createLoopMeter, watchBusy } from './lib/busy-watch.ts';
import type { Clock } from './lib/clock.ts';
import type { Metrics } from './lib/metrics.ts';
import { createRecentCounts } from './lib/recent-counts.ts';
import type { RecentCounts } from './lib/recent-counts.ts';
import type { Media } from './media/media.ts';

export type OverviewDeps = {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly version: string;
  readonly database: Database;
  readonly isOperator: (userName: string) => boolean;
  readonly broadcasts: Pick<Broadcasts, 'allListed'>;
  readonly channels: Pick<ReturnType<typeof createChannels>, 'findById'>;
  readonly timeline: Pick<Timeline, 'measuredIn'>;
  readonly media: Pick<Media, 'health' | 'workerStats' | 'counts'>;
  readonly connections: () => number;
  readonly behaviours: Pick<Behaviours, 'judged'>;
  /** What the home page's order has learned; null: it ranks nothing. */
  readonly ranking: () => OperatorModels['ranking'];
  /** What the log warned of. */
  readonly logged: RecentCounts;
};

const ownUse = () => {
  const { user, system } = process.cpuUsage();
  return { pid: process.pid, cpuMs: (user + system) / 1_000, memoryBytes: process.memoryUsage.rss() };
};

export const buildOverview = (deps: OverviewDeps) => {
  const { database, broadcasts, channels, timeline, behaviours, logged } = deps;
  const told = createToldErrors({ ...deps, counts: createRecentCounts(deps.clock) });
  const operator = createOperator({
    ...deps,
    store: createOperatorStore(database),
    isDatabaseUp: database.isUp,
    onAir: broadcasts.allListed,
    channelById: channels.findById,
    measuredIn: timeline.measuredIn,
    process: ownUse,
    told: told.list,
    logged: logged.list,
    reconcile: () => reconcile(database),
    behaviours() {
      const { savedAtMs, models } = behaviours.judged();
      return { savedAtMs, behaviours: models.map((model) => ({ ...model, plot: [...model.plot] })) };
    },
  });
  return { routes: operator.routes, rawRoutes: operator.rawRoutes, close: told.close };
};

/** Rooms that suffer from this server hear it (rule B9). */
export const watchOwnLoad = (clock: Clock, media: Media, broadcasts: Broadcasts): (() => void) => {
  const loop = createLoopMeter();
  const stop = watchBusy({
    clock,
    loopDelayMs: loop.read,
    processes: async () => (await media.workerStats()).map(({ pid, ru_utime, ru_stime }) => ({ pid, cpuMs: ru_utime + ru_stime })),
    looked: ({ isLoopLate, pids }) => broadcasts.serverSuffers((roomId) => isLoopLate || (pids.size > 0 && media.runsOn(roomId, pids))),
  });
  return () => {
    stop();
    loop.close();
  };
};
