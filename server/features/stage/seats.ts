// Seats of the stage (rules S8-S12): who sits there beside the host, and what the host does with them. A seat is a participant's,
// so it outlives a drop of the connection as the participant does, and ends with it. The media of a seat ends before the seat:
// what is published without a seat counts as the host's.

import type { ParticipantId, RoomId, UserId } from '../../../shared/ids.ts';
import type { EventData, Params, ParticipantEventName, Result } from '../../../shared/messages.ts';
import type { SystemFact } from '../../../shared/messages/chat.ts';
import type { Permission } from '../../../shared/permissions.ts';
import type { Caller, Handlers } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Media } from '../../media/media.ts';
import { placeOf } from '../../rooms/place.ts';
import { HOST_PLACE, LINK_PLACE, seatOfUser } from './stage-book.ts';
import type { Place, Seat, Seated, StageBook } from './stage-book.ts';
import type { Host, LinkedRoom, StageViewing } from './stage-view.ts';

export type SeatsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly book: StageBook;
  readonly view: StageViewing;
  readonly media: Pick<Media, 'publications' | 'stopPublishing'>;
  readonly isOnAir: (roomId: RoomId) => boolean;
  readonly hostIn: (roomId: RoomId) => Host | null;
  /** Null: linked with no other channel. */
  readonly linkIn: (roomId: RoomId) => LinkedRoom | null;
  /** This room does not show, or shows again, the host of the channel that it is linked with. */
  readonly hideLink: (roomId: RoomId, isHidden: boolean) => void;
  /** Throws `banned` or `timed_out`. */
  readonly mayAct: (caller: Caller) => { readonly isShadow: boolean };
  readonly notifyThose: <E extends ParticipantEventName>(roomId: RoomId, who: Permission, name: E, data: EventData<E>) => void;
  readonly notifyUser: <E extends ParticipantEventName>(roomId: RoomId, userId: UserId, name: E, data: EventData<E>) => void;
  readonly notify: <E extends ParticipantEventName>(participantId: ParticipantId, name: E, data: EventData<E>) => void;
  /** This one's role in a room is to be asked for again. */
  readonly roleChanged: (roomId: RoomId, participantId: ParticipantId) => void;
  readonly sayFact: (roomId: RoomId, fact: SystemFact, subject: string) => void;
  /** Mutes or unmutes, and tells the room. */
  readonly setMuted: (roomId: RoomId, participantId: ParticipantId, params: Params<'stage.mute'>) => Promise<void>;
  /** A fact: whoever sat there is not before the audience any more. */
  readonly steppedBack: (roomId: RoomId, participantId: ParticipantId) => void;
  /** A fact: this person was sent away from the stage. */
  readonly sentAway: (roomId: RoomId) => void;
};

type Names = 'stage.bringUp' | 'stage.sendBack' | 'stage.silence' | 'stage.hide' | 'stage.remove' | 'stage.stepDown' | 'layout.set';

/** Guests have seats too. */
const seatOf = ({ seat }: Caller): NonNullable<Caller['seat']> => {
  if (!seat) throw new AppError('not_joined');
  return seat;
};
const roomOf = (caller: Caller): RoomId => placeOf(caller).seat.roomId;

export const createSeats = (deps: SeatsDeps) => {
  const { book, log, media, view } = deps;

  /** A co-host's; throws `not_found`, for the host too. */
  const seatAt = (roomId: RoomId, participantId: ParticipantId): Seat => {
    const seat = book.seek(roomId)?.seats.get(participantId);
    if (!seat) throw new AppError('not_found', 'no such seat');
    return seat;
  };

  const take = (roomId: RoomId, participantId: ParticipantId, person: Seated): void => {
    book.of(roomId).seats.set(participantId, { participantId, person, state: 'backstage', isHidden: false });
    deps.roleChanged(roomId, participantId);
    view.viewsChanged(roomId);
    log.info({ room: roomId, participant: participantId }, 'seat taken');
  };

  const vacate = (roomId: RoomId, { participantId }: Seat): void => {
    media.stopPublishing(participantId);
    book.of(roomId).seats.delete(participantId);
    deps.steppedBack(roomId, participantId);
    deps.roleChanged(roomId, participantId);
    view.viewsChanged(roomId);
    log.info({ room: roomId, participant: participantId }, 'seat given up');
  };

  const change = (roomId: RoomId, seat: Seat, fields: Partial<Pick<Seat, 'state' | 'isHidden'>>): Record<string, never> => {
    const isComing = fields.state === 'on_stage' && seat.state === 'backstage';
    Object.assign(seat, fields);
    if (fields.state === 'backstage') deps.steppedBack(roomId, seat.participantId);
    view.viewsChanged(roomId);
    if (isComing) deps.sayFact(roomId, 'stage_joined', seat.person.displayName);
    return {};
  };

  const silence = async (roomId: RoomId, { participantId }: Seat): Promise<void> => {
    const sounds = media.publications(roomId).filter((it) => it.participantId === participantId && it.kind === 'audio' && !it.muted);
    const muting = sounds.map(({ publicationId }) => deps.setMuted(roomId, participantId, { publicationId, muted: true }));
    for (const result of await Promise.allSettled(muting)) {
      // What ended meanwhile is silent too.
      const isGone = result.status === 'rejected' && result.reason instanceof AppError && ['not_found', 'transport_gone'].includes(result.reason.code);
      if (result.status === 'rejected' && !isGone) throw result.reason;
    }
  };

  const placesOf = (roomId: RoomId, order: readonly ParticipantId[]): Place[] => {
    if (new Set(order).size !== order.length) throw new AppError('bad_request', 'a seat twice');
    const hostId = deps.hostIn(roomId)?.participantId;
    const linkedId = view.linkedHostIn(roomId);
    return order.map((id) => {
      if (id === hostId) return HOST_PLACE;
      return id === linkedId ? LINK_PLACE : seatAt(roomId, id).participantId;
    });
  };

  const setLayout = ({ kind, order }: Params<'layout.set'>, caller: Caller): Result<'layout.set'> => {
    const roomId = roomOf(caller);
    book.of(roomId).layout = { kind, order: placesOf(roomId, order) };
    view.seatsChanged(roomId);
    return {};
  };

  const handlers: Handlers<Names> = {
    'stage.bringUp': ({ participantId }, caller) => change(roomOf(caller), seatAt(roomOf(caller), participantId), { state: 'on_stage' }),
    'stage.sendBack': ({ participantId }, caller) => change(roomOf(caller), seatAt(roomOf(caller), participantId), { state: 'backstage' }),
    'stage.hide': ({ participantId, isHidden }, caller) => {
      const roomId = roomOf(caller);
      if (participantId !== view.linkedHostIn(roomId)) return change(roomId, seatAt(roomId, participantId), { isHidden });
      deps.hideLink(roomId, isHidden);
      return {};
    },
    'stage.silence': async ({ participantId }, caller) => {
      await silence(roomOf(caller), seatAt(roomOf(caller), participantId));
      return {};
    },
    'stage.remove': ({ participantId }, caller) => {
      vacate(roomOf(caller), seatAt(roomOf(caller), participantId));
      deps.sentAway(roomOf(caller));
      return {};
    },
    'stage.stepDown': (_, caller) => {
      const { roomId, participantId } = seatOf(caller);
      vacate(roomId, seatAt(roomId, participantId));
      return {};
    },
    'layout.set': setLayout,
  };

  return {
    handlers,
    take,
    /** Nothing happens to who has no seat. */
    participantLeft(roomId: RoomId, participantId: ParticipantId): void {
      const seat = book.seek(roomId)?.seats.get(participantId);
      if (seat) vacate(roomId, seat);
    },
    userBanned(roomId: RoomId, userId: UserId): void {
      const room = book.seek(roomId);
      const seat = room && seatOfUser(room, userId);
      if (!seat) return;
      vacate(roomId, seat);
      deps.sentAway(roomId);
    },
  };
};

export type Seats = ReturnType<typeof createSeats>;
