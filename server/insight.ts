// What is learned from what happens, and what people may say about it: recording, and whoever builds on it. The fourth part of the
// composition root: it holds no rule of its own, and only main.ts imports it.

import { randomInt } from 'node:crypto';
import type { RoomId } from '../shared/ids.ts';
import type { Database } from './db/client.ts';
import type { Broadcasts } from './features/broadcasts/broadcasts.ts';
import type { createChannels } from './features/channels/channels.ts';
import { createDiscovery } from './features/discovery/discovery.ts';
import { seededRandom } from './features/discovery/model/random.ts';
import { createPrivacyChoices } from './features/privacy/choices.ts';
import { createRecording } from './features/recording/recording.ts';
import type { EndedStay, OpenStay, Watched } from './features/recording/recording.ts';
import type { Publish } from './hub/handler.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';

export type InsightDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly channels: Pick<ReturnType<typeof createChannels>, 'findById' | 'findByHandle' | 'channelOf'>;
  /** Made later, and asked only when everything runs. */
  readonly broadcasts: () => Broadcasts;
  readonly thumbnailUrl: (roomId: RoomId) => string | null;
};

/** Whoever wants to know what recording finds puts a function here; they are called in this order. */
type Listeners = {
  readonly stayBegan: ((stay: OpenStay) => void)[];
  readonly stayEnded: ((stay: EndedStay) => void)[];
  readonly watched: ((watched: Watched) => void)[];
};

export const buildInsight = (deps: InsightDeps) => {
  const listeners: Listeners = { stayBegan: [], stayEnded: [], watched: [] };
  const choices = createPrivacyChoices(deps);
  const recording = createRecording({
    ...deps,
    keepsHistory: choices.keepsHistory,
    stayBegan: (stay) => listeners.stayBegan.forEach((tell) => tell(stay)),
    stayEnded: (stay) => listeners.stayEnded.forEach((tell) => tell(stay)),
    watched: (watched) => listeners.watched.forEach((tell) => tell(watched)),
  });
  const { channels } = deps;
  const discovery = createDiscovery({
    ...deps,
    random: seededRandom(randomInt(2 ** 32)),
    listed: () => deps.broadcasts().listed(),
    listedIn: (roomId) => deps.broadcasts().listedIn(roomId),
    channelById: channels.findById,
    channelByHandle: async (handle) => (await channels.findByHandle(handle))?.channel ?? null,
    channelOf: channels.channelOf,
    keepsHistory: choices.keepsHistory,
  });
  listeners.stayBegan.push(({ userId, roomId, broadcastId, source }) => discovery.opened({ userId, channelId: roomId, broadcastId, source }));
  listeners.watched.push(discovery.watched);
  return {
    recording,
    routes: discovery.routes,
    /** Tells the room, and lets recording and the feed hear it. */
    heardBy: (publish: Publish): Publish => (roomId, name, data) => {
      publish(roomId, name, data);
      recording.heard(roomId, name, data);
      discovery.heard(roomId, name);
    },
    /** After broadcasts are restored. */
    async restore(): Promise<void> {
      await choices.restore();
      await recording.restore();
      discovery.restore();
    },
    async close(): Promise<void> {
      await discovery.close();
      await recording.close();
    },
  };
};

export type Insight = ReturnType<typeof buildInsight>;
