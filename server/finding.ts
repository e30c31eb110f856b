// Everything about finding each other: builds search, the pages of who is followed, notices with web push, and plans. One more part of
// the composition root: it holds no rule of its own, and only main.ts imports it.

import type { RoomId, UserId } from '../shared/ids.ts';
import type { LiveCard } from '../shared/live-card.ts';
import type { Config } from './config.ts';
import type { Database } from './db/client.ts';
import type { Broadcasts } from './features/broadcasts/broadcasts.ts';
import type { Thumbnails } from './features/broadcasts/thumbnails.ts';
import type { createChannels } from './features/channels/channels.ts';
import { createPages } from './features/discovery/pages.ts';
import type { Follows } from './features/follows/follows.ts';
import { followRoutes } from './features/follows/routes.ts';
import type { createImages } from './features/images/images.ts';
import { createNotices } from './features/notices/notices.ts';
import { createPush } from './features/notices/push.ts';
import { loadVapid } from './features/notices/vapid.ts';
import { createSchedule } from './features/schedule/schedule.ts';
import { createSearch } from './features/search/search.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Metrics } from './lib/metrics.ts';
import type { Rooms } from './rooms/rooms.ts';

type Images = ReturnType<typeof createImages>;
type Channels = ReturnType<typeof createChannels>;

export type FindingDeps = {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly follows: Follows;
  readonly images: Images;
  readonly channels: Channels;
  readonly rooms: Pick<Rooms, 'notifyEverywhere'>;
  readonly broadcasts: Pick<Broadcasts, 'listedIn' | 'linkKeyIn' | 'viewIn'>;
  readonly thumbnails: Pick<Thumbnails, 'urlOf'>;
  readonly publicUrl: () => string;
};

/** Whom push services may tell that something is wrong: the operator, or at least where this is. */
const subjectOf = ({ vapidSubject, publicUrl }: Config): string =>
  vapidSubject ?? (publicUrl?.startsWith('https:') ? publicUrl : 'mailto:operator@qiao.invalid');

export const buildFinding = async (given: FindingDeps) => {
  const { config, channels, broadcasts, thumbnails } = given;
  const deps = {
    ...given,
    imageUrl: given.images.urlOf,
    channelByHandle: channels.findByHandle,
    channelById: channels.findById,
    channelOf: channels.channelOf,
    /** A public broadcast on air in this room; null: none. */
    liveIn(roomId: RoomId): Omit<LiveCard, 'channel'> | null {
      const listed = broadcasts.listedIn(roomId);
      return listed && { ...listed, thumbnailUrl: thumbnails.urlOf(roomId) ?? listed.broadcast.coverUrl };
    },
    notified: (userId: UserId): void => given.rooms.notifyEverywhere(userId, 'notice.added', () => ({})),
  };
  const { vapidPublic: publicKey, vapidPrivate: privateKey } = config;
  const vapid = publicKey === null || privateKey === null ? await loadVapid(config.dataDir) : { publicKey, privateKey };
  const push = createPush({ ...deps, vapid, subject: subjectOf(config), trusted: config.pushService });
  const search = createSearch(deps);
  const schedule = createSchedule(deps);
  const notices = createNotices({ ...deps, push });
  return {
    routes: { ...search.routes, ...schedule.routes, ...notices.routes, ...followRoutes({ ...deps, nextPlans: schedule.nextPlans }) },
    rawRoutes: schedule.rawRoutes,
    broadcastBegan: notices.broadcastBegan,
    /** What an address is called, for who finds it in a chat or a search engine. */
    page: createPages({
      channelByHandle: async (handle) => (await channels.findByHandle(handle))?.channel ?? null,
      shownIn: ({ channelId }) => (broadcasts.linkKeyIn(channelId) === null ? broadcasts.viewIn(channelId) : null),
      thumbnailUrl: ({ channelId }) => thumbnails.urlOf(channelId),
    }),
    async close(): Promise<void> {
      schedule.close();
      await search.close();
      await notices.close();
    },
  };
};

export type Finding = Awaited<ReturnType<typeof buildFinding>>;
