// One stay: one person (or guest) in one broadcast, from coming in to going. Plain state and arithmetic; times are given in.
// Invariant: `playedMs` is the length of a union of spans between the stay's start and now, so no page can claim more.

import type { BroadcastId, ParticipantId, RoomId, UserId, WatchSessionId } from '../../../shared/ids.ts';
import type { Source } from '../../../shared/sources.ts';

/** What was done, in a stay or in a minute. */
export type Deeds = {
  /** Chat lines that all could read. */
  readonly lines: number;
  /** Taps. */
  readonly reactions: number;
  /** Gifts and super chats, each sending one. */
  readonly gifts: number;
  /** What they cost the giver. */
  readonly coins: number;
  /** 1 for who began to follow, whatever they do afterwards. */
  readonly follows: number;
};
export type DeedName = keyof Deeds;

export const NO_DEEDS: Deeds = { lines: 0, reactions: 0, gifts: 0, coins: 0, follows: 0 };

/** A stay that goes on. The object changes while it does: copy what is to be kept. */
export type OpenStay = Deeds & {
  /** Sorts by time. */
  readonly id: WatchSessionId;
  readonly roomId: RoomId;
  readonly broadcastId: BroadcastId;
  /** Null: a guest, or somebody who keeps no history. */
  readonly userId: UserId | null;
  /** Of one of their tabs. */
  readonly participantId: ParticipantId;
  readonly source: Source;
  readonly startedAtMs: number;
  /** Moving picture so far, in ms. */
  readonly playedMs: number;
  /** From coming in to the first picture, as their page measured it; null: it has not told. */
  readonly firstPictureMs: number | null;
  /** The first stay of this person in this channel; null: a guest, or not known yet. */
  readonly isNew: boolean | null;
  readonly lastDeedAtMs: number | null;
};

export type EndedStay = OpenStay & {
  readonly endedAtMs: number;
  /** Still there when the broadcast ended: nobody knows how long they would have stayed. */
  readonly sawEnd: boolean;
};

/** How recording itself keeps it. */
export type Stay = { -readonly [K in keyof OpenStay]: OpenStay[K] } & {
  /** Up to where moving picture is counted. */
  playedUntilMs: number;
  /** Since when nobody of them is here, while they may come back; null: they are here. */
  awaySinceMs: number | null;
  /** Until when they may come back. */
  awayUntilMs: number;
  /** That they really watch was told. */
  isTold: boolean;
};

export type NewStay = Pick<OpenStay, 'id' | 'roomId' | 'broadcastId' | 'userId' | 'participantId' | 'source' | 'startedAtMs' | 'isNew'>;

export const beginStay = (fields: NewStay): Stay => ({
  ...fields, ...NO_DEEDS, playedMs: 0, firstPictureMs: null, lastDeedAtMs: null, playedUntilMs: fields.startedAtMs, awaySinceMs: null, awayUntilMs: 0, isTold: false,
});

/**
 * A page says that the picture moved for `playedMs` up to `nowMs`. Counted once where several tabs overlap, and no earlier than
 * `sinceMs`, when that tab reported last.
 */
export const addPlayed = (stay: Stay, playedMs: number, sinceMs: number, nowMs: number): void => {
  const fromMs = Math.max(nowMs - playedMs, sinceMs, stay.playedUntilMs);
  if (fromMs >= nowMs) return;
  stay.playedMs += nowMs - fromMs;
  stay.playedUntilMs = nowMs;
};

export const addDeed = (stay: Stay, deed: DeedName, count: number, nowMs: number): void => {
  stay[deed] += count;
  stay.lastDeedAtMs = nowMs;
};

/** It ends no earlier than it began, also when a clock was set back. */
export const endedStay = (stay: Stay, endedAtMs: number, sawEnd: boolean): EndedStay => {
  const { playedUntilMs: _, awaySinceMs: __, awayUntilMs: ___, isTold: ____, ...open } = stay;
  return { ...open, endedAtMs: Math.max(stay.startedAtMs, endedAtMs), sawEnd };
};
