// Who is here, in what role, and who follows. Rules J7-J9 in README.md.

import * as v from 'valibot';
import { PEOPLE_PAGE_MAX } from '../limits.ts';
import { ROLES } from '../permissions.ts';
import { displayName, integer, list, nothing, number, text, timeMs, userId } from '../schema.ts';
import { participantEvent, request } from './define.ts';

const personHere = v.strictObject({
  userId,
  name: text(1, 100),
  displayName,
  role: v.picklist(ROLES),
  joinedAtMs: timeMs,
  /** Their media really arrives. */
  isReceiving: v.boolean(),
});
export type PersonHere = v.InferOutput<typeof personHere>;

export const followSnapshot = v.strictObject({ followers: integer(0, 1e9), isFollowing: v.boolean() });
export type FollowSnapshot = v.InferOutput<typeof followSnapshot>;

export const peopleMessages = {
  requests: {
    /** Host, then moderators, then the longest here. */
    'people.list': request({
      params: nothing,
      result: v.strictObject({ people: list(personHere, PEOPLE_PAGE_MAX), users: integer(0, 1e9), guests: integer(0, 1e9) }),
      needs: 'moderate',
      rate: { burst: 5, perSecond: 0.5 },
    }),
    'follow.set': request({
      params: v.strictObject({ isFollowing: v.boolean() }),
      result: followSnapshot,
      needs: 'interact',
      rate: { burst: 5, perSecond: 0.2 },
    }),
  },
  events: {
    /** To one person's pages that are in a room: there is a new notice (rule N4). */
    'notice.added': participantEvent(nothing),
    /** The host made this person a moderator, or no longer one; or they took a seat on the stage, or gave it up. */
    'role.changed': participantEvent(v.strictObject({ role: v.picklist(ROLES) })),
    /** To those who lead the show, once a second: how the picture arrives at those who watch. */
    'audience.measured': participantEvent(
      v.strictObject({
        /** Viewers whose latency is known. */
        measured: integer(0, 1e9),
        latencyP50Ms: v.nullable(number(0, 60_000)),
        latencyP95Ms: v.nullable(number(0, 60_000)),
        /** Pictures that stood still in the last minute, per viewer and minute. */
        freezesPerMinute: number(0, 1_000),
      }),
    ),
    /** To the same, every `AUDIENCE_PREDICTED_EVERY_MS`: how many are expected to leave within the next minute (rules V1, V2). */
    'audience.predicted': participantEvent(
      v.strictObject({
        watching: integer(0, 1e9),
        /** Null: too few watch, or the model is not sure enough of itself. */
        leaving: v.nullable(integer(0, 1e9)),
      }),
    ),
  },
} as const;
