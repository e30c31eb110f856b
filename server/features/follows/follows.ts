// Who follows a channel (rules F1-F3). Keeps, for open rooms, how many follow and since when the people who came in do; asks
// the database before somebody joins, so that later questions wait for nothing.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import type { FollowSnapshot } from '../../../shared/messages/people.ts';
import type { Params } from '../../../shared/messages.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { RoomPart } from '../../rooms/room-part.ts';
import { createFollowStore } from './store.ts';
import type { Database, FollowStore } from './store.ts';

export type FollowsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Pick<Database, 'run'>;
  /** A fact: somebody began to follow who did not. */
  readonly followed: (roomId: RoomId, userId: UserId) => void;
  /** In tests. */
  readonly store?: FollowStore;
};

type Known = { followers: number | null; readonly since: Map<UserId, number | null> };

/** In one room; who came in longest ago is asked for again. */
const PEOPLE_KNOWN_MAX = 100_000;
const RETRY_AFTER_MS = 1_000;

export const createFollows = (deps: FollowsDeps) => {
  const { clock, log } = deps;
  const store = deps.store ?? createFollowStore(deps.database);
  const rooms = new Map<RoomId, Known>();
  const asking = new Map<string, Promise<void>>();

  const knownOf = (roomId: RoomId): Known => {
    const known = rooms.get(roomId) ?? { followers: null, since: new Map() };
    rooms.set(roomId, known);
    return known;
  };

  /** Many who ask at once are one question. */
  const once = (question: string, ask: () => Promise<void>): Promise<void> => {
    const work = asking.get(question) ?? ask().finally(() => asking.delete(question));
    asking.set(question, work);
    return work;
  };

  const keep = ({ since }: Known, userId: UserId, atMs: number | null): void => {
    since.delete(userId);
    since.set(userId, atMs);
    if (since.size > PEOPLE_KNOWN_MAX) for (const oldest of since.keys()) { since.delete(oldest); break; }
  };

  const askCount = (roomId: RoomId, known: Known): Promise<void> =>
    once(roomId, async () => {
      known.followers = await store.count(roomId);
    });
  const askPerson = (roomId: RoomId, known: Known, userId: UserId): Promise<void> =>
    once(`${roomId} ${userId}`, async () => {
      const sinceMs = await store.followedSince(roomId, userId);
      if (!known.since.has(userId)) keep(known, userId, sinceMs); // they may have followed meanwhile
    });

  const viewOf = ({ followers, since }: Known, userId: UserId | null): FollowSnapshot => ({
    followers: followers ?? 0,
    isFollowing: userId !== null && (since.get(userId) ?? null) !== null,
  });

  /** The count changes with the state and not with the wish: wishing twice is wishing once. */
  const setFollowing = async (roomId: RoomId, userId: UserId, isFollowing: boolean): Promise<FollowSnapshot> => {
    const known = knownOf(roomId);
    if (known.followers === null) await askCount(roomId, known);
    const change = isFollowing ? await follow(roomId, userId) : await unfollow(roomId, userId);
    keep(known, userId, change.sinceMs);
    if (change.more > 0) deps.followed(roomId, userId);
    known.followers = Math.max(0, (known.followers ?? 0) + change.more);
    return viewOf(known, userId);
  };
  const follow = async (roomId: RoomId, userId: UserId): Promise<{ sinceMs: number | null; more: number }> => {
    const { sinceMs, isNew } = await store.follow(roomId, userId, clock.nowMs());
    return { sinceMs, more: isNew ? 1 : 0 };
  };
  const unfollow = async (roomId: RoomId, userId: UserId): Promise<{ sinceMs: number | null; more: number }> => ({
    sinceMs: null,
    more: (await store.unfollow(roomId, userId)) ? -1 : 0,
  });

  const part: RoomPart<FollowSnapshot> = {
    async prepare(roomId, userId) {
      const known = knownOf(roomId);
      const questions = [
        ...(known.followers === null ? [askCount(roomId, known)] : []),
        ...(userId !== null && !known.since.has(userId) ? [askPerson(roomId, known, userId)] : []),
      ];
      for (const outcome of await Promise.allSettled(questions)) {
        if (outcome.status === 'fulfilled') continue;
        if (!(outcome.reason instanceof AppError)) throw outcome.reason;
        log.warn({ err: outcome.reason, room: roomId }, 'followers not read'); // People come in all the same.
      }
    },
    snapshot: (roomId, { userId }) => viewOf(knownOf(roomId), userId),
    roomClosed: (roomId) => void rooms.delete(roomId),
  };

  return {
    handlers: {
      'follow.set': async ({ isFollowing }: Params<'follow.set'>, { seat, user }: Caller): Promise<FollowSnapshot> => {
        if (!seat) throw new AppError('not_joined');
        if (!user) throw new AppError('not_logged_in');
        if (seat.isOwner) throw new AppError('permission_denied', 'the channel is yours');
        return setFollowing(seat.roomId, user.userId, isFollowing);
      },
    },
    part,
    /** The same from outside of the room, over HTTP. */
    setFollowing,
    store,
    /** Null: they do not follow. Throws `database_unavailable` while that is not known, and asks for it. */
    followedSince(roomId: RoomId, userId: UserId): number | null {
      const known = knownOf(roomId);
      const sinceMs = known.since.get(userId);
      if (sinceMs !== undefined) return sinceMs;
      askPerson(roomId, known, userId).catch(() => {}); // Whoever asks next hears of it.
      throw new AppError('database_unavailable', 'not known yet', { retryAfterMs: RETRY_AFTER_MS });
    },
    /** Rooms in memory; tests count them to zero. */
    rooms: (): number => rooms.size,
    /** Nothing is left to be done: every wish was stored before it was answered. */
    close: (): void => rooms.clear(),
  };
};

export type Follows = ReturnType<typeof createFollows>;
