// Finding each other: the feed over the ranking, what was shown and opened, what somebody does not want to see. Built and introduced by
// the composition root. Taste lives in memory and begins again from the stored stays when the server starts.

import type { BroadcastId, ChannelId, RoomId, UserId } from '../../../shared/ids.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { RouteBody, RouteName, RouteResult } from '../../../shared/routes.ts';
import { PLACES } from '../../../shared/sources.ts';
import type { Place, Source } from '../../../shared/sources.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { createLastKnown } from '../../lib/last-known.ts';
import type { Log } from '../../lib/log.ts';
import { createFeed, GUEST } from './feed.ts';
import type { Reader } from './feed.ts';
import { createImpressions } from './impressions.ts';
import { createLiveRanking } from './live-ranking.ts';
import type { Listed } from './live-ranking.ts';
import { PIECE, START_WEIGHTS } from './model/evidence.ts';
import { createRanking } from './model/ranking.ts';
import type { Random } from './model/random.ts';
import { hoursOf, replayPast } from './replay.ts';
import { createDiscoveryStore } from './store.ts';
import type { Database, DiscoveryStore, Ties } from './store.ts';

export type DiscoveryDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  readonly database: Pick<Database, 'run'>;
  /** In tests. */
  readonly store?: DiscoveryStore;
  /** Public broadcasts on air, most watched first. */
  readonly listed: () => readonly (Listed & { roomId: RoomId })[];
  readonly listedIn: (roomId: RoomId) => Listed | null;
  readonly channelById: (id: ChannelId) => Promise<ChannelView | null>;
  readonly channelByHandle: (handle: string) => Promise<ChannelView | null>;
  readonly channelOf: (userId: UserId) => Promise<{ readonly channelId: ChannelId } | null>;
  readonly thumbnailUrl: (roomId: RoomId) => string | null;
  /** The calibrated chance that somebody who watches there stays the next minute; null: not known. */
  readonly staysShare: (channelId: ChannelId) => number | null;
  /** False: nothing may be remembered of this person. */
  readonly keepsHistory: (userId: UserId) => boolean;
};
export type Watched = { readonly userId: UserId; readonly channelId: ChannelId; readonly broadcastId: BroadcastId; readonly atMs: number };
export type Opened = { readonly userId: UserId | null; readonly channelId: ChannelId; readonly broadcastId: BroadcastId; readonly source: Source };

export type Left = { readonly userId: UserId | null; readonly roomId: RoomId; readonly endedAtMs: number };

type Request<N extends RouteName> = { readonly body: RouteBody<N>; readonly path: Readonly<Record<string, string>>; readonly user: SessionUser | null };

const PEOPLE_KNOWN_MAX = 10_000;
/** Choices that are made while the past is still being learned. */
const WAITING_MAX = 10_000;

const isPlace = (source: Source): source is Place => (PLACES as readonly Source[]).includes(source);

export const createDiscovery = (deps: DiscoveryDeps) => {
  const { clock, log, listedIn } = deps;
  const store = deps.store ?? createDiscoveryStore(deps.database);
  const ranking = createRanking(deps.random);
  const liveRanking = createLiveRanking({ ranking, listedIn });
  const impressions = createImpressions({ clock, log, store: store.impressions });
  let isReady = false;
  let isClosed = false;
  let restoring: Promise<void> | null = null;
  let waiting: Watched[] = [];
  const feed = createFeed({ ...deps, ranking, live: liveRanking.live, isReady: () => isReady });

  // Always asked anew; what was known is for the time without a database.
  const ties = createLastKnown<Ties>({ clock, keysMax: PEOPLE_KNOWN_MAX, freshMs: 0, load: (userId) => store.people.ties(userId as UserId, clock.nowMs()) });
  const readerOf = async (user: SessionUser | null): Promise<Reader> => {
    if (!user) return GUEST;
    const { userId } = user;
    const [known, channel] = await Promise.all([ties.get(userId), deps.channelOf(userId)]);
    return { ...(known ?? GUEST), rankedAs: deps.keepsHistory(userId) ? userId : null, own: channel?.channelId ?? null };
  };
  const mustFind = async (handle: string | undefined): Promise<ChannelView> => {
    const channel = await deps.channelByHandle(handle ?? '');
    if (!channel) throw new AppError('channel_not_found');
    return channel;
  };
  const mustBe = (user: SessionUser | null): UserId => {
    if (!user) throw new AppError('not_logged_in');
    return user.userId;
  };

  const observe = ({ userId, channelId, atMs }: Watched): void => ranking.observe({ userId, channelId, hours: hoursOf(atMs) });

  const replay = async (): Promise<void> => {
    const { open, choices } = await replayPast({ clock, log, ranking, store: store.past, isOver: () => isClosed });
    if (isClosed) return;
    for (const channelId of open) if (!listedIn(channelId)) ranking.ended(channelId);
    for (const { roomId } of deps.listed()) liveRanking.changed(roomId);
    isReady = true;
    for (const one of waiting) observe(one);
    waiting = [];
    log.info({ choices, ...ranking.size() }, 'taste is back');
  };

  return {
    /** Once, when it is known what is on air: learns from the stored stays, beside everything else. */
    restore(): void {
      for (const { roomId } of deps.listed()) liveRanking.changed(roomId);
      restoring = replay().catch((error: unknown) => {
        log.error({ err: error }, 'taste not restored');
        isReady = true;
      });
    },
    /** Something that the room was told; what is on air there may be another now. */
    heard(roomId: RoomId, name: string): void {
      if (name.startsWith('broadcast.') || name === 'viewers.counted') liveRanking.changed(roomId);
    },
    /** Somebody with a history has chosen this channel: watched it for a while, or did something there. */
    watched(one: Watched): void {
      if (isReady) observe(one);
      else if (waiting.length < WAITING_MAX) waiting.push(one);
    },
    /** A stay ended; of nobody's, or of somebody without a history, nothing is known. */
    left({ userId, roomId, endedAtMs }: Left): void {
      if (userId) ranking.left({ userId, channelId: roomId, hours: hoursOf(endedAtMs) });
    },
    /** Somebody came in; if a card brought them, it was opened. */
    opened({ userId, channelId, broadcastId, source }: Opened): void {
      if (isPlace(source) && listedIn(channelId)?.broadcast.broadcastId === broadcastId) impressions.opened(userId, source, { channelId, broadcastId });
    },
    /** What the order has learned, for the operator: how much each piece of evidence counts now, and did at first. */
    learned() {
      const { users: people, channels, live } = ranking.size();
      const weights = ranking.weights();
      return { people, channels, live, weights: Object.entries(PIECE).map(([piece, at]) => ({ piece, weight: weights[at] ?? 0, start: START_WEIGHTS[at] ?? 0 })) };
    },
    /** Nothing of this person's taste is known any more. What waits to be written is, when this resolves: delete rows after it. */
    async forgotten(userId: UserId): Promise<void> {
      ranking.forget(userId);
      waiting = waiting.filter((one) => one.userId !== userId);
      await impressions.flush();
    },
    routes: {
      'feed.home': async ({ user }: Request<'feed.home'>): Promise<RouteResult<'feed.home'>> => feed.home(await readerOf(user)),
      'feed.category': async ({ user, path }: Request<'feed.category'>): Promise<RouteResult<'feed.category'>> => {
        const found = await feed.category(await readerOf(user), path['category'] ?? '');
        if (!found) throw new AppError('not_found');
        return found;
      },
      'feed.next': async ({ user, path }: Request<'feed.next'>): Promise<RouteResult<'feed.next'>> => {
        const [reader, current] = await Promise.all([readerOf(user), mustFind(path['handle'])]);
        return { cards: await feed.next(reader, current) };
      },
      'feed.look': async ({ user, body }: Request<'feed.look'>): Promise<RouteResult<'feed.look'>> => feed.look(await readerOf(user), body),
      'feed.shown': ({ user, body: { place, cards } }: Request<'feed.shown'>): RouteResult<'feed.shown'> => {
        const isOf = user !== null && deps.keepsHistory(user.userId) ? user.userId : null;
        // What is not on air was not shown, whatever a page says.
        impressions.shown(isOf, place, cards.filter(({ channelId, broadcastId }) => listedIn(channelId)?.broadcast.broadcastId === broadcastId));
        return {};
      },
      'feed.hidden': async ({ user }: Request<'feed.hidden'>): Promise<RouteResult<'feed.hidden'>> => {
        const channels = await Promise.all((await store.people.hidden(mustBe(user))).map(deps.channelById));
        return { channels: channels.filter((channel) => channel !== null) };
      },
      'feed.hide': async ({ user, path }: Request<'feed.hide'>): Promise<RouteResult<'feed.hide'>> => {
        const { channelId } = await mustFind(path['handle']);
        await store.people.hide(mustBe(user), channelId, clock.nowMs());
        return {};
      },
      'feed.unhide': async ({ user, path }: Request<'feed.unhide'>): Promise<RouteResult<'feed.unhide'>> => {
        const { channelId } = await mustFind(path['handle']);
        await store.people.unhide(mustBe(user), channelId);
        return {};
      },
    },
    async close(): Promise<void> {
      isClosed = true;
      await restoring;
      await impressions.close();
    },
  };
};

export type Discovery = ReturnType<typeof createDiscovery>;
