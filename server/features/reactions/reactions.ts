// Hearts and their like (rules R1-R2): counted, told once a tick as one event, kept for each second of the picture. Holds
// nothing longer than a tick but what waits to be written. Only a picture of the mood: if the database breaks off in the
// middle of a write, that write's few seconds may be counted twice.

import type { BroadcastId, RoomId, UserId } from '../../../shared/ids.ts';
import { REACTION_TICK_MS } from '../../../shared/limits.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import type { Reaction } from '../../../shared/messages/reactions.ts';
import type { FrameStamp } from '../../../shared/messages/time.ts';
import type { Caller, Handlers, Publish, StampFrame } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { createBatchedWrites } from '../../lib/batched-writes.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { createTicks } from '../../lib/ticks.ts';
import { createReactionStore } from './store.ts';
import type { ReactionDatabase, ReactionRow } from './store.ts';

export type ReactionsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: ReactionDatabase;
  readonly publish: Publish;
  readonly stampFrame: StampFrame;
  readonly broadcastIdIn: (roomId: RoomId) => BroadcastId | null;
  /** Throws `banned` or `timed_out`. */
  readonly mayAct: (caller: Caller) => { readonly isShadow: boolean };
  /** A fact: somebody's taps count. */
  readonly reacted: (roomId: RoomId, userId: UserId, taps: number) => void;
};

/** Long enough for the whole audience's taps for one second to be one row. */
const WRITE_DELAY_MS = 3_000;

export const createReactions = (deps: ReactionsDeps) => {
  const { clock, log } = deps;
  const store = createReactionStore(deps.database);
  const untold = new Map<RoomId, Map<Reaction, number>>();
  const writes = createBatchedWrites<ReactionRow>({
    clock, log, what: 'reaction counts', delayMs: WRITE_DELAY_MS,
    merge: (earlier, later) => ({ ...earlier, count: earlier.count + later.count }),
    write: store.add,
  });

  const ticks = createTicks<RoomId>({
    clock,
    tickMs: REACTION_TICK_MS,
    tick(roomId) {
      const counts = [...(untold.get(roomId) ?? [])].map(([reaction, count]) => ({ reaction, count }));
      untold.delete(roomId);
      if (counts.length > 0) deps.publish(roomId, 'reactions.counted', { counts });
    },
  });

  const keep = (roomId: RoomId, reaction: Reaction, count: number, stamp: FrameStamp | null): void => {
    const broadcastId = deps.broadcastIdIn(roomId);
    if (!broadcastId || !stamp) return; // Nothing is on air: there is no picture to keep it for.
    const second = Math.floor(stamp.timelineMs / 1000);
    writes.put(`${broadcastId}/${second}/${reaction}`, { broadcastId, second, reaction, count });
  };

  const send = ({ reaction, count, seen }: Params<'reaction.send'>, caller: Caller): Result<'reaction.send'> => {
    if (!caller.seat) throw new AppError('not_joined');
    const { roomId } = caller.seat;
    if (deps.mayAct(caller).isShadow) return {};
    const counts = untold.get(roomId) ?? new Map<Reaction, number>();
    untold.set(roomId, counts.set(reaction, (counts.get(reaction) ?? 0) + count));
    keep(roomId, reaction, count, deps.stampFrame(caller, seen));
    if (caller.user) deps.reacted(roomId, caller.user.userId, count);
    ticks.ask(roomId);
    return {};
  };

  const handlers: Handlers<'reaction.send'> = { 'reaction.send': send };

  return {
    handlers,
    /** Rooms with counts that are not told yet; tests count them to zero. */
    rooms: (): number => untold.size,
    async close(): Promise<void> {
      ticks.close();
      await writes.close();
    },
  };
};

export type Reactions = ReturnType<typeof createReactions>;
