// Hands: who wants to come on stage, and why (rule S6). The queue of a room, the longest waiting first; those who moderate hear
// of it, and each person of their own hand.

import type { ParticipantId, RoomId, UserId } from '../../../shared/ids.ts';
import { HANDS_MAX, HAND_CHARS_MAX } from '../../../shared/limits.ts';
import type { Hand } from '../../../shared/messages/seats.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import type { Caller, Handlers } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import { placeOf } from '../../rooms/place.ts';
import type { SeatsDeps } from './seats.ts';
import { personOf, seatOfUser } from './stage-book.ts';
import type { RoomStage } from './stage-book.ts';

export type HandsDeps = Pick<SeatsDeps, 'book' | 'clock' | 'isOnAir' | 'mayAct' | 'notifyThose' | 'notifyUser'>;

const cleanWhy = (typed: string): string => {
  const why = cleanLine(typed);
  if (why.length > HAND_CHARS_MAX) throw new AppError('bad_request', 'too long');
  return why;
};

export const createHands = (deps: HandsDeps) => {
  const { book, clock } = deps;

  /** What moderators see; the others are alone with theirs. */
  const queueOf = (room: RoomStage | undefined): Hand[] =>
    [...(room?.hands.values() ?? [])].filter(({ isShadow }) => !isShadow).map(({ hand }) => hand);

  const roomFor = ({ seat, user }: ReturnType<typeof placeOf>): RoomStage => {
    if (!deps.isOnAir(seat.roomId)) throw new AppError('not_live');
    if (seat.isOwner) throw new AppError('already_on_stage', 'the stage is theirs');
    const room = book.of(seat.roomId);
    if (seatOfUser(room, user.userId)) throw new AppError('already_on_stage');
    return room;
  };

  const raise = ({ why }: Params<'hand.raise'>, caller: Caller): Result<'hand.raise'> => {
    const place = placeOf(caller);
    const { seat: { roomId, participantId }, user } = place;
    const { isShadow } = deps.mayAct(caller);
    const room = roomFor(place);
    const before = room.hands.get(user.userId);
    const alike = [...room.hands.values()].filter((raised) => raised.isShadow === isShadow);
    if (!before && alike.length >= HANDS_MAX) throw new AppError('too_many_items', 'hands');
    const hand: Hand = { ...personOf(user), why: cleanWhy(why), raisedAtMs: before?.hand.raisedAtMs ?? clock.nowMs() };
    room.hands.set(user.userId, { hand, participantId, isShadow });
    if (!isShadow) deps.notifyThose(roomId, 'moderate', 'hand.raised', { hand });
    return {};
  };

  /** Nothing happens if there is none. */
  const lower = (roomId: RoomId, userId: UserId): void => {
    const room = book.seek(roomId);
    const raised = room?.hands.get(userId);
    if (!room || !raised) return;
    room.hands.delete(userId);
    if (!raised.isShadow) deps.notifyThose(roomId, 'moderate', 'hand.lowered', { userId });
    deps.notifyUser(roomId, userId, 'hand.lowered', { userId });
  };

  const handlers: Handlers<'hand.raise' | 'hand.lower' | 'hand.dismiss' | 'hand.list'> = {
    'hand.raise': raise,
    'hand.lower': (_, caller) => {
      const { seat, user } = placeOf(caller);
      lower(seat.roomId, user.userId);
      return {};
    },
    'hand.dismiss': ({ userId }, caller) => {
      lower(placeOf(caller).seat.roomId, userId);
      return {};
    },
    'hand.list': (_, caller) => ({ hands: queueOf(book.seek(placeOf(caller).seat.roomId)) }),
  };

  return {
    handlers,
    queueOf,
    lower,
    /** The tab that raised it is gone. */
    participantLeft(roomId: RoomId, participantId: ParticipantId, userId: UserId): void {
      if (book.seek(roomId)?.hands.get(userId)?.participantId === participantId) lower(roomId, userId);
    },
  };
};

export type Hands = ReturnType<typeof createHands>;
