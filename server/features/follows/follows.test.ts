import { expect, test } from 'vitest';
import type { ConnectionId, ParticipantId, RoomId, SessionId, UserId } from '../../../shared/ids.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createFollows } from './follows.ts';
import type { FollowStore } from './store.ts';

const ROOM = 'room' as RoomId;
const ada = 'ada' as UserId;
const callerOf = (name: string, isOwner = false): Caller => ({
  connectionId: name as ConnectionId,
  address: '192.0.2.1',
  user: { userId: name as UserId, sessionId: name as SessionId, name, displayName: name },
  seat: { roomId: ROOM, participantId: name as ParticipantId, role: 'viewer', isOwner },
  sit() {},
  notify() {},
  close() {},
});
const readerOf = (userId: UserId | null) => ({ participantId: 'p' as ParticipantId, userId, role: 'viewer' }) as const;

/** A store in memory that can be taken away. */
const setUp = () => {
  const clock = createHandClock();
  const kept = new Map<UserId, number>();
  const asked: string[] = [];
  let isAway = false;
  const answer = async <T>(what: string, read: () => T): Promise<T> => {
    asked.push(what);
    await Promise.resolve();
    if (isAway) throw new AppError('database_unavailable');
    return read();
  };
  const store: FollowStore = {
    count: () => answer('count', () => kept.size),
    followedSince: (_, userId) => answer(`since ${userId}`, () => kept.get(userId) ?? null),
    follow: (_, userId, atMs) =>
      answer('follow', () => {
        const isNew = !kept.has(userId);
        if (isNew) kept.set(userId, atMs);
        return { sinceMs: kept.get(userId) ?? atMs, isNew };
      }),
    unfollow: (_, userId) => answer('unfollow', () => kept.delete(userId)),
    wantsNotices: () => answer('wants', () => null),
    setWantsNotices: () => answer('set wants', () => undefined),
    followedBy: () => answer('followed by', () => []),
  };
  const follows = createFollows({ followed: () => {}, clock, log: createLog({ level: 'silent' }), database: { run: () => Promise.reject(new Error('not asked')) }, store });
  const set = (name: string, isFollowing: boolean) => follows.handlers['follow.set']({ isFollowing }, callerOf(name));
  return { ...follows, clock, kept, asked, set, setAway: (away: boolean) => { isAway = away; } };
};

test('[F1] saying twice how it shall be is saying it once', async () => {
  const { part, set } = setUp();
  await part.prepare?.(ROOM, ada);
  expect(part.snapshot(ROOM, readerOf(ada))).toEqual({ followers: 0, isFollowing: false });
  for (const _ of [1, 2]) expect(await set('ada', true)).toEqual({ followers: 1, isFollowing: true });
  expect(await set('bob', true)).toEqual({ followers: 2, isFollowing: true });
  expect([part.snapshot(ROOM, readerOf(ada)), part.snapshot(ROOM, readerOf(null))]).toEqual([{ followers: 2, isFollowing: true }, { followers: 2, isFollowing: false }]);
  for (const _ of [1, 2]) expect(await set('ada', false)).toEqual({ followers: 1, isFollowing: false });
});

test('[F2] the time counts from the last beginning', async () => {
  const { part, set, clock, followedSince } = setUp();
  await part.prepare?.(ROOM, ada);
  expect(followedSince(ROOM, ada)).toBeNull();
  const firstMs = clock.nowMs();
  await set('ada', true);
  clock.advance(60_000);
  await set('ada', true);
  expect(followedSince(ROOM, ada)).toBe(firstMs);
  await set('ada', false);
  await set('ada', true);
  expect(followedSince(ROOM, ada)).toBe(firstMs + 60_000);
});

test('what is known is not asked for again, and many who come at once ask once', async () => {
  const { part, asked } = setUp();
  await Promise.all([1, 2, 3].map(async () => part.prepare?.(ROOM, ada)));
  await part.prepare?.(ROOM, ada);
  expect(asked).toEqual(['count', 'since ada']);
});

test('without a database people come in, and the questions are asked again later', async () => {
  const { part, kept, set, setAway, followedSince, rooms } = setUp();
  kept.set(ada, 5);
  setAway(true);
  await part.prepare?.(ROOM, ada);
  expect(part.snapshot(ROOM, readerOf(ada))).toEqual({ followers: 0, isFollowing: false });
  expect(() => followedSince(ROOM, ada)).toThrow(expect.objectContaining({ code: 'database_unavailable' }) as Error);
  await expect(set('ada', false)).rejects.toMatchObject({ code: 'database_unavailable' });
  setAway(false);
  await part.prepare?.(ROOM, ada);
  expect([part.snapshot(ROOM, readerOf(ada)), followedSince(ROOM, ada)]).toEqual([{ followers: 1, isFollowing: true }, 5]);
  part.roomClosed?.(ROOM);
  expect(rooms()).toBe(0);
});

test('nobody follows themselves', async () => {
  const { handlers } = setUp();
  await expect(handlers['follow.set']({ isFollowing: true }, callerOf('host', true))).rejects.toMatchObject({ code: 'permission_denied' });
});
