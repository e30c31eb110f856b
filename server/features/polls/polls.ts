// Polls of a room (rules P1-P4): open, vote, close. Owns the newest poll of each room with all its votes, loaded when somebody
// comes in. Opening needs the database, because votes hang on the poll's row and one open poll for a channel is its word;
// votes and the close do not: they are counted at once and written soon, or when the database is back.

import { randomUUID } from 'node:crypto';
import type { BroadcastId, PollId, RoomId, UserId } from '../../../shared/ids.ts';
import { LATE_VOTES_MS, TALLY_TICK_MS } from '../../../shared/limits.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import type { SystemFact } from '../../../shared/messages/chat.ts';
import type { FrameStamp } from '../../../shared/messages/time.ts';
import type { RoomSnapshot } from '../../../shared/messages/rooms.ts';
import type { Caller, Handlers, Publish, StampFrame } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { createBatchedWrites } from '../../lib/batched-writes.ts';
import type { Cancel, Clock } from '../../lib/clock.ts';
import { createLoaded } from '../../lib/loaded.ts';
import type { Log } from '../../lib/log.ts';
import { createTicks } from '../../lib/ticks.ts';
import type { RoomPart } from '../../rooms/room-part.ts';
import { choiceOf, choose, cleanPoll, createPoll, isInTime, viewOf } from './poll.ts';
import type { Poll } from './poll.ts';
import { createPollStore } from './store.ts';
import type { CloseRow, PollDatabase, VoteRow } from './store.ts';

export type PollsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: PollDatabase;
  readonly publish: Publish;
  readonly stampFrame: StampFrame;
  readonly broadcastIdIn: (roomId: RoomId) => BroadcastId | null;
  /** Throws `banned` or `timed_out`. */
  readonly mayAct: (caller: Caller) => { readonly isShadow: boolean };
  readonly sayFact: (roomId: RoomId, fact: SystemFact, subject: string) => void;
};

/** Short, since a crash of the process loses what waits. */
const WRITE_DELAY_MS = 250;
const VOTERS_MAX = 500_000; // of one poll: about 50 MB

type RoomPoll = { poll: Poll | null };

const placeOf = ({ seat, user }: Caller): { roomId: RoomId; userId: UserId } => {
  if (!seat) throw new AppError('not_joined');
  if (!user) throw new AppError('not_logged_in');
  return { roomId: seat.roomId, userId: user.userId };
};

export const createPolls = (deps: PollsDeps) => {
  const { clock, log, publish, stampFrame } = deps;
  const store = createPollStore(deps.database);
  const closes = createBatchedWrites<CloseRow>({ clock, log, what: 'poll closes', delayMs: WRITE_DELAY_MS, write: store.close });
  const votes = createBatchedWrites<VoteRow>({ clock, log, what: 'poll votes', delayMs: WRITE_DELAY_MS, write: store.saveVotes });
  const opening = new Set<RoomId>();
  const closing = new Map<RoomId, Cancel>();

  const load = async (roomId: RoomId): Promise<RoomPoll> => {
    // What is still to be written about this room must be in what is read.
    await Promise.all([closes.flush(), votes.flush()]);
    const stored = await store.newest(roomId);
    // A restart ends the wait for late votes: nobody knows any more when it began.
    return { poll: stored && createPoll({ ...stored, state: stored.isClosed ? 'closed' : 'open' }, stored.choices) };
  };
  const rooms = createLoaded(load, (roomId, { poll }) => {
    if (poll?.state === 'open') publish(roomId, 'poll.opened', { poll: viewOf(poll) });
  });

  const ticks = createTicks<RoomId>({
    clock,
    tickMs: TALLY_TICK_MS,
    tick(roomId) {
      const poll = rooms.get(roomId)?.poll;
      if (poll && poll.state !== 'closed') publish(roomId, 'poll.tallied', { pollId: poll.pollId, votes: [...poll.votes] });
    },
  });

  const open = async ({ seen, ...typed }: Params<'poll.open'>, caller: Caller): Promise<Result<'poll.open'>> => {
    const { roomId } = placeOf(caller);
    const cleaned = cleanPoll(typed);
    const openedFrameMs = stampFrame(caller, seen)?.capturedAtMs ?? null;
    const room = await rooms.ready(roomId);
    if (opening.has(roomId) || (room.poll && room.poll.state !== 'closed')) throw new AppError('poll_running');
    const fields = { pollId: randomUUID() as PollId, broadcastId: deps.broadcastIdIn(roomId), ...cleaned, openedFrameMs };
    opening.add(roomId);
    try {
      await closes.flush(); // the database takes one open poll of a channel
      await store.open({ ...fields, roomId, openedAtMs: clock.nowMs() });
    } finally {
      opening.delete(roomId);
    }
    const poll = (room.poll = createPoll({ ...fields, state: 'open', closedFrameMs: null }));
    publish(roomId, 'poll.opened', { poll: viewOf(poll) });
    deps.sayFact(roomId, 'poll_opened', poll.question);
    log.info({ room: roomId, poll: poll.pollId, options: poll.options.length }, 'poll opened');
    return { poll: viewOf(poll) };
  };

  /** Only the newest of a room can be voted for; all others are closed. */
  const voted = (poll: Poll | null, { pollId, option }: Params<'poll.vote'>, stamp: FrameStamp | null): Poll => {
    if (poll?.pollId !== pollId || !isInTime(poll, stamp)) throw new AppError('poll_closed');
    if (option >= poll.options.length) throw new AppError('bad_request', 'no such option');
    return poll;
  };

  const vote = async (params: Params<'poll.vote'>, caller: Caller): Promise<Result<'poll.vote'>> => {
    const { roomId, userId } = placeOf(caller);
    const stamp = stampFrame(caller, params.seen); // before anything waits: it is the time of arrival
    const { isShadow } = deps.mayAct(caller);
    const poll = voted((await rooms.ready(roomId)).poll, params, stamp);
    const voters = isShadow ? poll.shadowChoices : poll.choices;
    if (votes.isFull() || (voters.size >= VOTERS_MAX && !voters.has(userId))) throw new AppError('busy', 'too many votes');
    if (isShadow) {
      poll.shadowChoices.set(userId, params.option);
      return {};
    }
    if (!choose(poll, userId, params.option)) return {};
    votes.put(`${poll.pollId}/${userId}`, {
      pollId: poll.pollId,
      userId,
      option: params.option,
      votedAtMs: clock.nowMs(),
      seenAtMs: stamp?.capturedAtMs ?? null,
      seenErrorMs: stamp && Math.ceil(stamp.errorMs),
    });
    ticks.ask(roomId);
    return {};
  };

  const finish = (roomId: RoomId, poll: Poll): void => {
    closing.delete(roomId);
    ticks.forget(roomId); // the last count comes with the close
    poll.state = 'closed';
    publish(roomId, 'poll.closed', { poll: viewOf(poll) });
    deps.sayFact(roomId, 'poll_closed', poll.question);
    log.info({ room: roomId, poll: poll.pollId, voters: poll.choices.size }, 'poll closed');
  };

  const close = async ({ pollId, seen }: Params<'poll.close'>, caller: Caller): Promise<Result<'poll.close'>> => {
    const { roomId } = placeOf(caller);
    const stamp = stampFrame(caller, seen);
    const { poll } = await rooms.ready(roomId);
    if (poll?.pollId !== pollId) throw new AppError('not_found', 'no such poll');
    if (poll.state !== 'open') return { poll: viewOf(poll) };
    if (closes.isFull()) throw new AppError('database_unavailable');
    // Who leads the show from a viewer's page may see an older frame than the one on which the host opened it.
    poll.closedFrameMs = stamp && Math.max(stamp.capturedAtMs, poll.openedFrameMs ?? 0);
    closes.put(pollId, { pollId, closedAtMs: clock.nowMs(), closedFrameMs: poll.closedFrameMs });
    if (!stamp) finish(roomId, poll);
    else {
      poll.state = 'closing';
      closing.set(roomId, clock.after(LATE_VOTES_MS, () => finish(roomId, poll)));
      publish(roomId, 'poll.closed', { poll: viewOf(poll) });
    }
    return { poll: viewOf(poll) };
  };

  const handlers: Handlers<'poll.open' | 'poll.vote' | 'poll.close'> = { 'poll.open': open, 'poll.vote': vote, 'poll.close': close };

  const part: RoomPart<RoomSnapshot['poll']> = {
    prepare: (roomId) => rooms.prepare(roomId),
    snapshot(roomId, { userId }) {
      const poll = rooms.get(roomId)?.poll;
      if (!poll) return null;
      // What an earlier broadcast decided is no news in this one.
      if (poll.state === 'closed' && poll.broadcastId !== deps.broadcastIdIn(roomId)) return null;
      return { poll: viewOf(poll), myOption: userId === null ? null : choiceOf(poll, userId) };
    },
    roomClosed(roomId) {
      closing.get(roomId)?.();
      closing.delete(roomId);
      ticks.forget(roomId);
      rooms.forget(roomId); // what waits to be written waits on
    },
  };

  return {
    handlers,
    part,
    /** A poll that was opened in it ends with it; nobody is left to close it. */
    broadcastEnded(roomId: RoomId): void {
      const poll = rooms.get(roomId)?.poll;
      if (!poll || poll.broadcastId === null || poll.state !== 'open') return;
      closes.put(poll.pollId, { pollId: poll.pollId, closedAtMs: clock.nowMs(), closedFrameMs: null });
      finish(roomId, poll);
    },
    /** Rooms in memory; tests count them to zero. */
    rooms: (): number => rooms.size(),
    async close(): Promise<void> {
      for (const cancel of closing.values()) cancel();
      closing.clear();
      ticks.close();
      await Promise.all([closes.close(), votes.close()]);
    },
  };
};

export type Polls = ReturnType<typeof createPolls>;
