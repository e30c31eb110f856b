// What the plumbing and the features agree on: types only. A feature sees callers and names of messages, never sockets.

import type { CloseReason } from '../../shared/errors.ts';
import type { ConnectionId, ParticipantId, RoomId, SessionId, UserId } from '../../shared/ids.ts';
import type {
  EventData, Params, ParticipantEventName, RequestName, Result, RoomEventName,
} from '../../shared/messages.ts';
import type { FrameStamp, SeenFrame } from '../../shared/messages/time.ts';
import type { Role } from '../../shared/permissions.ts';

/** A logged-in user as the rest of the server knows them. */
export type SessionUser = {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly name: string;
  readonly displayName: string;
};

/** A connection's place in a room; given by rooms/, read by dispatch (role) and audience (room). */
export type Seat = {
  readonly roomId: RoomId;
  readonly participantId: ParticipantId;
  readonly role: Role;
  /** The channel is theirs, wherever they sit: what they say is the host's word. */
  readonly isOwner: boolean;
};

/**
 * One WebSocket, as features see it. Requests of one caller are handled one after the other, in the order they came.
 * `notify` and `close` do nothing once the connection is closed; `notify` keeps order with replies.
 */
export interface Caller {
  readonly connectionId: ConnectionId;
  /** The client's address, behind trusted proxies the forwarded one. */
  readonly address: string;
  readonly user: SessionUser | null;
  readonly seat: Seat | null;
  /** Takes or gives up a seat: from now on the caller hears (or no longer hears) that room's events. */
  sit(seat: Seat | null): void;
  notify<E extends ParticipantEventName>(name: E, data: EventData<E>): void;
  close(reason: CloseReason): void;
}

export type Handler<N extends RequestName> = (params: Params<N>, caller: Caller) => Promise<Result<N>> | Result<N>;
export type Handlers<N extends RequestName = RequestName> = { readonly [K in N]: Handler<K> };

/** Tells a fact to all in a room: checked, numbered (seq), encoded once. Never throws for want of listeners. */
export type Publish = <E extends RoomEventName>(roomId: RoomId, name: E, data: EventData<E>) => void;

/**
 * Which frame an interaction belongs to: what the page claims to have seen, within what the server knows to be possible, or
 * the server's own estimate where it claims nothing. `draftMsMax`: how long ago the thing may have been begun. Null: nothing
 * is on air.
 */
export type StampFrame = (caller: Caller, seen: SeenFrame | null, options?: { readonly draftMsMax?: number }) => FrameStamp | null;

/** Where a room's numbering stands: a snapshot taken now is followed by the event `seq + 1` of the same `epoch`. */
export type Position = { readonly epoch: string; readonly seq: number };
