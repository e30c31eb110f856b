// The rooms that are open: joining, dropping, coming back, leaving. Owns participants; asks its neighbours by functions
// that main.ts passes in, and knows neither media nor features. Invariant: a room is open while somebody has a place in it.

import { randomBytes, randomUUID } from 'node:crypto';
import { REJOIN_GRACE_MS } from '../../shared/limits.ts';
import type { ConnectionId, ParticipantId, RoomId } from '../../shared/ids.ts';
import type { ChannelView } from '../../shared/messages/rooms.ts';
import type { BroadcastView } from '../../shared/messages/broadcasts.ts';
import type { WatchAnswer, WatchOffer } from '../../shared/messages/watch.ts';
import type { EventData, Params, ParticipantEventName, Result } from '../../shared/messages.ts';
import type { Caller, Position, SessionUser } from '../hub/handler.ts';
import { AppError } from '../lib/app-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { LiveRoom } from './live-room.ts';
import { callerOf } from './participant.ts';
import type { Participant } from './participant.ts';

export type RoomsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly rejoinGraceMs?: number;
  /** Null: no such channel. */
  readonly channelByHandle: (handle: string) => Promise<{ channel: ChannelView; ownerUserId: string } | null>;
  /** Throws `link_invalid` where a private broadcast wants another key (rule J6). */
  readonly admit: (roomId: RoomId, linkKey: string | undefined) => void;
  readonly broadcastIn: (roomId: RoomId) => BroadcastView | null;
  /** Where the room's event numbers stand. */
  readonly position: (roomId: RoomId) => Position;
  /** Opens the receiving side; null while nothing is on air. */
  readonly watch: (participant: Participant, offer: WatchOffer) => Promise<WatchAnswer | null>;
  // Facts, told after they happened.
  readonly participantLeft: (participant: Participant) => void;
  readonly viewersChanged: (roomId: RoomId, viewers: number) => void;
  readonly roomClosed: (roomId: RoomId) => void;
};

export const createRooms = (deps: RoomsDeps) => {
  const { clock, log } = deps;
  const rejoinGraceMs = deps.rejoinGraceMs ?? REJOIN_GRACE_MS;
  const rooms = new Map<RoomId, LiveRoom>();
  const participants = new Map<ParticipantId, Participant>();
  const byConnection = new Map<ConnectionId, Participant>();

  const roomOf = (id: RoomId): LiveRoom => {
    const open = rooms.get(id) ?? new LiveRoom(id);
    rooms.set(id, open);
    return open;
  };

  const leave = (participant: Participant): void => {
    if (!participants.delete(participant.id)) return;
    const room = roomOf(participant.roomId);
    if (participant.presence.state === 'dropped') participant.presence.expiry();
    else {
      byConnection.delete(participant.presence.caller.connectionId);
      participant.presence.caller.sit(null);
    }
    room.remove(participant.id);
    log.debug({ room: room.id, participant: participant.id }, 'participant left');
    deps.participantLeft(participant);
    if (!participant.isStudio) deps.viewersChanged(room.id, room.viewers());
    if (room.isEmpty) {
      rooms.delete(room.id);
      deps.roomClosed(room.id);
    }
  };

  /** Gives a participant this connection; one that it still had is the same page's half-open past. */
  const attach = (participant: Participant, caller: Caller): void => {
    const { presence } = participant;
    if (presence.state === 'dropped') presence.expiry();
    else if (presence.caller !== caller) {
      byConnection.delete(presence.caller.connectionId);
      presence.caller.sit(null);
      presence.caller.close('replaced');
    }
    participant.presence = { state: 'here', caller };
    byConnection.set(caller.connectionId, participant);
  };

  const enter = (room: LiveRoom, caller: Caller, isStudio: boolean): Participant => {
    const id = randomUUID() as ParticipantId;
    const participant: Participant = {
      id,
      roomId: room.id,
      role: isStudio ? 'host' : 'viewer',
      isStudio,
      user: caller.user,
      person: caller.user?.userId ?? id,
      rejoinToken: randomBytes(24).toString('base64url'),
      presence: { state: 'here', caller },
    };
    participants.set(id, participant);
    byConnection.set(caller.connectionId, participant);
    room.add(participant);
    return participant;
  };

  const mayComeBack = (found: Participant | undefined, caller: Caller, isStudio: boolean): found is Participant =>
    found !== undefined && found.isStudio === isStudio && found.user?.userId === caller.user?.userId;

  const findOrEnter = (roomId: RoomId, caller: Caller, isStudio: boolean, token: string | undefined): Participant => {
    const room = roomOf(roomId);
    const found = token === undefined ? undefined : room.byRejoinToken(token);
    if (mayComeBack(found, caller, isStudio)) {
      attach(found, caller);
      return found;
    }
    const earlier = isStudio ? room.studio() : undefined;
    // Enter before the earlier one leaves, so that the room does not close between the two.
    const participant = enter(room, caller, isStudio);
    if (earlier) {
      callerOf(earlier)?.close('replaced');
      leave(earlier);
    }
    return participant;
  };

  const join = async (params: Params<'room.join'>, caller: Caller): Promise<Result<'room.join'>> => {
    if (caller.seat || byConnection.has(caller.connectionId)) throw new AppError('already_joined');
    const found = await deps.channelByHandle(params.handle);
    if (!found) throw new AppError('channel_not_found');
    const roomId = found.channel.channelId;
    const isStudio = params.as === 'studio';
    const isOwner = caller.user?.userId === found.ownerUserId;
    if (isStudio && !isOwner) throw new AppError(caller.user ? 'permission_denied' : 'not_logged_in');
    if (!isOwner) deps.admit(roomId, params.linkKey);
    const participant = findOrEnter(roomId, caller, isStudio, params.rejoinToken);
    const watch = await openWatch(participant, params.watch);
    // The connection may have closed, or its place been taken, while the media worker answered.
    if (callerOf(participant) !== caller || !participants.has(participant.id)) throw new AppError('not_joined');
    const room = roomOf(roomId);
    const viewers = room.viewers();
    deps.viewersChanged(roomId, viewers);
    // From here to the return nothing may wait: snapshot and position belong together (rule J3).
    caller.sit({ roomId, participantId: participant.id, role: participant.role });
    return {
      participantId: participant.id,
      role: participant.role,
      rejoinToken: participant.rejoinToken,
      ...deps.position(roomId),
      serverTimeMs: clock.nowMs(),
      snapshot: { channel: found.channel, broadcast: deps.broadcastIn(roomId), viewers },
      watch,
    };
  };

  const openWatch = async (participant: Participant, offer: WatchOffer | undefined): Promise<WatchAnswer | null> => {
    if (!offer || participant.isStudio) return null;
    try {
      return await deps.watch(participant, offer);
    } catch (error) {
      // The page can still be read and heard of; it shows the media error by asking again with watch.open.
      log.warn({ err: error, room: participant.roomId }, 'media not opened at join');
      return null;
    }
  };

  /** The connection is gone. `isGoodbye`: the page closed it, rather than the network (rule J4). */
  const connectionClosed = (caller: Caller, isGoodbye: boolean): void => {
    const participant = byConnection.get(caller.connectionId);
    if (!participant) return;
    byConnection.delete(caller.connectionId);
    if (isGoodbye) return leave(participant);
    participant.presence = { state: 'dropped', expiry: clock.after(rejoinGraceMs, () => leave(participant)) };
  };

  return {
    handlers: {
      'room.join': join,
      'room.leave': (_: unknown, caller: Caller): Record<string, never> => {
        const participant = byConnection.get(caller.connectionId);
        if (participant) leave(participant);
        return {};
      },
    },
    connectionClosed,
    /** The participant that a request comes from; throws `not_joined`. */
    participantOf(caller: Caller): Participant {
      const participant = byConnection.get(caller.connectionId);
      if (!participant) throw new AppError('not_joined');
      return participant;
    },
    /** Tells one participant something; nothing happens while it is dropped or gone (it takes a snapshot on return). */
    notify<E extends ParticipantEventName>(id: ParticipantId, name: E, data: EventData<E>): void {
      const participant = participants.get(id);
      if (participant) callerOf(participant)?.notify(name, data);
    },
    viewers: (roomId: RoomId): number => rooms.get(roomId)?.viewers() ?? 0,
    /** Makes every viewer but the channel's own people join again (a private broadcast started, rule J6). */
    readmitViewers(roomId: RoomId, isWelcome: (user: SessionUser | null) => boolean): void {
      for (const participant of rooms.get(roomId)?.participants() ?? []) {
        if (participant.isStudio || isWelcome(participant.user)) continue;
        callerOf(participant)?.close('rejoin');
        leave(participant);
      }
    },
    counts: () => ({ rooms: rooms.size, participants: participants.size }),
    close(): void {
      for (const participant of participants.values()) leave(participant);
    },
  };
};

export type Rooms = ReturnType<typeof createRooms>;
