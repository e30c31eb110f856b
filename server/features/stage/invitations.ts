// Invitations to the stage (rule S7): the host asks, the person answers within a minute. Each keeps a seat free, so that who
// says yes always has one. Nobody is on stage without having said yes.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import { STAGE_INVITE_MS, STAGE_SEATS_MAX } from '../../../shared/limits.ts';
import type { InvitationEnd } from '../../../shared/messages/seats.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import type { Caller, Handlers } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { placeOf } from '../../rooms/place.ts';
import type { Hands } from './hands.ts';
import type { Seats, SeatsDeps } from './seats.ts';
import { personOf, seatOfUser, takenOf } from './stage-book.ts';
import type { Person, RoomStage } from './stage-book.ts';

export type InvitationsDeps = Pick<SeatsDeps, 'book' | 'clock' | 'log' | 'isOnAir' | 'mayAct' | 'notifyThose' | 'notifyUser' | 'linkIn'> & {
  readonly seats: Seats;
  readonly hands: Hands;
  /** Null: not in this room. */
  readonly userIn: (roomId: RoomId, userId: UserId) => Person | null;
  readonly ownerOf: (roomId: RoomId) => UserId | null;
  /** Banned, openly or not. */
  readonly isOutcast: (roomId: RoomId, userId: UserId) => boolean;
};

export const createInvitations = (deps: InvitationsDeps) => {
  const { book, clock, seats, hands } = deps;

  /** Nothing happens if there is none. */
  const end = (roomId: RoomId, userId: UserId, answer: InvitationEnd): void => {
    const room = book.seek(roomId);
    const invitation = room?.invitations.get(userId);
    if (!room || !invitation) return;
    invitation.expiry();
    room.invitations.delete(userId);
    deps.notifyUser(roomId, userId, 'stage.uninvited', {});
    deps.notifyThose(roomId, 'stage.direct', 'stage.answered', { userId, answer });
  };

  /** Throws where they may not be asked. */
  const guestOf = (roomId: RoomId, room: RoomStage, userId: UserId): Person => {
    const person = deps.userIn(roomId, userId);
    if (!person) throw new AppError('not_found', 'not here');
    if (userId === deps.ownerOf(roomId) || seatOfUser(room, userId)) throw new AppError('already_on_stage');
    if (deps.isOutcast(roomId, userId)) throw new AppError('permission_denied', 'lift their sanction first');
    return personOf(person);
  };

  const invite = ({ userId }: Params<'stage.invite'>, caller: Caller): Result<'stage.invite'> => {
    const { seat: { roomId } } = placeOf(caller);
    if (!deps.isOnAir(roomId)) throw new AppError('not_live');
    const room = book.of(roomId);
    const person = guestOf(roomId, room, userId);
    const before = room.invitations.get(userId);
    const linked = deps.linkIn(roomId) ? 1 : 0; // the other host has a seat too
    if (!before && takenOf(room) + linked >= STAGE_SEATS_MAX) throw new AppError('stage_full');
    before?.expiry();
    const expiresAtMs = clock.nowMs() + STAGE_INVITE_MS;
    room.invitations.set(userId, { person, expiresAtMs, expiry: clock.after(STAGE_INVITE_MS, () => end(roomId, userId, 'expired')) });
    deps.notifyUser(roomId, userId, 'stage.invited', { expiresAtMs });
    return { expiresAtMs };
  };

  const answer = ({ isAccepted }: Params<'stage.answer'>, caller: Caller): Result<'stage.answer'> => {
    const { seat: { roomId, participantId }, user: { userId } } = placeOf(caller);
    const invitation = book.seek(roomId)?.invitations.get(userId);
    if (!invitation) throw new AppError('not_found', 'not invited, or not any more');
    if (isAccepted) deps.mayAct(caller);
    end(roomId, userId, isAccepted ? 'accepted' : 'declined');
    hands.lower(roomId, userId);
    if (isAccepted) seats.take(roomId, participantId, invitation.person);
    return {};
  };

  const handlers: Handlers<'stage.invite' | 'stage.withdraw' | 'stage.answer'> = {
    'stage.invite': invite,
    'stage.withdraw': ({ userId }, caller) => {
      end(placeOf(caller).seat.roomId, userId, 'withdrawn');
      return {};
    },
    'stage.answer': answer,
  };

  return {
    handlers,
    end,
    /** They may have other tabs here. */
    participantLeft(roomId: RoomId, userId: UserId): void {
      if (!deps.userIn(roomId, userId)) end(roomId, userId, 'left');
    },
  };
};

export type Invitations = ReturnType<typeof createInvitations>;
