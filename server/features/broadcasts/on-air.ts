// One broadcast while it is on air: what it is called, who watched, whether the host is there. Plain state and arithmetic;
// times are given in, so that tests need no clock.

import type { BroadcastId, ImageId, RoomId } from '../../../shared/ids.ts';
import type { BroadcastSummary, BroadcastView, Visibility } from '../../../shared/messages/broadcasts.ts';
import type { SpokenLanguage } from '../../../shared/spoken-languages.ts';
import type { ClockOffset } from '../../../shared/time.ts';
import type { Category } from '../../../shared/categories.ts';
import type { Cancel } from '../../lib/clock.ts';
import type { TroubleWatch } from './trouble.ts';

export type Described = {
  readonly title: string;
  readonly category: Category;
  readonly tags: string[];
  readonly language: SpokenLanguage | null;
  readonly visibility: Visibility;
};

export type OnAir = {
  readonly id: BroadcastId;
  readonly roomId: RoomId;
  readonly startedAtMs: number;
  readonly linkKey: string | null;
  readonly coverImageId: ImageId | null;
  described: Described;
  state: BroadcastView['state'];
  hostClock: ClockOffset | null;
  readonly trouble: TroubleWatch;
  viewers: number;
  peakViewers: number;
  /** Viewers times milliseconds, up to countedAtMs. */
  viewerMs: number;
  countedAtMs: number;
  /** Ends the broadcast if the host stays away. */
  grace: Cancel | null;
};

/** Takes a new number of viewers into the sums. */
export const countViewers = (onAir: OnAir, viewers: number, nowMs: number): void => {
  // A clock set back must not make the integral shrink.
  onAir.viewerMs += onAir.viewers * Math.max(0, nowMs - onAir.countedAtMs);
  onAir.countedAtMs = nowMs;
  onAir.viewers = viewers;
  onAir.peakViewers = Math.max(onAir.peakViewers, viewers);
};

export const summaryOf = (onAir: OnAir, endedAtMs: number): BroadcastSummary => {
  const durationMs = Math.max(0, endedAtMs - onAir.startedAtMs);
  return {
    broadcastId: onAir.id,
    title: onAir.described.title,
    startedAtMs: onAir.startedAtMs,
    durationMs,
    peakViewers: onAir.peakViewers,
    averageViewers: durationMs === 0 ? onAir.viewers : onAir.viewerMs / durationMs,
  };
};
