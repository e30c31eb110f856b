// One going-live of a channel, from start to end. Rules B1-B9 in README.md.

import * as v from 'valibot';
import { CATEGORIES } from '../categories.ts';
import { PUBLICATIONS_MAX, STAGE_SEATS_MAX, TAGS_MAX, TAG_CHARS_MAX, TITLE_CHARS_MAX } from '../limits.ts';
import { SPOKEN_LANGUAGES } from '../spoken-languages.ts';
import { broadcastId, durationMs, imageId, imageUrl, integer, linkKey, list, nothing, number, text, timeMs } from '../schema.ts';
import { request, roomEvent } from './define.ts';
import { publication } from './stage.ts';

export const VISIBILITIES = ['public', 'unlisted', 'private'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

const described = {
  title: text(1, TITLE_CHARS_MAX),
  category: v.picklist(CATEGORIES),
  tags: list(text(1, TAG_CHARS_MAX), TAGS_MAX),
  /** Of what is spoken; null: the host did not say. */
  language: v.optional(v.nullable(v.picklist(SPOKEN_LANGUAGES)), null),
  visibility: v.picklist(VISIBILITIES),
};

/** The host's clock against the server's, so that a viewer can tell how old a frame is. */
export const hostClock = v.strictObject({ offsetMs: number(-1e13, 1e13), errorMs: number(0, 60_000) });

/**
 * What makes the host's pictures bad before they reach the server, as the studio sees it. `link`: it loses packets, which are then
 * missing at every viewer; `narrow_link`: it bears less, or later, than the studio would send, but what is sent arrives.
 */
const STUDIO_TROUBLES = ['none', 'link', 'narrow_link', 'computer'] as const;
export type StudioTrouble = (typeof STUDIO_TROUBLES)[number];

/** Why what viewers see is bad, where it is not their own fault. */
export const TROUBLES = [...STUDIO_TROUBLES, 'server'] as const;
const trouble = v.picklist(TROUBLES);
export type Trouble = v.InferOutput<typeof trouble>;

export const broadcastView = v.strictObject({
  broadcastId,
  ...described,
  coverUrl: v.nullable(imageUrl),
  startedAtMs: timeMs,
  /** `interrupted`: the host dropped less than RESUME_GRACE_MS ago. */
  state: v.picklist(['live', 'interrupted']),
  publications: list(publication, PUBLICATIONS_MAX * STAGE_SEATS_MAX),
  hostClock: v.nullable(hostClock),
  trouble,
});
export type BroadcastView = v.InferOutput<typeof broadcastView>;

export const broadcastSummary = v.strictObject({
  broadcastId,
  title: text(1, TITLE_CHARS_MAX),
  startedAtMs: timeMs,
  durationMs,
  peakViewers: integer(0, 1e9),
  /** Mean over the time on air. */
  averageViewers: number(0, 1e9),
});
export type BroadcastSummary = v.InferOutput<typeof broadcastSummary>;

export const broadcastMessages = {
  requests: {
    'broadcast.start': request({
      params: v.strictObject({ ...described, coverImageId: v.nullable(imageId) }),
      /** `linkKey` only for private broadcasts: the secret of the link. */
      result: v.strictObject({ broadcast: broadcastView, linkKey: v.nullable(linkKey) }),
      needs: 'broadcast.control',
      rate: { burst: 5, perSecond: 0.1 },
    }),
    'broadcast.update': request({
      params: v.partial(v.strictObject({ title: described.title, category: described.category, tags: described.tags, language: v.nullable(v.picklist(SPOKEN_LANGUAGES)) })),
      result: nothing,
      needs: 'broadcast.control',
      rate: { burst: 5, perSecond: 0.2 },
    }),
    'broadcast.end': request({
      params: nothing,
      result: broadcastSummary,
      needs: 'broadcast.control',
      rate: { burst: 5, perSecond: 0.1 },
    }),
    /** The key of the private broadcast on air, for a studio that comes back; null where there is none. */
    'broadcast.link': request({
      params: nothing,
      result: v.strictObject({ linkKey: v.nullable(linkKey) }),
      needs: 'broadcast.control',
      rate: { burst: 5, perSecond: 0.5 },
    }),
    /** The studio's own measurements, its clock, and what it has found to be wrong with itself. */
    'broadcast.report': request({
      params: v.strictObject({
        hostClock: v.nullable(hostClock),
        bitsPerSecond: number(0, 1e9),
        framesPerSecond: number(0, 240),
        roundTripMs: v.nullable(number(0, 60_000)),
        lossRatio: number(0, 1),
        trouble: v.picklist(STUDIO_TROUBLES),
      }),
      result: nothing,
      needs: 'broadcast.control',
      rate: { burst: 4, perSecond: 2 },
    }),
  },
  events: {
    'broadcast.started': roomEvent(broadcastView),
    'broadcast.updated': roomEvent(broadcastView),
    'broadcast.interrupted': roomEvent(v.strictObject({ graceMs: durationMs })),
    'broadcast.resumed': roomEvent(broadcastView),
    'broadcast.troubled': roomEvent(v.strictObject({ trouble })),
    'broadcast.ended': roomEvent(v.strictObject({ broadcastId, reason: v.picklist(['host', 'timeout', 'operator']) })),
  },
} as const;
