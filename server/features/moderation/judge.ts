// May this person do this now, and may everybody see it? Answers at once, from what is known of the room (rules M1, M3-M5, M7).
// Owns the count for slow mode; knows no line and no vote.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import type { HeldLine } from '../../../shared/messages/moderation.ts';
import type { Caller, Seat } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { placeOf } from '../../rooms/place.ts';
import { hasLink } from './links.ts';
import type { Room, RoomBook } from './room-book.ts';
import type { InForce } from './store.ts';
import type { WordFilter } from './word-filter.ts';

export type Verdict = { readonly isShadow: boolean; readonly hold: HeldLine['cause'] | null };
export type Line = { readonly text: string; readonly isEdit: boolean };

export type JudgeDeps = {
  readonly clock: Clock;
  readonly book: RoomBook;
  readonly operatorWords: WordFilter;
  /** When this person began to follow the channel; null: they do not. Throws `database_unavailable` if that is not known. */
  readonly followedSince: (roomId: RoomId, userId: UserId) => number | null;
};

/** Above this many writers those who may write again are forgotten. */
const WRITERS_KEPT_MAX = 5_000;
const MINUTE_MS = 60_000;

/** The rules are for the audience; those who keep the room are trusted. */
const isTrusted = ({ role, isOwner }: Seat): boolean => isOwner || role === 'host' || role === 'leader' || role === 'co_host' || role === 'moderator';

export const isOver = ({ untilMs }: InForce, nowMs: number): boolean => untilMs !== null && untilMs <= nowMs;

export const createJudge = ({ clock, book, operatorWords, followedSince }: JudgeDeps) => {
  /** Throws for who may do nothing; true for who does it before no audience. */
  const isShadowed = (room: Room, userId: UserId): boolean => {
    const sanction = room.sanctions.get(userId);
    if (!sanction || isOver(sanction, clock.nowMs())) return false;
    if (sanction.kind === 'ban') throw new AppError('banned');
    if (sanction.kind === 'shadow_ban') return true;
    throw new AppError('timed_out', 'timed_out', { retryAfterMs: (sanction.untilMs ?? clock.nowMs()) - clock.nowMs() });
  };

  const checkFollowing = (room: Room, userId: UserId): void => {
    const { followersOnlyMin } = room.kept.rules;
    if (followersOnlyMin === null) return;
    const sinceMs = followedSince(room.id, userId);
    if (sinceMs === null || clock.nowMs() - sinceMs < followersOnlyMin * MINUTE_MS) throw new AppError('followers_only');
  };

  const checkPace = (room: Room, userId: UserId): void => {
    const lastMs = room.lastLineAtMs.get(userId);
    if (lastMs === undefined) return;
    const waitMs = lastMs + room.kept.rules.slowModeS * 1_000 - clock.nowMs();
    if (waitMs > 0) throw new AppError('slow_mode', 'slow_mode', { retryAfterMs: waitMs });
  };

  const countLine = (room: Room, userId: UserId): void => {
    const { lastLineAtMs, kept } = room;
    if (kept.rules.slowModeS === 0) return lastLineAtMs.clear();
    lastLineAtMs.delete(userId);
    lastLineAtMs.set(userId, clock.nowMs()); // the last in the map's order is the latest writer
    if (lastLineAtMs.size <= WRITERS_KEPT_MAX) return;
    const freeSinceMs = clock.nowMs() - kept.rules.slowModeS * 1_000;
    for (const [writer, atMs] of lastLineAtMs) {
      if (atMs > freeSinceMs) break;
      lastLineAtMs.delete(writer);
    }
  };

  /** Throws `word_blocked` or `link_blocked`. Which word it was is not told: that would help to get around it. */
  const holdFor = (room: Room, text: string): Verdict['hold'] => {
    const { links, holdsAll } = room.kept.rules;
    const words = [operatorWords(text), room.findWords(text)];
    if (words.includes('blocked')) throw new AppError('word_blocked');
    const isLink = links !== 'allow' && hasLink(text);
    if (isLink && links === 'block') throw new AppError('link_blocked');
    if (words.includes('held')) return 'word';
    if (isLink) return 'link';
    return holdsAll ? 'rule' : null;
  };

  return {
    /** Throws `banned`, `timed_out`, `followers_only`, `slow_mode`, `word_blocked`, `link_blocked`, `database_unavailable`. */
    judge(caller: Caller, { text, isEdit }: Line): Verdict {
      const { seat, user: { userId } } = placeOf(caller);
      const room = book.known(seat.roomId);
      const isShadow = isShadowed(room, userId);
      if (isTrusted(seat)) return { isShadow, hold: null };
      checkFollowing(room, userId);
      if (!isEdit) checkPace(room, userId);
      const hold = holdFor(room, text);
      if (!isEdit) countLine(room, userId);
      return { isShadow, hold };
    },
    /** What nobody would look at before it is shown. Throws `word_blocked`, `link_blocked`, `database_unavailable`. */
    checkWords(roomId: RoomId, text: string): void {
      const hold = holdFor(book.known(roomId), text);
      if (hold === 'word') throw new AppError('word_blocked');
      if (hold === 'link') throw new AppError('link_blocked');
    },
    /** Throws `banned`, `timed_out`, `database_unavailable`. */
    mayAct(caller: Caller): { readonly isShadow: boolean } {
      const { seat, user: { userId } } = placeOf(caller);
      return { isShadow: isShadowed(book.known(seat.roomId), userId) };
    },
  };
};
