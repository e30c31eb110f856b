// What is learned from what happens, and what people may say about it: recording, privacy, and whoever builds on them. The fourth
// part of the composition root: it holds no rule of its own, and only main.ts imports it.

import { randomInt } from 'node:crypto';
import type { ChannelId, RoomId, UserId } from '../shared/ids.ts';
import type { BroadcastView } from '../shared/messages/broadcasts.ts';
import type { Database } from './db/client.ts';
import { createBehaviour } from './features/behaviour/behaviour.ts';
import type { BehaviourDeps, Behaviours } from './features/behaviour/behaviour.ts';
import { createBehaviourStore } from './features/behaviour/store.ts';
import { createAnalytics } from './features/analytics/analytics.ts';
import type { AnalyticsDeps } from './features/analytics/analytics.ts';
import type { Broadcasts } from './features/broadcasts/broadcasts.ts';
import type { createChannels } from './features/channels/channels.ts';
import { createDiscovery } from './features/discovery/discovery.ts';
import { seededRandom } from './features/discovery/model/random.ts';
import { compareWithHistory, expectedEffect, weightOf } from './features/discovery/model/effect.ts';
import { createPrivacy } from './features/privacy/privacy.ts';
import type { PrivacyDeps } from './features/privacy/privacy.ts';
import { privacyRoutes } from './features/privacy/routes.ts';
import { createRecording } from './features/recording/recording.ts';
import type { EndedStay, OpenStay, Recording, Watched } from './features/recording/recording.ts';
import type { Publish } from './hub/handler.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';

export type InsightDeps = Pick<PrivacyDeps, 'provePassword' | 'isOnAir' | 'erased'> & {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly channels: Pick<ReturnType<typeof createChannels>, 'findById' | 'findByHandle' | 'channelOf'>;
  /** Made later, and asked only when everything runs. */
  readonly broadcasts: () => Broadcasts;
  readonly thumbnailUrl: (roomId: RoomId) => string | null;
  readonly predicted: BehaviourDeps['predicted'];
};

/** Whoever wants to know what recording finds, or whom to forget, puts a function here; they are called in this order. */
type Listeners = {
  readonly stayBegan: ((stay: OpenStay) => void)[];
  readonly stayEnded: ((stay: EndedStay) => void)[];
  readonly watched: ((watched: Watched) => void)[];
  readonly forgotten: ((userId: UserId) => Promise<void>)[];
};

type AnalyticsNeeds = Pick<AnalyticsDeps, 'channelOf'> & {
  readonly broadcastIn: (channelId: ChannelId) => Pick<BroadcastView, 'broadcastId' | 'startedAtMs'> | null;
  readonly viewersIn: (channelId: ChannelId) => number;
};

export const buildInsight = (deps: InsightDeps) => {
  const listeners: Listeners = { stayBegan: [], stayEnded: [], watched: [], forgotten: [] };
  const live = {} as { recording: Recording; behaviours: Behaviours };
  const privacy = createPrivacy({
    ...deps,
    makeNameless: (...of) => live.recording.makeNameless(...of),
    async forgotten(userId) {
      await Promise.all(listeners.forgotten.map((forget) => forget(userId)));
    },
  });
  const recording = (live.recording = createRecording({
    ...deps,
    keepsHistory: privacy.keepsHistory,
    stayBegan: (stay) => listeners.stayBegan.forEach((tell) => tell(stay)),
    stayEnded: (stay) => listeners.stayEnded.forEach((tell) => tell(stay)),
    watched: (watched) => listeners.watched.forEach((tell) => tell(watched)),
  }));
  const { channels } = deps;
  const discovery = createDiscovery({
    ...deps,
    random: seededRandom(randomInt(2 ** 32)),
    listed: () => deps.broadcasts().listed(),
    listedIn: (roomId) => deps.broadcasts().listedIn(roomId),
    channelById: channels.findById,
    channelByHandle: async (handle) => (await channels.findByHandle(handle))?.channel ?? null,
    channelOf: channels.channelOf,
    keepsHistory: privacy.keepsHistory,
    staysShare: (channelId) => live.behaviours.staysShare(channelId),
  });
  const behaviours = (live.behaviours = createBehaviour({
    ...deps,
    roomsOnAir: () => deps.broadcasts().roomsOnAir(),
    store: createBehaviourStore(deps.database),
    openStays: recording.openStays,
  }));
  const { routes, rawRoutes } = privacyRoutes(privacy);
  listeners.stayBegan.push(({ userId, roomId, broadcastId, source }) => discovery.opened({ userId, channelId: roomId, broadcastId, source }));
  listeners.stayEnded.push((stay) => behaviours.stayEnded(stay.roomId, stay));
  listeners.watched.push(discovery.watched);
  listeners.stayEnded.push(discovery.left);
  listeners.forgotten.push(discovery.forgotten);
  return {
    recording,
    behaviours,
    /** What the feed's order has learned. */
    rankingLearned: discovery.learned,
    keepsHistory: privacy.keepsHistory,
    routes: { ...routes, ...discovery.routes },
    rawRoutes,
    /** Tells the room, and lets recording and the feed hear it. */
    heardBy: (publish: Publish): Publish => (roomId, name, data) => {
      publish(roomId, name, data);
      recording.heard(roomId, name, data);
      discovery.heard(roomId, name);
    },
    /** What needs rooms and broadcasts, which are made later. */
    analyticsOf: ({ channelOf, broadcastIn, viewersIn }: AnalyticsNeeds) =>
      createAnalytics({
        ...deps,
        channelOf,
        model: { compareWithHistory, expectedEffect, weightOf },
        onAirIn(channelId) {
          const broadcast = broadcastIn(channelId);
          return broadcast && { broadcastId: broadcast.broadcastId, startedAtMs: broadcast.startedAtMs, viewers: viewersIn(channelId) };
        },
        liveMinutes: recording.liveMinutes,
      }),
    /** After broadcasts are restored. */
    async restore(): Promise<void> {
      await privacy.restore();
      await recording.restore();
      await behaviours.restore();
      discovery.restore();
    },
    async close(): Promise<void> {
      await discovery.close();
      await recording.close();
      await behaviours.close();
    },
  };
};

export type Insight = ReturnType<typeof buildInsight>;
