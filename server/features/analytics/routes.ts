// The rows of shared/analytics-routes.ts, and every table of the reports as a file. All of it is its channel's owner's alone: of another's
// broadcast nobody learns that it exists (rule A1).

import { ANALYTICS_RANGES } from '../../../shared/analytics-routes.ts';
import type { AnalyticsRange, LiveReport } from '../../../shared/analytics-routes.ts';
import type { BroadcastId, ChannelId, UserId } from '../../../shared/ids.ts';
import type { Rate } from '../../../shared/messages/define.ts';
import type { RouteName, RouteResult } from '../../../shared/routes.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { fileIn, tableFile } from '../../lib/table-file.ts';
import type { StoredBroadcast } from './store.ts';
import { BROADCAST_TABLES, CHANNEL_TABLES } from './tables.ts';

type Names = 'analytics.channel' | 'analytics.live' | 'analytics.broadcast';
type Request = { readonly path: Readonly<Record<string, string>>; readonly query: URLSearchParams; readonly user: SessionUser | null };
type Routes = { readonly [N in Names & RouteName]: (request: Request) => Promise<RouteResult<N>> };

export type AnalyticsRoutesDeps = {
  readonly channelOf: (userId: UserId) => Promise<{ readonly channelId: ChannelId } | null>;
  readonly broadcast: (id: BroadcastId) => Promise<StoredBroadcast | null>;
  readonly report: (broadcast: StoredBroadcast) => Promise<RouteResult<'analytics.broadcast'>>;
  readonly channelReport: (channelId: ChannelId, range: AnalyticsRange) => Promise<RouteResult<'analytics.channel'>>;
  readonly live: (channelId: ChannelId) => LiveReport;
};

/** Each file is made from the whole report. */
const FILE_RATE: Rate = { burst: 30, perSecond: 1 };
const BROADCAST_ID = /^[A-Za-z0-9_-]{1,64}$/;

export const analyticsRoutes = (deps: AnalyticsRoutesDeps) => {
  const channelOf = async ({ user }: Request): Promise<ChannelId> => {
    if (!user) throw new AppError('not_logged_in');
    const found = await deps.channelOf(user.userId);
    if (!found) throw new AppError('channel_not_found');
    return found.channelId;
  };
  const ownBroadcast = async (request: Request): Promise<StoredBroadcast> => {
    const channelId = await channelOf(request);
    const id = request.path['broadcastId'] ?? '';
    const found = BROADCAST_ID.test(id) ? await deps.broadcast(id as BroadcastId) : null;
    if (found?.channelId !== channelId) throw new AppError('not_found', 'no such broadcast of yours');
    return found;
  };
  /** What nobody knows is the last four weeks. */
  const rangeOf = ({ query }: Request): AnalyticsRange => ANALYTICS_RANGES.find((range) => range === query.get('range')) ?? '28d';

  const routes: Routes = {
    'analytics.channel': async (request) => deps.channelReport(await channelOf(request), rangeOf(request)),
    'analytics.live': async (request) => deps.live(await channelOf(request)),
    'analytics.broadcast': async (request) => deps.report(await ownBroadcast(request)),
  };

  const rawRoutes = [
    {
      method: 'GET', path: '/api/analytics/broadcasts/:broadcastId/:file', isPersonal: true, rate: FILE_RATE,
      async handle(request: Request) {
        const broadcast = await ownBroadcast(request);
        const { name, format } = fileIn(BROADCAST_TABLES, request.path['file']);
        return tableFile(BROADCAST_TABLES[name](await deps.report(broadcast)), format, name);
      },
    },
    {
      method: 'GET', path: '/api/analytics/files/:file', isPersonal: true, rate: FILE_RATE,
      async handle(request: Request) {
        const channelId = await channelOf(request);
        const { name, format } = fileIn(CHANNEL_TABLES, request.path['file']);
        return tableFile(CHANNEL_TABLES[name](await deps.channelReport(channelId, rangeOf(request))), format, name);
      },
    },
  ] as const;
  return { routes, rawRoutes };
};
