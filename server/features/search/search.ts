// Finding channels and what is on air (rules Y1-Y4). Keeps the rows of search fresh, in the background, and answers questions; what is
// live is asked of who knows, so that nothing shows as live that has ended.

import { SEARCH_RESULTS_MAX } from '../../../shared/limits.ts';
import type { ImageId, RoomId, UserId } from '../../../shared/ids.ts';
import type { LiveCard } from '../../../shared/live-card.ts';
import type { RouteResult } from '../../../shared/routes.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { wordsOf } from './entry.ts';
import { searchQueryOf } from './query.ts';
import { createSearchStore } from './store.ts';
import type { Database, Found } from './store.ts';

/** How long what changed may not be found yet. */
const REFRESH_MS = 1_000;
const REFRESH_ROWS_MAX = 100;
/** With fewer results than this, what was mistyped is tried too. */
const FEW = 3;

export type SearchDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly imageUrl: (id: ImageId) => string;
  /** A public broadcast on air in this channel, as lists show it; null: none. */
  readonly liveIn: (roomId: RoomId) => Pick<LiveCard, 'broadcast' | 'viewers' | 'thumbnailUrl'> | null;
};

type Request = { readonly query: URLSearchParams; readonly user: SessionUser | null };

const countIn = (query: URLSearchParams): number => {
  const count = Number(query.get('count') ?? SEARCH_RESULTS_MAX);
  return Number.isInteger(count) && count >= 1 ? Math.min(count, SEARCH_RESULTS_MAX) : SEARCH_RESULTS_MAX;
};

export const createSearch = (deps: SearchDeps) => {
  const { clock, log } = deps;
  const store = createSearchStore(deps.database);
  let running: Promise<void> | null = null;
  let isClosed = false;

  const refreshAll = async (): Promise<void> => {
    while (!isClosed && (await store.refresh(REFRESH_ROWS_MAX, wordsOf)) === REFRESH_ROWS_MAX);
  };
  const refresh = (): Promise<void> => {
    running ??= refreshAll()
      .catch((err: unknown) => {
        // Tried again in a moment, so an outage needs no word of ours.
        if (!(err instanceof AppError)) log.error({ err }, 'search not refreshed');
      })
      .finally(() => (running = null));
    return running;
  };
  const stop = clock.every(REFRESH_MS, () => void refresh());

  const resultOf = (found: Found): RouteResult<'search.query'>['results'][number] => {
    const { isFollowing, channelId, handle, displayName, about, category, avatarImageId } = found;
    const channel = { channelId, handle, displayName, about, category, avatarUrl: avatarImageId && deps.imageUrl(avatarImageId) };
    const live = deps.liveIn(channelId);
    return { channel, isFollowing, live: live && { channel, ...live } };
  };

  const find = async (typed: string, userId: UserId | null, countMax: number): Promise<Found[]> => {
    const query = searchQueryOf(typed);
    if (!query) return [];
    const asked = { exact: query.exact, userId, nowMs: clock.nowMs(), countMax };
    const found = await store.find({ ...asked, wanted: query.begun });
    if (found.length >= Math.min(FEW, countMax) || query.slipped === null) return found;
    const known = new Set(found.map(({ channelId }) => channelId));
    const more = (await store.find({ ...asked, wanted: query.slipped })).filter(({ channelId }) => !known.has(channelId));
    return [...found, ...more].slice(0, countMax);
  };

  return {
    routes: {
      async 'search.query'({ query, user }: Request): Promise<RouteResult<'search.query'>> {
        const found = await find(query.get('q') ?? '', user?.userId ?? null, countIn(query));
        const results = found.map(resultOf);
        // A broadcast that began or ended this second stands where it belongs.
        return { results: [...results.filter(({ live }) => live), ...results.filter(({ live }) => !live)] };
      },
    },
    /** Everything that changed so far can be found when this resolves. */
    refresh,
    async close(): Promise<void> {
      isClosed = true;
      stop();
      await running;
    },
  };
};

export type Search = ReturnType<typeof createSearch>;
