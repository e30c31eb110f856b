// Publishing media. Rules S1-S5 and S14 in README.md.

import * as v from 'valibot';
import { PICTURE_PIXELS_MAX, VIDEO_LAYERS_MAX } from '../limits.ts';
import { integer, nothing, participantId, publicationId, transportId } from '../schema.ts';
import { participantEvent, request, roomEvent } from './define.ts';
import { dtlsParameters, iceParameters, rtpCapabilities, rtpParameters, transportView } from './rtp.ts';
import { source } from './watch.ts';

export const publication = v.strictObject({
  publicationId,
  /** Whose it is. */
  participantId,
  source,
  kind: v.picklist(['audio', 'video']),
  muted: v.boolean(),
});
export type Publication = v.InferOutput<typeof publication>;

const onTransport = v.strictObject({ transportId });
const onPublication = v.strictObject({ publicationId });

export const stageMessages = {
  requests: {
    /** `check` transports are for the studio's connection check: what is published there nobody can watch. */
    'stage.open': request({
      params: v.strictObject({
        purpose: v.picklist(['live', 'check']),
        protocol: v.picklist(['any', 'udp', 'tcp']),
      }),
      result: v.strictObject({ transport: transportView, rtpCapabilities }),
      needs: 'media.publish',
      rate: { burst: 10, perSecond: 0.5 },
    }),
    'stage.connect': request({
      params: v.strictObject({ transportId, dtlsParameters }),
      result: nothing,
      needs: 'media.publish',
      rate: { burst: 10, perSecond: 0.5 },
    }),
    'stage.publish': request({
      params: v.strictObject({
        transportId,
        source,
        kind: v.picklist(['audio', 'video']),
        rtpParameters,
        /** Of the picture's largest layer, in pixels; each smaller one is half as high. Unsaid: 720. */
        height: v.optional(integer(1, PICTURE_PIXELS_MAX)),
      }),
      result: v.strictObject({ publicationId }),
      needs: 'media.publish',
      rate: { burst: 16, perSecond: 1 },
    }),
    'stage.unpublish': request({ params: onPublication, result: nothing, needs: 'media.publish', rate: { burst: 16, perSecond: 1 } }),
    'stage.mute': request({
      params: v.strictObject({ publicationId, muted: v.boolean() }),
      result: nothing,
      needs: 'media.publish',
      rate: { burst: 20, perSecond: 2 },
    }),
    'stage.restartIce': request({
      params: onTransport,
      result: v.strictObject({ iceParameters }),
      needs: 'media.publish',
      rate: { burst: 4, perSecond: 0.5 },
    }),
    'stage.close': request({ params: onTransport, result: nothing, needs: 'media.publish', rate: { burst: 10, perSecond: 0.5 } }),
  },
  events: {
    // What the audience may receive; what is backstage comes and goes without these (rule S8).
    'publication.started': roomEvent(publication),
    'publication.muted': roomEvent(v.strictObject({ publicationId, muted: v.boolean() })),
    'publication.ended': roomEvent(onPublication),
    /** The server lost what this participant published (a media worker died): publish again now. */
    'stage.lost': participantEvent(nothing),
    /** So many of this publication's layers, from the smallest up, are wanted by anybody; all until this is told (rule S14). */
    'stage.demanded': participantEvent(v.strictObject({ publicationId, layers: integer(0, VIDEO_LAYERS_MAX) })),
  },
} as const;
