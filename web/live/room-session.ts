// A place in a room, kept through every reconnect: joins when the connection opens, comes back as the same participant, and
// hands each fresh snapshot on, or, after a short absence, the events that were missed. First join and rejoin are one path.
// Knows neither media nor features; the watch offer and its answer only pass through.

import type { ParticipantId } from '../../shared/ids.ts';
import type { RoomSnapshot } from '../../shared/messages/rooms.ts';
import type { Params, Result } from '../../shared/messages.ts';
import type { WatchAnswer, WatchOffer } from '../../shared/messages/watch.ts';
import type { Source } from '../../shared/sources.ts';
import { backoffMs } from './backoff.ts';
import { browserClock } from './clock.ts';
import type { Cancel, Clock } from './clock.ts';
import type { ClosedReason, Connection } from './connection.ts';
import { createListeners } from './listeners.ts';
import { RequestError } from './request-error.ts';
import type { RequestErrorCode } from './request-error.ts';

const RETRY = { firstMs: 500, maxMs: 10_000 };

export type Joined = Omit<Result<'room.join'>, 'rejoinToken' | 'watch' | 'state'> & { readonly snapshot: RoomSnapshot };

export type RoomSessionState =
  | { readonly is: 'joining' }
  | { readonly is: 'joined'; readonly participantId: ParticipantId; readonly role: Joined['role'] }
  /** The connection is away, or the server was busy; it goes on by itself. */
  | { readonly is: 'waiting' }
  /** The server said no, and asking again would not help. */
  | { readonly is: 'refused'; readonly code: RequestErrorCode }
  | { readonly is: 'closed'; readonly reason: ClosedReason };

export type RoomSession = {
  readonly state: () => RoomSessionState;
  readonly onState: (fn: (state: RoomSessionState) => void) => Cancel;
  /** Tries again after `refused`, for instance with another link key. */
  readonly join: (change?: { readonly linkKey?: string }) => void;
  /** Leaves the room; the connection stays open. */
  readonly leave: () => void;
};

export type RoomSessionDeps = {
  readonly connection: Connection;
  readonly handle: string;
  readonly as: 'viewer' | 'studio';
  readonly linkKey?: string | undefined;
  /** What brought the person here; absent: nothing that is known. */
  readonly source?: Source | undefined;
  /** Asked before each join; `undefined` leaves the media that this participant has as it is. */
  readonly prepareWatch?: () => Promise<WatchOffer | undefined>;
  /** Where the receiver gets what its offer brought; null: nothing is on air. */
  readonly onWatch?: (answer: WatchAnswer | null) => void;
  /** A fresh snapshot; it replaces all that the page knew. Room events follow from here on. */
  readonly onJoined: (joined: Joined) => void;
  readonly clock?: Clock;
};

export const createRoomSession = (deps: RoomSessionDeps): RoomSession => {
  const { connection, clock = browserClock } = deps;
  const states = createListeners<RoomSessionState>();
  let state: RoomSessionState = { is: 'joining' };
  let linkKey = deps.linkKey;
  let rejoinToken: string | undefined;
  let cancelRetry: Cancel = () => {};
  let attempt = 0;
  /** The join under way; an answer to an older one is not for us any more. */
  let round = 0;

  const enter = (next: RoomSessionState): void => {
    state = next;
    states.tell(next);
  };

  const paramsOf = (watch: WatchOffer | undefined): Params<'room.join'> => {
    const since = rejoinToken === undefined ? null : connection.position();
    return {
      handle: deps.handle,
      as: deps.as,
      ...(linkKey === undefined ? {} : { linkKey }),
      ...(deps.source === undefined ? {} : { source: deps.source }),
      ...(rejoinToken === undefined ? {} : { rejoinToken }),
      ...(since === null ? {} : { since }),
      ...(watch === undefined ? {} : { watch }),
    };
  };

  const take = (result: Result<'room.join'>, offered: boolean): void => {
    const { rejoinToken: token, watch, state: room, ...joined } = result;
    rejoinToken = token;
    attempt = 0;
    const before = connection.position();
    // The snapshot first: events that overtook the reply are delivered by `follow` and build on it (rule J3).
    if (room.is === 'snapshot') deps.onJoined({ ...joined, snapshot: room.snapshot });
    if (offered) deps.onWatch?.(watch);
    if (room.is === 'missed' && before) connection.follow(before, room.events);
    else connection.follow({ epoch: joined.epoch, seq: joined.seq });
    enter({ is: 'joined', participantId: joined.participantId, role: joined.role });
  };

  const failed = (error: unknown): void => {
    if (!(error instanceof RequestError)) throw error;
    if (connection.state().is !== 'open') return; // The next opening joins.
    // A reply was lost on the way, so the place may be ours already: only a new socket starts clean.
    if (error.code === 'already_joined' || error.code === 'unreachable') return connection.restart();
    if (!error.retryable) return enter({ is: 'refused', code: error.code });
    cancelRetry = clock.after(Math.max(error.retryAfterMs ?? 0, backoffMs(RETRY, attempt)), join);
    attempt += 1;
    enter({ is: 'waiting' });
  };

  const ask = async (mine: number): Promise<void> => {
    const watch = await deps.prepareWatch?.();
    if (mine !== round) return;
    const result = await connection.request('room.join', paramsOf(watch));
    if (mine === round) take(result, watch !== undefined);
  };

  function join(): void {
    cancelRetry();
    round += 1;
    const mine = round;
    enter({ is: 'joining' });
    ask(mine).catch((error: unknown) => {
      if (mine === round) failed(error);
    });
  }

  const away = (next: RoomSessionState): void => {
    cancelRetry();
    round += 1;
    enter(next);
  };

  const stopListening = [
    connection.onState((now) => {
      if (now.is === 'open' && state.is !== 'refused') join();
      else if (now.is === 'waiting' && state.is !== 'refused') away({ is: 'waiting' });
      else if (now.is === 'closed') away({ is: 'closed', reason: now.reason });
    }),
    connection.onOutOfStep(connection.restart),
  ];
  if (connection.state().is === 'open') join();

  return {
    state: () => state,
    onState: states.add,
    join: (change) => {
      linkKey = change?.linkKey ?? linkKey;
      if (connection.state().is === 'open') join();
    },
    leave: () => {
      for (const stop of stopListening) stop();
      away({ is: 'closed', reason: 'asked' });
      connection.request('room.leave', {}).catch(() => {}); // Gone already: the same as left.
    },
  };
};
