// What was shown to whom and what they opened (rule D5): kept for people with a history, counted for everybody. Written in batches behind
// everybody's back; what the database refuses (a channel that is gone) is given up alone.

import type { BroadcastId, ChannelId, UserId } from '../../../shared/ids.ts';
import type { Why } from '../../../shared/discovery-routes.ts';
import { IMPRESSION_DAYS_MAX } from '../../../shared/limits.ts';
import type { Place } from '../../../shared/sources.ts';
import { createBatchedWrites } from '../../lib/batched-writes.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';

export type Impression = {
  readonly userId: UserId;
  readonly channelId: ChannelId;
  readonly broadcastId: BroadcastId;
  readonly place: Place;
  /** Null: opened, and shown earlier or never for a second. */
  readonly shown: { readonly position: number; readonly why: Why; readonly atMs: number } | null;
  readonly openedAtMs: number | null;
};
export type ImpressionCount = { readonly channelId: ChannelId; readonly day: string; readonly place: Place; readonly shown: number; readonly opened: number };

export type ImpressionStore = {
  writeImpressions(rows: readonly Impression[]): Promise<void>;
  addCounts(rows: readonly ImpressionCount[]): Promise<void>;
  forgetImpressions(beforeMs: number): Promise<void>;
};
export type Card = { readonly channelId: ChannelId; readonly broadcastId: BroadcastId };
export type ShownCard = Card & { readonly position: number; readonly why: Why };
export type ImpressionsDeps = { readonly clock: Clock; readonly log: Log; readonly store: ImpressionStore };

const DELAY_MS = 1_000;
const DAY_MS = 86_400_000;
const CLEANING_INTERVAL_MS = 6 * 3_600_000;

/** A day in UTC. */
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const createImpressions = ({ clock, log, store }: ImpressionsDeps) => {
  const rows = createBatchedWrites<Impression>({
    clock, log, what: 'impressions', delayMs: DELAY_MS, write: (waiting) => store.writeImpressions(waiting),
    merge: (earlier, later) => ({ ...earlier, shown: earlier.shown ?? later.shown, openedAtMs: earlier.openedAtMs ?? later.openedAtMs }),
  });
  const counts = createBatchedWrites<ImpressionCount>({
    clock, log, what: 'impression counts', delayMs: DELAY_MS, write: (waiting) => store.addCounts(waiting),
    merge: (earlier, later) => ({ ...earlier, shown: earlier.shown + later.shown, opened: earlier.opened + later.opened }),
  });
  const clean = (): void => {
    store.forgetImpressions(clock.nowMs() - IMPRESSION_DAYS_MAX * DAY_MS).catch((error: unknown) => log.warn({ err: error }, 'old impressions not deleted'));
  };
  const stopCleaning = clock.every(CLEANING_INTERVAL_MS, clean);

  const put = (row: Impression): void => void rows.put(`${row.userId} ${row.broadcastId} ${row.place}`, row);
  const count = ({ channelId }: Card, place: Place, more: Pick<ImpressionCount, 'shown' | 'opened'>): void => {
    const day = dayOf(clock.nowMs());
    counts.put(`${channelId} ${day} ${place}`, { channelId, day, place, ...more });
  };

  return {
    /** `userId` null: a guest, or somebody without a history. */
    shown(userId: UserId | null, place: Place, cards: readonly ShownCard[]): void {
      const atMs = clock.nowMs();
      for (const { channelId, broadcastId, position, why } of cards) {
        if (userId !== null) put({ userId, channelId, broadcastId, place, shown: { position, why, atMs }, openedAtMs: null });
        count({ channelId, broadcastId }, place, { shown: 1, opened: 0 });
      }
    },
    opened(userId: UserId | null, place: Place, card: Card): void {
      if (userId !== null) put({ userId, channelId: card.channelId, broadcastId: card.broadcastId, place, shown: null, openedAtMs: clock.nowMs() });
      count(card, place, { shown: 0, opened: 1 });
    },
    /** Everything so far is written when this resolves. */
    async flush(): Promise<void> {
      await Promise.all([rows.flush(), counts.flush()]);
    },
    async close(): Promise<void> {
      stopCleaning();
      await Promise.all([rows.close(), counts.close()]);
    },
  };
};

export type Impressions = ReturnType<typeof createImpressions>;
