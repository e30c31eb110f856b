// The rooms that are open: joining, dropping, coming back, leaving. Owns participants; asks its neighbours by functions
// that main.ts passes in, and knows neither media nor features. Invariant: a room is open while somebody has a place in it.

import { randomBytes, randomUUID } from 'node:crypto';
import { REJOIN_GRACE_MS } from '../../shared/limits.ts';
import type { ConnectionId, ParticipantId, RoomId, UserId } from '../../shared/ids.ts';
import type { ChannelView } from '../../shared/messages/rooms.ts';
import type { BroadcastView } from '../../shared/messages/broadcasts.ts';
import type { WatchAnswer, WatchOffer } from '../../shared/messages/watch.ts';
import type { EventData, Params, ParticipantEventName, Result } from '../../shared/messages.ts';
import { can } from '../../shared/permissions.ts';
import type { Permission, Role } from '../../shared/permissions.ts';
import type { Source } from '../../shared/sources.ts';
import type { Caller, Position, Seat, SessionUser } from '../hub/handler.ts';
import { AppError } from '../lib/app-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { LiveRoom } from './live-room.ts';
import { callerOf } from './participant.ts';
import type { Participant } from './participant.ts';
import { peopleIn } from './people.ts';
import { createUserIndex } from './user-index.ts';
import { prepareParts, snapshotOf } from './room-part.ts';
import type { RoomParts } from './room-part.ts';

export type RoomsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly rejoinGraceMs?: number;
  /** Null: no such channel. */
  readonly channelByHandle: (handle: string) => Promise<{ channel: ChannelView; ownerUserId: UserId } | null>;
  /** Throws `link_invalid` where a private broadcast wants another key (rule J6), `not_logged_in` where guests may not come in. */
  readonly admit: (roomId: RoomId, linkKey: string | undefined, user: SessionUser | null) => void;
  readonly isModerator: (roomId: RoomId, userId: UserId) => boolean;
  /** Have they a seat on the stage, and do they lead it? Null: no seat. */
  readonly seatKindOf: (roomId: RoomId, id: ParticipantId) => 'leads' | 'sits' | null;
  readonly broadcastIn: (roomId: RoomId) => BroadcastView | null;
  /** What features have to say about a room. */
  readonly parts: RoomParts;
  /** Does this participant's media arrive, as far as the server can see? True where nothing is on air. */
  readonly isReceiving: (roomId: RoomId, id: ParticipantId) => boolean;
  /** Where the room's event numbers stand. */
  readonly position: (roomId: RoomId) => Position;
  /** All room events after a position; null if they are not all there. */
  readonly missedSince: (roomId: RoomId, since: Position) => MissedEvents | null;
  /** Opens the receiving side; null while nothing is on air. */
  readonly watch: (participant: Participant, offer: WatchOffer) => Promise<WatchAnswer | null>;
  // Facts, told after they happened.
  /** A new place; coming back to the old one is none. `returns`: the page says that it was here before, and its place is gone. */
  readonly participantJoined: (participant: Participant, how: { readonly source: Source; readonly returns: boolean }) => void;
  readonly participantLeft: (participant: Participant) => void;
  /** Somebody came, went, or began to receive: `viewers` may say another number now. */
  readonly viewersChanged: (roomId: RoomId) => void;
  readonly roomClosed: (roomId: RoomId) => void;
};

type MissedEvents = Extract<Result<'room.join'>['state'], { is: 'missed' }>['events'];

export const createRooms = (deps: RoomsDeps) => {
  const { clock, log } = deps;
  const rejoinGraceMs = deps.rejoinGraceMs ?? REJOIN_GRACE_MS;
  const rooms = new Map<RoomId, LiveRoom>();
  const participants = new Map<ParticipantId, Participant>();
  const byConnection = new Map<ConnectionId, Participant>();
  const byUser = createUserIndex();
  /** How many are on the way in. */
  const entering = new Map<RoomId, number>();

  const openRoom = (id: RoomId, ownerUserId: UserId): LiveRoom => {
    const open = rooms.get(id) ?? new LiveRoom(id, ownerUserId);
    rooms.set(id, open);
    return open;
  };

  /** The room of somebody who is in it, which is open therefore. */
  const roomOf = (id: RoomId): LiveRoom => {
    const room = rooms.get(id);
    if (!room) throw new AppError('not_joined');
    return room;
  };

  const viewersIn = (room: LiveRoom, how: 'viewers' | 'viewersAbout' = 'viewers'): number =>
    room[how](clock.nowMs(), (id) => deps.isReceiving(room.id, id));

  const leave = (participant: Participant): void => {
    if (!participants.delete(participant.id)) return;
    byUser.remove(participant);
    const room = roomOf(participant.roomId);
    if (participant.presence.state === 'dropped') participant.presence.expiry();
    else {
      byConnection.delete(participant.presence.caller.connectionId);
      participant.presence.caller.sit(null);
    }
    room.remove(participant.id);
    log.debug({ room: room.id, participant: participant.id }, 'participant left');
    deps.participantLeft(participant);
    if (!participant.isStudio) deps.viewersChanged(room.id);
    closeIfEmpty(room.id);
  };

  const closeIfEmpty = (roomId: RoomId): void => {
    if (entering.has(roomId) || rooms.get(roomId)?.isEmpty === false) return;
    rooms.delete(roomId);
    for (const part of Object.values(deps.parts)) part.roomClosed?.(roomId);
    deps.roomClosed(roomId);
  };

  /** What was made ready for somebody on the way in stays until they are in, or were refused. */
  const onTheWayIn = async <T>(roomId: RoomId, enterRoom: () => Promise<T>): Promise<T> => {
    entering.set(roomId, (entering.get(roomId) ?? 0) + 1);
    try {
      return await enterRoom();
    } finally {
      const others = (entering.get(roomId) ?? 1) - 1;
      if (others > 0) entering.set(roomId, others);
      else entering.delete(roomId);
      closeIfEmpty(roomId);
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

  /** An owner who watches leads no broadcast from there, and may do all that moderators may. */
  const roleOf = (roomId: RoomId, { id, isStudio, isOwner, user }: Pick<Participant, 'id' | 'isStudio' | 'isOwner' | 'user'>): Role => {
    if (isStudio) return 'host';
    const seat = deps.seatKindOf(roomId, id);
    if (!user) return seat ? 'stage_guest' : 'guest';
    if (seat) return seat === 'leads' ? 'leader' : 'co_host';
    return isOwner || deps.isModerator(roomId, user.userId) ? 'moderator' : 'viewer';
  };

  const enter = (room: LiveRoom, caller: Caller, isStudio: boolean, isOwner: boolean): Participant => {
    const id = randomUUID() as ParticipantId;
    const who = { id, isStudio, isOwner, user: caller.user };
    const participant: Participant = {
      roomId: room.id,
      role: roleOf(room.id, who),
      ...who,
      person: caller.user?.userId ?? id,
      rejoinToken: randomBytes(24).toString('base64url'),
      joinedAtMs: clock.nowMs(),
      presence: { state: 'here', caller },
      needsSnapshot: true,
    };
    participants.set(id, participant);
    byUser.add(participant);
    byConnection.set(caller.connectionId, participant);
    room.add(participant);
    return participant;
  };

  const mayComeBack = (found: Participant | undefined, caller: Caller, isStudio: boolean): found is Participant =>
    found !== undefined && found.isStudio === isStudio && found.user?.userId === caller.user?.userId;

  const findOrEnter = (room: LiveRoom, caller: Caller, isStudio: boolean, isOwner: boolean, params: Params<'room.join'>): Participant => {
    const { rejoinToken: token, source = 'direct' } = params;
    const found = token === undefined ? undefined : room.byRejoinToken(token);
    if (mayComeBack(found, caller, isStudio)) {
      attach(found, caller);
      return found;
    }
    const earlier = isStudio ? room.studio() : undefined;
    // Enter before the earlier one leaves, so that the room does not close between the two.
    const participant = enter(room, caller, isStudio, isOwner);
    deps.participantJoined(participant, { source, returns: token !== undefined });
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
    const participant = await onTheWayIn(roomId, async () => {
      await prepareParts(deps.parts, roomId, caller.user?.userId ?? null);
      if (!isOwner) deps.admit(roomId, params.linkKey, caller.user);
      return findOrEnter(openRoom(roomId, found.ownerUserId), caller, isStudio, isOwner, params);
    });
    const watch = await openWatch(participant, params.watch);
    // The connection may have closed, or its place been taken, while the media worker answered.
    if (callerOf(participant) !== caller || !participants.has(participant.id)) throw new AppError('not_joined');
    deps.viewersChanged(roomId);
    // From here to the return nothing may wait: state and position belong together (rule J3).
    caller.sit(seatOf(participant));
    return {
      participantId: participant.id,
      role: participant.role,
      rejoinToken: participant.rejoinToken,
      ...deps.position(roomId),
      serverTimeMs: clock.nowMs(),
      state: stateFor(participant, found.channel, params.since),
      watch,
    };
  };

  const seatOf = ({ roomId, id, role, isOwner }: Participant): Seat => ({ roomId, participantId: id, role, isOwner });

  /** All that was missed, or everything; never a part (rule J8). */
  const stateFor = (participant: Participant, channel: ChannelView, since: Position | undefined): Result<'room.join'>['state'] => {
    const { roomId, id, role, user } = participant;
    const events = since && !participant.needsSnapshot ? deps.missedSince(roomId, since) : null;
    participant.needsSnapshot = false;
    if (events) return { is: 'missed', events };
    const snapshot = {
      channel,
      broadcast: deps.broadcastIn(roomId),
      viewers: viewersIn(roomOf(roomId), 'viewersAbout'),
      ...snapshotOf(deps.parts, roomId, { participantId: id, userId: user?.userId ?? null, role }),
    };
    return { is: 'snapshot', snapshot };
  };

  const tell = <E extends ParticipantEventName>(participant: Participant, name: E, data: EventData<E>): void => {
    const caller = callerOf(participant);
    if (caller?.seat) caller.notify(name, data);
    else participant.needsSnapshot = true; // Away, or still on the way in: the snapshot will say it.
  };

  const askRole = (participant: Participant): void => {
    const role = roleOf(participant.roomId, participant);
    if (role === participant.role) return;
    participant.role = role;
    const caller = callerOf(participant);
    if (caller?.seat) caller.sit(seatOf(participant));
    participant.needsSnapshot = true;
    tell(participant, 'role.changed', { role });
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
    participant.presence = { state: 'dropped', expiry: clock.after(rejoinGraceMs, () => leave(participant)), atMs: clock.nowMs() };
  };

  return {
    handlers: {
      'room.join': join,
      'room.leave': (_: unknown, caller: Caller): Record<string, never> => {
        const participant = byConnection.get(caller.connectionId);
        if (participant) leave(participant);
        return {};
      },
      'people.list': (_: unknown, caller: Caller): Result<'people.list'> => {
        if (!caller.seat) throw new AppError('not_joined');
        const { roomId } = caller.seat;
        return peopleIn(roomOf(roomId).participants(), (id) => deps.isReceiving(roomId, id));
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
      if (participant) tell(participant, name, data);
    },
    /** Tells all in a room who may do something, moderators for instance. */
    notifyThose<E extends ParticipantEventName>(roomId: RoomId, who: Permission, name: E, data: EventData<E>): void {
      for (const participant of rooms.get(roomId)?.participants() ?? []) if (can(participant.role, who)) tell(participant, name, data);
    },
    /** Tells one user, in every tab. */
    notifyUser<E extends ParticipantEventName>(roomId: RoomId, userId: UserId, name: E, data: EventData<E>): void {
      for (const participant of byUser.of(userId)) if (participant.roomId === roomId) tell(participant, name, data);
    },
    /** Tells one user in every room and tab; what is told may differ by room. */
    notifyEverywhere<E extends ParticipantEventName>(userId: UserId, name: E, dataFor: (roomId: RoomId) => EventData<E>): void {
      for (const participant of byUser.of(userId)) tell(participant, name, dataFor(participant.roomId));
    },
    /** They were named or dismissed as moderators: those of them who are here change their role. */
    rolesChanged(roomId: RoomId, userId: UserId): void {
      for (const participant of byUser.of(userId)) if (participant.roomId === roomId) askRole(participant);
    },
    /** The same for one of them, who may be a guest; nothing happens if they are gone. */
    roleChanged(roomId: RoomId, id: ParticipantId): void {
      const participant = participants.get(id);
      if (participant?.roomId === roomId) askRole(participant);
    },
    /** Whose channel this is; null while nobody is there. */
    ownerIn: (roomId: RoomId): UserId | null => rooms.get(roomId)?.ownerUserId ?? null,
    /** Who leads the show from the studio; null while it is not there. */
    hostIn: (roomId: RoomId): { readonly participantId: ParticipantId; readonly user: SessionUser | null } | null => {
      const studio = rooms.get(roomId)?.studio();
      return studio ? { participantId: studio.id, user: studio.user } : null;
    },
    /** Somebody who is here; null: they are not. */
    userIn: (roomId: RoomId, userId: UserId): SessionUser | null => byUser.of(userId).find((participant) => participant.roomId === roomId)?.user ?? null,
    /** Users of these account names who are here; the case of letters does not matter. */
    userIdsNamed: (roomId: RoomId, names: readonly string[]): UserId[] =>
      rooms.get(roomId)?.usersNamed(new Set(names.map((name) => name.toLowerCase()))) ?? [],
    /** The media plane says that somebody began or ceased to receive. */
    receivingChanged(roomId: RoomId): void {
      if (rooms.has(roomId)) deps.viewersChanged(roomId);
    },
    viewers(roomId: RoomId): number {
      const room = rooms.get(roomId);
      return room ? viewersIn(room) : 0;
    },
    /** Makes every viewer but the channel's own people join again (a private broadcast started, rule J6; guests may not stay). */
    readmitViewers(roomId: RoomId, isWelcome: (user: SessionUser | null) => boolean): void {
      for (const participant of rooms.get(roomId)?.participants() ?? []) {
        if (participant.isOwner || isWelcome(participant.user)) continue;
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
