// Coming on stage: hands, invitations, seats, and how they are laid out. Rules S6-S13 in README.md.

import * as v from 'valibot';
import { HANDS_MAX, HAND_CHARS_MAX, PUBLICATIONS_MAX, STAGE_SEATS_MAX } from '../limits.ts';
import { displayName, handle, list, nothing, participantId, text, timeMs, userId } from '../schema.ts';
import { participantEvent, request, roomEvent } from './define.ts';
import { publication } from './stage.ts';

const person = { userId, name: text(1, 100), displayName };

/** Why somebody wants to come on stage; may be empty. */
const ownHand = v.strictObject({ why: text(0, HAND_CHARS_MAX), raisedAtMs: timeMs });
export const hand = v.strictObject({ ...person, ...ownHand.entries });
export type Hand = v.InferOutput<typeof hand>;

/** Backstage: who leads and who is on the stage see and hear them, the audience does not. */
export const SEAT_STATES = ['backstage', 'on_stage'] as const;
export type SeatState = (typeof SEAT_STATES)[number];

const seatChannel = v.strictObject({
  handle,
  displayName,
  /** This room's host took their sound from this room's audience. */
  isSilenced: v.boolean(),
});

export const stageSeat = v.strictObject({
  participantId,
  /** Null: a guest, who has no account. */
  userId: v.nullable(userId),
  name: v.nullable(person.name),
  displayName,
  isHost: v.boolean(),
  /** Whoever leads the stage now: the host, or the co-host to whom it is handed over. */
  isLeading: v.boolean(),
  state: v.picklist(SEAT_STATES),
  /** Seated and heard, but their pictures are not shown to the audience. */
  isHidden: v.boolean(),
  /** They have a microphone on, and it is muted; or it is not heard here (rule X4). */
  muted: v.boolean(),
  /** The host of another channel, in a link of the two; null: of this one. */
  channel: v.nullable(seatChannel),
});
export type StageSeat = v.InferOutput<typeof stageSeat>;

export const LAYOUTS = ['solo', 'side_by_side', 'grid', 'speaker_first', 'screen_with_faces', 'picture_in_picture'] as const;
export type LayoutKind = (typeof LAYOUTS)[number];

export const layout = v.strictObject({
  kind: v.picklist(LAYOUTS),
  /** Seats, the first has the first place. What is told names every seat once. */
  order: list(participantId, STAGE_SEATS_MAX),
});
export type Layout = v.InferOutput<typeof layout>;

export const stageView = v.strictObject({
  /** The host first, then in the order of coming, the host of a linked channel last; empty while nothing is on air. */
  seats: list(stageSeat, STAGE_SEATS_MAX),
  layout,
});
export type StageView = v.InferOutput<typeof stageView>;

export const stageLink = v.strictObject({ guestsAllowed: v.boolean() });
export type StageLink = v.InferOutput<typeof stageLink>;
export const leadOffer = v.strictObject({ participantId, expiresAtMs: timeMs });

/** The part of the room's snapshot that is the stage's. */
export const stageSnapshot = v.strictObject({
  ...stageView.entries,
  /** For those on the stage: all that is published there, what is backstage and their own among it; empty for others. */
  publications: list(publication, PUBLICATIONS_MAX * STAGE_SEATS_MAX),
  // The reader's own.
  hand: v.nullable(ownHand),
  invitation: v.nullable(v.strictObject({ expiresAtMs: timeMs })),
  /** For those who moderate, the longest waiting first; empty for others. */
  hands: list(hand, HANDS_MAX),
  /** For who leads: asked, and not answered yet. */
  invited: list(v.strictObject({ ...person, expiresAtMs: timeMs }), STAGE_SEATS_MAX),
  /** For who leads: the link for co-hosts that is open; its key is told once, when it is opened. */
  link: v.nullable(stageLink),
  /** For the host, and for who was asked: to lead the stage, and not answered yet. */
  leadOffer: v.nullable(leadOffer),
});
export type StageSnapshot = v.InferOutput<typeof stageSnapshot>;

export const INVITATION_ENDS = ['accepted', 'declined', 'expired', 'withdrawn', 'left'] as const;
export type InvitationEnd = (typeof INVITATION_ENDS)[number];

const onSeat = v.strictObject({ participantId });
const onPerson = v.strictObject({ userId });

export const seatMessages = {
  requests: {
    /** Again: other words, the same place in the queue. */
    'hand.raise': request({ params: v.strictObject({ why: text(0, HAND_CHARS_MAX) }), result: nothing, needs: 'interact', rate: { burst: 5, perSecond: 0.2 } }),
    'hand.lower': request({ params: nothing, result: nothing, needs: 'interact', rate: { burst: 5, perSecond: 0.2 } }),
    'hand.dismiss': request({ params: onPerson, result: nothing, needs: 'moderate', rate: { burst: 20, perSecond: 2 } }),
    'hand.list': request({
      params: nothing,
      result: v.strictObject({ hands: list(hand, HANDS_MAX) }),
      needs: 'moderate',
      rate: { burst: 5, perSecond: 0.5 },
    }),
    'stage.invite': request({
      params: onPerson,
      result: v.strictObject({ expiresAtMs: timeMs }),
      needs: 'stage.direct',
      rate: { burst: 10, perSecond: 0.5 },
    }),
    'stage.withdraw': request({ params: onPerson, result: nothing, needs: 'stage.direct', rate: { burst: 10, perSecond: 0.5 } }),
    'stage.answer': request({ params: v.strictObject({ isAccepted: v.boolean() }), result: nothing, needs: 'interact', rate: { burst: 5, perSecond: 0.5 } }),
    'stage.bringUp': request({ params: onSeat, result: nothing, needs: 'stage.direct', rate: { burst: 20, perSecond: 2 } }),
    'stage.sendBack': request({ params: onSeat, result: nothing, needs: 'stage.direct', rate: { burst: 20, perSecond: 2 } }),
    /** Mutes what they say; they may unmute themselves. */
    'stage.silence': request({ params: onSeat, result: nothing, needs: 'stage.direct', rate: { burst: 20, perSecond: 2 } }),
    'stage.hide': request({
      params: v.strictObject({ participantId, isHidden: v.boolean() }),
      result: nothing,
      needs: 'stage.direct',
      rate: { burst: 20, perSecond: 2 },
    }),
    'stage.remove': request({ params: onSeat, result: nothing, needs: 'stage.direct', rate: { burst: 20, perSecond: 2 } }),
    'stage.stepDown': request({ params: nothing, result: nothing, needs: 'media.publish', rate: { burst: 5, perSecond: 0.5 } }),
    /** Seats that are not named follow in their own order. */
    'layout.set': request({ params: layout, result: nothing, needs: 'stage.direct', rate: { burst: 20, perSecond: 2 } }),
  },
  events: {
    /** To those who moderate; the same person again: other words. */
    'hand.raised': participantEvent(v.strictObject({ hand })),
    /** To those who moderate, and to the person. */
    'hand.lowered': participantEvent(v.strictObject({ userId })),
    /** To the person, in every tab; the one that answers takes the seat. */
    'stage.invited': participantEvent(v.strictObject({ expiresAtMs: timeMs })),
    /** To the person: there is nothing to answer any more. */
    'stage.uninvited': participantEvent(nothing),
    /** To who leads. */
    'stage.answered': participantEvent(v.strictObject({ userId, answer: v.picklist(INVITATION_ENDS) })),
    'stage.changed': roomEvent(stageView),
  },
} as const;
