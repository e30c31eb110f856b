// Two channels side by side: the hosts agree, and each audience sees and hears both. Rules X1-X7 in README.md.

import * as v from 'valibot';
import { LINK_ASKS_MAX } from '../limits.ts';
import { displayName, handle, imageUrl, list, nothing, timeMs } from '../schema.ts';
import { participantEvent, request, roomEvent } from './define.ts';

export const linkChannel = v.strictObject({ handle, displayName, avatarUrl: v.nullable(imageUrl) });
export type LinkChannel = v.InferOutput<typeof linkChannel>;

export const linkView = v.strictObject({ channel: linkChannel, sinceMs: timeMs });
export type LinkView = v.InferOutput<typeof linkView>;

/** One that waits for an answer; `channel` is the other one. */
export const linkAsk = v.strictObject({ channel: linkChannel, expiresAtMs: timeMs });
export type LinkAsk = v.InferOutput<typeof linkAsk>;

/** The part of the room's snapshot that is about links. */
export const linkSnapshot = v.strictObject({
  link: v.nullable(linkView),
  // For the host; null and empty for others.
  asked: v.nullable(linkAsk),
  asking: list(linkAsk, LINK_ASKS_MAX),
});
export type LinkSnapshot = v.InferOutput<typeof linkSnapshot>;

/** `gone`: one of the two cannot be linked any more: its broadcast ended, it is linked with another, or a ban came between. */
export const ASK_ENDS = ['accepted', 'declined', 'expired', 'withdrawn', 'gone'] as const;
export type AskEnd = (typeof ASK_ENDS)[number];

const rate = { burst: 5, perSecond: 0.2 };

export const linkMessages = {
  requests: {
    /** Asks the host of another channel on air; the same again while it waits changes nothing. */
    'link.ask': request({ params: v.strictObject({ handle }), result: v.strictObject({ expiresAtMs: timeMs }), needs: 'broadcast.control', rate }),
    'link.withdraw': request({ params: nothing, result: nothing, needs: 'broadcast.control', rate }),
    /** `handle`: of the channel that asks. */
    'link.answer': request({
      params: v.strictObject({ handle, isAccepted: v.boolean() }),
      result: nothing,
      needs: 'broadcast.control',
      rate: { burst: 10, perSecond: 0.5 },
    }),
    'link.end': request({ params: nothing, result: nothing, needs: 'broadcast.control', rate }),
    /** Takes the other host's sound from this room's audience, or gives it back; their picture: `stage.hide`. */
    'link.silence': request({
      params: v.strictObject({ isSilenced: v.boolean() }),
      result: nothing,
      needs: 'broadcast.control',
      rate: { burst: 20, perSecond: 2 },
    }),
  },
  events: {
    /** To the host who is asked. */
    'link.asked': participantEvent(linkAsk),
    /** To both hosts; `handle` is the other channel's. There is nothing to answer any more. */
    'link.answered': participantEvent(v.strictObject({ handle, answer: v.picklist(ASK_ENDS) })),
    'link.changed': roomEvent(v.strictObject({ link: v.nullable(linkView) })),
  },
} as const;
