// What is learned from what happens, and what people may say about it: recording, and whoever builds on it. The fourth part of the
// composition root: it holds no rule of its own, and only main.ts imports it.

import type { Database } from './db/client.ts';
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
  return {
    recording,
    /** Tells the room, and lets recording hear it. */
    heardBy: (publish: Publish): Publish => (roomId, name, data) => {
      publish(roomId, name, data);
      recording.heard(roomId, name, data);
    },
    /** After broadcasts are restored. */
    async restore(): Promise<void> {
      await choices.restore();
      await recording.restore();
    },
    close: (): Promise<void> => recording.close(),
  };
};

export type Insight = ReturnType<typeof buildInsight>;
