// Coming in, leaving, and who is here. Rules J1-J7 in README.md.

import * as v from 'valibot';
import { CATEGORIES } from '../categories.ts';
import { ROLES } from '../permissions.ts';
import { channelId, displayName, durationMs, handle, imageUrl, integer, linkKey, nothing, participantId, text, timeMs } from '../schema.ts';
import { ABOUT_CHARS_MAX } from '../limits.ts';
import { broadcastView } from './broadcasts.ts';
import { participantEvent, request, roomEvent } from './define.ts';
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
});
export type RoomSnapshot = v.InferOutput<typeof roomSnapshot>;

const position = { epoch: text(1, 64), seq: integer(0, Number.MAX_SAFE_INTEGER) };

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
        /** Present: also start receiving, in the same round trip. */
        watch: v.optional(watchOffer),
      }),
      result: v.strictObject({
        participantId,
        role: v.picklist(ROLES),
        rejoinToken,
        ...position,
        serverTimeMs: timeMs,
        snapshot: roomSnapshot,
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
