// What is learned from what happens, and what people may say about it: recording, privacy, and whoever builds on them. The fourth
// part of the composition root: it holds no rule of its own, and only main.ts imports it.

import type { ChannelId, UserId } from '../shared/ids.ts';
import type { BroadcastView } from '../shared/messages/broadcasts.ts';
import type { Database } from './db/client.ts';
import { createBehaviour } from './features/behaviour/behaviour.ts';
import type { BehaviourDeps } from './features/behaviour/behaviour.ts';
import { createBehaviourStore } from './features/behaviour/store.ts';
import { createAnalytics } from './features/analytics/analytics.ts';
import type { AnalyticsDeps } from './features/analytics/analytics.ts';
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
  /** Made later, and asked only when everything runs. */
  readonly roomsOnAir: BehaviourDeps['roomsOnAir'];
  readonly predicted: BehaviourDeps['predicted'];
};

/** Whoever wants to know what recording finds, or whom to forget, puts a function here; they are called in this order. */
type Listeners = {
  readonly stayBegan: ((stay: OpenStay) => void)[];
  readonly stayEnded: ((stay: EndedStay) => void)[];
  readonly watched: ((watched: Watched) => void)[];
  readonly forgotten: ((userId: UserId) => void)[];
};

type AnalyticsNeeds = Pick<AnalyticsDeps, 'channelOf'> & {
  readonly broadcastIn: (channelId: ChannelId) => Pick<BroadcastView, 'broadcastId' | 'startedAtMs'> | null;
  readonly viewersIn: (channelId: ChannelId) => number;
};

export const buildInsight = (deps: InsightDeps) => {
  const listeners: Listeners = { stayBegan: [], stayEnded: [], watched: [], forgotten: [] };
  const live = {} as { recording: Recording };
  const privacy = createPrivacy({
    ...deps,
    makeNameless: (...of) => live.recording.makeNameless(...of),
    forgotten: (userId) => listeners.forgotten.forEach((tell) => tell(userId)),
  });
  const recording = (live.recording = createRecording({
    ...deps,
    keepsHistory: privacy.keepsHistory,
    stayBegan: (stay) => listeners.stayBegan.forEach((tell) => tell(stay)),
    stayEnded: (stay) => listeners.stayEnded.forEach((tell) => tell(stay)),
    watched: (watched) => listeners.watched.forEach((tell) => tell(watched)),
  }));
  const { routes, rawRoutes } = privacyRoutes(privacy);
  const behaviours = createBehaviour({ ...deps, store: createBehaviourStore(deps.database), openStays: recording.openStays });
  listeners.stayEnded.push((stay) => behaviours.stayEnded(stay.roomId, stay));
  return {
    recording,
    keepsHistory: privacy.keepsHistory,
    routes,
    rawRoutes,
    behaviours,
    /** Tells the room, and lets recording hear it. */
    heardBy: (publish: Publish): Publish => (roomId, name, data) => {
      publish(roomId, name, data);
      recording.heard(roomId, name, data);
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
    },
    async close(): Promise<void> {
      await recording.close();
      await behaviours.close();
    },
  };
};

export type Insight = ReturnType<typeof buildInsight>;
