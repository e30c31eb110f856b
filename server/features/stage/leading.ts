// Leading the stage in the host's place (rules S18-S20): the host asks a co-host, who says yes or no within a minute, and takes
// it back whenever they like. Whoever leads is a seat that is on stage; when it is not any more, the host leads again.
// Invariant: nobody leads without having said yes, and at most one is asked and one leads.

import type { ParticipantId, RoomId, UserId } from '../../../shared/ids.ts';
import { STAGE_INVITE_MS } from '../../../shared/limits.ts';
import type { InvitationEnd } from '../../../shared/messages/seats.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import type { Caller, Handlers } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { placeOf } from '../../rooms/place.ts';
import type { SeatsDeps } from './seats.ts';
import { seatOfUser } from './stage-book.ts';
import type { RoomStage, Seat } from './stage-book.ts';

export type LeadingDeps = Pick<SeatsDeps, 'book' | 'clock' | 'log' | 'view' | 'isOnAir' | 'mayAct' | 'notify' | 'notifyThose' | 'roleChanged'> & {
  readonly isOutcast: (roomId: RoomId, userId: UserId) => boolean;
  /** A fact: the broadcast goes on with other people's media now, or does not. */
  readonly carriersChanged: (roomId: RoomId) => void;
};

export const createLeading = (deps: LeadingDeps) => {
  const { book, clock, log, view } = deps;

  /** Nothing happens if nobody is asked. */
  const endOffer = (roomId: RoomId, answer: InvitationEnd): void => {
    const room = book.seek(roomId);
    if (!room?.offer) return;
    const { participantId, expiry } = room.offer;
    expiry();
    room.offer = null;
    deps.notify(participantId, 'lead.unoffered', {});
    deps.notifyThose(roomId, 'broadcast.control', 'lead.answered', { participantId, answer });
  };

  /** Null: the host. */
  const setLeader = (roomId: RoomId, leader: ParticipantId | null): void => {
    const room = book.seek(roomId);
    if (!room || room.leader === leader) return;
    const before = room.leader;
    room.leader = leader;
    for (const id of [before, leader]) if (id !== null) deps.roleChanged(roomId, id);
    deps.carriersChanged(roomId);
    view.seatsChanged(roomId);
    log.info({ room: roomId, participant: leader }, 'who leads the stage changed');
  };

  /** A guest leads nothing, nor does who is backstage or leads already; throws where they may not be asked. */
  const seatToAsk = (roomId: RoomId, room: RoomStage | undefined, id: ParticipantId): Seat => {
    const seat = room?.seats.get(id);
    if (!seat || seat.person.userId === null || seat.state !== 'on_stage' || room?.leader === id) throw new AppError('not_found', 'nobody who could lead');
    if (deps.isOutcast(roomId, seat.person.userId)) throw new AppError('permission_denied', 'lift their sanction first');
    return seat;
  };

  const handOver = ({ participantId }: Params<'stage.handOver'>, caller: Caller): Result<'stage.handOver'> => {
    const { seat: { roomId } } = placeOf(caller);
    if (!deps.isOnAir(roomId)) throw new AppError('not_live');
    seatToAsk(roomId, book.seek(roomId), participantId);
    endOffer(roomId, 'withdrawn');
    const expiresAtMs = clock.nowMs() + STAGE_INVITE_MS;
    book.of(roomId).offer = { participantId, expiresAtMs, expiry: clock.after(STAGE_INVITE_MS, () => endOffer(roomId, 'expired')) };
    deps.notify(participantId, 'lead.offered', { participantId, expiresAtMs });
    return { expiresAtMs };
  };

  const answer = ({ isAccepted }: Params<'stage.answerLead'>, caller: Caller): Result<'stage.answerLead'> => {
    const { seat: { roomId, participantId } } = placeOf(caller);
    if (book.seek(roomId)?.offer?.participantId !== participantId) throw new AppError('not_found', 'not asked, or not any more');
    if (isAccepted) deps.mayAct(caller);
    endOffer(roomId, isAccepted ? 'accepted' : 'declined');
    if (isAccepted) setLeader(roomId, participantId);
    return {};
  };

  const takeBack = (_: unknown, caller: Caller): Record<string, never> => {
    const { seat: { roomId, participantId, isOwner } } = placeOf(caller);
    if (!isOwner && book.seek(roomId)?.leader !== participantId) throw new AppError('permission_denied');
    if (isOwner) endOffer(roomId, 'withdrawn');
    setLeader(roomId, null);
    return {};
  };

  const handlers: Handlers<'stage.handOver' | 'stage.answerLead' | 'stage.takeBack'> = {
    'stage.handOver': handOver,
    'stage.answerLead': answer,
    'stage.takeBack': takeBack,
  };

  return {
    handlers,
    /** They sit backstage, or nowhere, from now on. */
    steppedBack(roomId: RoomId, participantId: ParticipantId): void {
      const room = book.seek(roomId);
      if (room?.offer?.participantId === participantId) endOffer(roomId, room.seats.has(participantId) ? 'withdrawn' : 'left');
      if (room?.leader === participantId) setLeader(roomId, null);
    },
    /** Under a sanction that its person knows of nobody is asked. */
    sanctioned(roomId: RoomId, userId: UserId): void {
      const room = book.seek(roomId);
      const seat = room && seatOfUser(room, userId);
      if (seat && room?.offer?.participantId === seat.participantId) endOffer(roomId, 'withdrawn');
    },
  };
};

export type Leading = ReturnType<typeof createLeading>;
