// Coming in, leaving, and who is here. Rules J1-J9 in README.md.

import * as v from 'valibot';
import { CATEGORIES } from '../categories.ts';
import { ROLES } from '../permissions.ts';
import { SOURCES } from '../sources.ts';
import { channelId, displayName, durationMs, handle, imageUrl, integer, linkKey, list, nothing, participantId, text, timeMs } from '../schema.ts';
import { ABOUT_CHARS_MAX, EVENTS_KEPT_MAX } from '../limits.ts';
import { battleSnapshot } from './battles.ts';
import { broadcastView } from './broadcasts.ts';
import { chatSnapshot } from './chat.ts';
import { participantEvent, request, roomEvent } from './define.ts';
import { giftSnapshot } from './gifts.ts';
import { linkSnapshot } from './links.ts';
import { moderationSnapshot } from './moderation.ts';
import { followSnapshot } from './people.ts';
import { pollSnapshot } from './polls.ts';
import { questionSnapshot } from './questions.ts';
import { stageSnapshot } from './seats.ts';
import { watchAnswer, watchOffer } from './watch.ts';

export const channelView = v.strictObject({
  channelId,
  handle,
  displayName,
  about: text(0, ABOUT_CHARS_MAX),
  category: v.picklist(CATEGORIES),
  avatarUrl: v.nullable(imageUrl),
});
export type ChannelView = v.InferOutput<typeof channelView>;

export const roomSnapshot = v.strictObject({
  channel: channelView,
  broadcast: v.nullable(broadcastView),
  viewers: integer(0, 1e9),
  // One part for each feature; some of it is the reader's own (their vote, their sanction).
  chat: chatSnapshot,
  moderation: moderationSnapshot,
  follow: followSnapshot,
  poll: pollSnapshot,
  questions: questionSnapshot,
  gifts: giftSnapshot,
  stage: stageSnapshot,
  link: linkSnapshot,
  battle: battleSnapshot,
});
export type RoomSnapshot = v.InferOutput<typeof roomSnapshot>;

const position = { epoch: text(1, 64), seq: integer(0, Number.MAX_SAFE_INTEGER) };

/** A room event as it was told, for who missed it; each was checked when it was first told. */
const missedEvent = v.strictObject({ event: text(1, 64), data: v.unknown(), ...position });

/** What a page that joins gets: everything, or, if it was only away for a moment, all that it missed; never a part. */
const roomState = v.variant('is', [
  v.strictObject({ is: v.literal('snapshot'), snapshot: roomSnapshot }),
  v.strictObject({ is: v.literal('missed'), events: list(missedEvent, EVENTS_KEPT_MAX) }),
]);

/** The secret with which a dropped participant comes back as itself. */
const rejoinToken = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{16,64}$/));

export const roomMessages = {
  requests: {
    'room.join': request({
      params: v.strictObject({
        handle,
        /** `studio` is the channel owner's place to publish from; there is one, and the newest takes it over. */
        as: v.picklist(['viewer', 'studio']),
        linkKey: v.optional(linkKey),
        rejoinToken: v.optional(rejoinToken),
        /** Where the page stands, if it has followed this room without a gap so far (rule J8). */
        since: v.optional(v.strictObject(position)),
        /** What brought the person here; absent: nothing that is known. */
        source: v.optional(v.picklist(SOURCES)),
        /** Present: also start receiving, in the same round trip. */
        watch: v.optional(watchOffer),
      }),
      result: v.strictObject({
        participantId,
        role: v.picklist(ROLES),
        rejoinToken,
        ...position,
        serverTimeMs: timeMs,
        state: roomState,
        watch: v.nullable(watchAnswer),
      }),
      needs: 'connected',
      rate: { burst: 10, perSecond: 1 },
    }),
    'room.leave': request({ params: nothing, result: nothing, needs: 'watch', rate: { burst: 5, perSecond: 1 } }),
    /** One exchange of the clock measurement; see time.ts. The reply is written at once, before any queue. */
    'clock.sync': request({
      params: nothing,
      result: v.strictObject({ serverReceivedMs: timeMs, serverSentMs: timeMs }),
      needs: 'connected',
      rate: { burst: 16, perSecond: 2 },
    }),
  },
  events: {
    /** Distinct people watching now: a user with three tabs is one, the host is none. */
    'viewers.counted': roomEvent(v.strictObject({ viewers: integer(0, 1e9) })),
    /** This server is going down for a moment: reconnect after a random part of `withinMs`. */
    'server.draining': participantEvent(v.strictObject({ withinMs: durationMs })),
  },
} as const;
