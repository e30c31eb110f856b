// THE TABLE: every request and event there is, and the types derived from it. A new feature adds one line here.

import type * as v from 'valibot';
import { battleMessages } from './messages/battles.ts';
import { broadcastMessages } from './messages/broadcasts.ts';
import { chatMessages } from './messages/chat.ts';
import { cohostMessages } from './messages/cohosts.ts';
import { giftMessages } from './messages/gifts.ts';
import { linkMessages } from './messages/links.ts';
import { moderationMessages } from './messages/moderation.ts';
import { peopleMessages } from './messages/people.ts';
import { pollMessages } from './messages/polls.ts';
import { questionMessages } from './messages/questions.ts';
import { reactionMessages } from './messages/reactions.ts';
import { roomMessages } from './messages/rooms.ts';
import { seatMessages } from './messages/seats.ts';
import { stageMessages } from './messages/stage.ts';
import { watchMessages } from './messages/watch.ts';

export const REQUESTS = {
  ...roomMessages.requests,
  ...broadcastMessages.requests,
  ...stageMessages.requests,
  ...seatMessages.requests,
  ...cohostMessages.requests,
  ...watchMessages.requests,
  ...chatMessages.requests,
  ...reactionMessages.requests,
  ...pollMessages.requests,
  ...questionMessages.requests,
  ...moderationMessages.requests,
  ...peopleMessages.requests,
  ...giftMessages.requests,
  ...linkMessages.requests,
  ...battleMessages.requests,
} as const;

export const EVENTS = {
  ...roomMessages.events,
  ...broadcastMessages.events,
  ...stageMessages.events,
  ...seatMessages.events,
  ...cohostMessages.events,
  ...watchMessages.events,
  ...chatMessages.events,
  ...reactionMessages.events,
  ...pollMessages.events,
  ...questionMessages.events,
  ...moderationMessages.events,
  ...peopleMessages.events,
  ...giftMessages.events,
  ...linkMessages.events,
  ...battleMessages.events,
} as const;

export type RequestName = keyof typeof REQUESTS;
export type Params<N extends RequestName> = v.InferOutput<(typeof REQUESTS)[N]['params']>;
export type Result<N extends RequestName> = v.InferOutput<(typeof REQUESTS)[N]['result']>;

export type EventName = keyof typeof EVENTS;
export type EventData<E extends EventName> = v.InferOutput<(typeof EVENTS)[E]['data']>;
type EventsTo<A> = { [E in EventName]: (typeof EVENTS)[E]['to'] extends A ? E : never }[EventName];
/** Told to everybody in a room, with seq and epoch. */
export type RoomEventName = EventsTo<'room'>;
/** Told to one participant. */
export type ParticipantEventName = EventsTo<'participant'>;
