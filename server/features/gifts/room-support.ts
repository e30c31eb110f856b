// The rooms' sums in memory: read when somebody comes in, moved on by each commit, told once a tick. What was committed while a
// room was being read waits, and is put on top of what was read.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import { TALLY_TICK_MS, TOP_SUPPORTERS_MAX } from '../../../shared/limits.ts';
import type { EventData, Params } from '../../../shared/messages.ts';
import { createLoaded } from '../../lib/loaded.ts';
import { createTicks } from '../../lib/ticks.ts';
import type { GiftsDeps } from './parts.ts';
import { createPinned } from './pinned.ts';
import type { Pinned } from './pinned.ts';
import type { GiftStore } from './store.ts';
import { addGain, countGoal, fanLevelFor, goalView, learnFanCoins, setGoal, supportOf, topOf, turnTo } from './support.ts';
import type { Gain, Support } from './support.ts';

export type RoomGiving = { readonly support: Support; readonly pinned: Pinned };
type Change = (room: RoomGiving) => void;

export type RoomSupportDeps = Pick<GiftsDeps, 'clock' | 'publish' | 'broadcastIdIn' | 'isOutcast'> & { readonly store: GiftStore };

export const createRoomSupport = (deps: RoomSupportDeps) => {
  const { clock, publish, store, broadcastIdIn } = deps;
  /** For rooms that are being read: what happened meanwhile. */
  const waiting = new Map<RoomId, Change[]>();

  const load = async (roomId: RoomId): Promise<RoomGiving> => {
    const changes: Change[] = [];
    waiting.set(roomId, changes);
    try {
      const [support, pinned] = await Promise.all([store.support(roomId, broadcastIdIn(roomId)), store.pinned(roomId, clock.nowMs())]);
      const room = { support: supportOf(support), pinned: createPinned(pinned) };
      for (const change of changes) change(room);
      return room;
    } finally {
      if (waiting.get(roomId) === changes) waiting.delete(roomId);
    }
  };
  const rooms = createLoaded(load, (roomId, { support }) => {
    publish(roomId, 'goal.changed', { goal: goalView(support) });
    ticks.ask(roomId);
  });

  const current = (roomId: RoomId): RoomGiving | undefined => {
    const room = rooms.get(roomId);
    if (room) turnTo(room.support, broadcastIdIn(roomId));
    return room;
  };
  /** In a room that nobody is in there is nothing to change: the next reading will have it. */
  const change = (roomId: RoomId, make: Change): void => {
    const room = current(roomId);
    if (room) make(room);
    else waiting.get(roomId)?.push(make);
  };

  const sumsOf = (roomId: RoomId, { support }: RoomGiving): EventData<'support.counted'> => ({
    goalCoins: support.goal && support.goal.givenCoins,
    broadcastCoins: support.broadcastCoins,
    supporters: topOf(support, TOP_SUPPORTERS_MAX, (userId) => deps.isOutcast(roomId, userId)),
  });
  let lastGoalMs = 0;
  /** No two goals are set in the same moment. */
  const nextGoalMs = (): number => (lastGoalMs = Math.max(clock.nowMs(), lastGoalMs + 1));
  const ticks = createTicks<RoomId>({
    clock,
    tickMs: TALLY_TICK_MS,
    tick(roomId) {
      const room = current(roomId);
      if (room) publish(roomId, 'support.counted', sumsOf(roomId, room));
    },
  });

  let lastGoal: Promise<void> = Promise.resolve();
  const storeGoal = async (roomId: RoomId, wish: Params<'goal.set'>['goal']): Promise<void> => {
    const goal = wish && { ...wish, goalId: String(nextGoalMs()), givenCoins: 0 };
    await store.setGoal(roomId, goal);
    change(roomId, ({ support }) => {
      setGoal(support, goal);
      publish(roomId, 'goal.changed', { goal: goalView(support) });
    });
  };

  return {
    prepare: (roomId: RoomId): Promise<void> => rooms.prepare(roomId),
    ready: (roomId: RoomId): Promise<RoomGiving> => rooms.ready(roomId),
    get: current,
    change,
    sumsOf,
    /** Told with the next tick. */
    counted: (roomId: RoomId): void => ticks.ask(roomId),
    gained: (roomId: RoomId, gain: Gain): void => change(roomId, ({ support }) => void addGain(support, gain)),
    goalCounted: (roomId: RoomId, goalId: string, givenCoins: number): void => change(roomId, ({ support }) => countGoal(support, goalId, givenCoins)),
    learnFanCoins: (roomId: RoomId, userId: UserId, coins: number): void => change(roomId, ({ support }) => learnFanCoins(support, userId, coins)),
    fanCoinsIn: (roomId: RoomId, userId: UserId): number | null => rooms.get(roomId)?.support.fanCoins.get(userId) ?? null,
    fanLevelIn: (roomId: RoomId, userId: UserId): number => fanLevelFor(rooms.get(roomId)?.support, userId),
    /** One after the other, so that the last one in the database is the last one here. Throws `database_unavailable`. */
    setGoal(roomId: RoomId, wish: Params<'goal.set'>['goal']): Promise<void> {
      const set = lastGoal.then(() => storeGoal(roomId, wish));
      lastGoal = set.catch(() => {});
      return set;
    },
    roomClosed(roomId: RoomId): void {
      ticks.forget(roomId);
      rooms.forget(roomId);
      waiting.delete(roomId);
    },
    size: rooms.size,
    close: (): void => ticks.close(),
  };
};

export type RoomSupport = ReturnType<typeof createRoomSupport>;
