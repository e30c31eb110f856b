// A stay as this folder needs it, and what of it the model is told. Arithmetic only.

import type { UserId, WatchSessionId } from '../../../shared/ids.ts';
import type { Watch } from './model.ts';

/** Somebody who watches: the recording's row of them, as it is at this moment. Null user: a guest, or no history wanted. */
export type OpenStay = {
  readonly id: WatchSessionId;
  readonly userId: UserId | null;
  readonly startedAtMs: number;
  readonly lines: number;
  readonly reactions: number;
  readonly gifts: number;
  /** Times that they began to follow during this stay. */
  readonly follows: number;
};

export type EndedStay = OpenStay & {
  readonly endedAtMs: number;
  /** The broadcast ended first, so nobody knows how long they would have stayed. */
  readonly sawEnd: boolean;
};

/** What was before this stay, of one person in one channel. */
export type Past = {
  readonly watches: number;
  readonly lastStartedAtMs: number | null;
  /** They followed before they came. */
  readonly follows: boolean;
};

export const NO_PAST: Past = { watches: 0, lastStartedAtMs: null, follows: false };

const DAY_MS = 86_400_000;

export const hourOf = (atMs: number): number => Math.floor(atMs / 3_600_000) % 24;

export const daysBetween = (fromMs: number | null, toMs: number): number | null => (fromMs === null ? null : Math.max(0, (toMs - fromMs) / DAY_MS));

export const watchOf = (stay: OpenStay, past: Past, atMs: number): Watch => ({
  watchedS: Math.max(0, atMs - stay.startedAtMs) / 1_000,
  lines: stay.lines,
  reactions: stay.reactions,
  gifts: stay.gifts,
  hour: hourOf(atMs),
  earlierWatches: past.watches,
  daysSince: daysBetween(past.lastStartedAtMs, stay.startedAtMs),
  follows: past.follows || stay.follows > 0,
});
