// Receiving media. The page makes its DTLS certificate first, so that one request carries all the server needs and one
// reply all the page needs: transport and running consumers. Rules W1-W10 in README.md.

import * as v from 'valibot';
import { CODECS_MAX, FIRST_PICTURE_MS_MAX, PICTURE_PIXELS_MAX, PLAYED_REPORT_MS_MAX, PUBLICATIONS_MAX, STAGE_SEATS_MAX } from '../limits.ts';
import { consumerId, integer, list, nothing, number, participantId, publicationId, text } from '../schema.ts';
import { participantEvent, request, roomEvent } from './define.ts';
import { fingerprint, iceParameters, rtpParameters, transportView } from './rtp.ts';

export const SOURCES = ['camera', 'microphone', 'screen', 'screen_audio'] as const;
export const source = v.picklist(SOURCES);
export type Source = (typeof SOURCES)[number];

/** What a viewer can decode, and who will open DTLS. */
export const watchOffer = v.strictObject({
  /** MIME type, lower-case parameters after `;` in the order the browser lists them: `video/H264;profile-level-id=42e01f`. */
  codecs: v.pipe(list(text(1, 200), CODECS_MAX), v.minLength(1)),
  /** Of the certificate that the page's RTCPeerConnection uses; the page is always the DTLS client. */
  fingerprint,
});
export type WatchOffer = v.InferOutput<typeof watchOffer>;

/** One track as this viewer receives it. */
export const subscription = v.strictObject({
  consumerId,
  publicationId,
  /** Whose it is. */
  participantId,
  source,
  kind: v.picklist(['audio', 'video']),
  rtpParameters,
  /** Simulcast layers to choose from, 1 where there is only one. */
  layers: integer(1, 8),
});
export type Subscription = v.InferOutput<typeof subscription>;

export const watchAnswer = v.strictObject({
  transport: transportView,
  subscriptions: list(subscription, PUBLICATIONS_MAX * STAGE_SEATS_MAX),
});
export type WatchAnswer = v.InferOutput<typeof watchAnswer>;

export const QUALITIES = ['auto', 'low', 'medium', 'high'] as const;
export type Quality = (typeof QUALITIES)[number];

/** One picture on the viewer's page. */
export const shownPicture = v.strictObject({
  publicationId,
  /** In device pixels of the screen that it is on; 0 or absent: not shown. */
  height: v.optional(number(0, PICTURE_PIXELS_MAX)),
});
export type ShownPicture = v.InferOutput<typeof shownPicture>;

export const watchMessages = {
  requests: {
    /** (Re)opens the receiving side; a transport that the participant had is closed. */
    'watch.open': request({ params: watchOffer, result: watchAnswer, needs: 'watch', rate: { burst: 6, perSecond: 0.5 } }),
    'watch.prefer': request({
      params: v.strictObject({ quality: v.picklist(QUALITIES) }),
      result: nothing,
      needs: 'watch',
      rate: { burst: 10, perSecond: 1 },
    }),
    /** All pictures that the page shows now, in place of what it said before; the others are not sent (rule W7). */
    'watch.show': request({
      params: v.strictObject({ pictures: list(shownPicture, PUBLICATIONS_MAX * STAGE_SEATS_MAX) }),
      result: nothing,
      needs: 'watch',
      rate: { burst: 10, perSecond: 2 },
    }),
    'watch.restartIce': request({
      params: nothing,
      result: v.strictObject({ iceParameters }),
      needs: 'watch',
      rate: { burst: 4, perSecond: 0.5 },
    }),
    /** No picture although packets arrive: please ask for a keyframe. Requests of many viewers become one. */
    'watch.refresh': request({ params: nothing, result: nothing, needs: 'watch', rate: { burst: 3, perSecond: 0.5 } }),
    /** What the viewer measured since the last report. */
    'watch.report': request({
      params: v.strictObject({
        /** Capture to screen; null while unknown. */
        latencyMs: v.nullable(number(0, 60_000)),
        latencyErrorMs: v.nullable(number(0, 60_000)),
        framesPerSecond: number(0, 240),
        /** 0 to 1. */
        lossRatio: number(0, 1),
        bitsPerSecond: number(0, 1e9),
        freezes: integer(0, 1_000),
        /** Time in which the picture really moved, or sound was heard where there is no picture. */
        playedMs: v.optional(number(0, PLAYED_REPORT_MS_MAX)),
        /** From the page's coming in to the first picture on screen; told once, by who came while there was a picture to see. */
        firstPictureMs: v.optional(number(0, FIRST_PICTURE_MS_MAX)),
      }),
      result: nothing,
      needs: 'watch',
      rate: { burst: 6, perSecond: 2 },
    }),
  },
  events: {
    /** The full list of what this viewer receives now; it replaces the list it had. */
    'watch.changed': participantEvent(v.strictObject({ subscriptions: list(subscription, PUBLICATIONS_MAX * STAGE_SEATS_MAX) })),
    /** The server lost this transport (a media worker died): open a new one now. */
    'watch.lost': participantEvent(nothing),
    /** Whose voices are heard now, who began last first; told where there is more than one microphone (rule W10). */
    'speaker.changed': roomEvent(v.strictObject({ speaking: list(participantId, STAGE_SEATS_MAX) })),
  },
} as const;
