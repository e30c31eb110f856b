// What of each publication a viewer gets: whether it is sent, in which layer, and what comes first when the link is too narrow
// for all. Pure: knows wishes and sizes, neither consumers nor transports.

import type { PublicationId } from '../../shared/ids.ts';
import type { Quality, Source } from '../../shared/messages/watch.ts';
import type { Publication } from './publication.ts';
import type { Wish } from './wish.ts';

/** How a consumer shall be. `spatialLayer` counts from 0, the smallest; it means nothing where there is one layer. */
export type Aim = { readonly isPaused: boolean; readonly spatialLayer: number; readonly priority: number };
export type Candidate = Pick<Publication, 'id' | 'participantId' | 'source' | 'kind' | 'layers' | 'height'>;

const SPATIAL: Record<Exclude<Quality, 'auto'>, number> = { low: 0, medium: 1, high: 2 };

/** A face may be drawn so much larger than it was sent before anybody minds, and half the layers are saved; letters may not. */
const SLACK: Record<Source, number> = { camera: 1.25, screen: 1, microphone: 1, screen_audio: 1 };

/** mediasoup takes 1 to 255. */
const LARGEST_FIRST = 255;
const SCREEN_FIRST = 128;
const BY_SIZE_MAX = 100;
const PIXELS_PER_STEP = 20;

/** The most that this quality allows; the bandwidth estimate may choose less. */
export const layerFor = (quality: Quality, layers: number): number =>
  quality === 'auto' ? layers - 1 : Math.min(SPATIAL[quality], layers - 1);

/** The smallest layer that is large enough. Each is half as high as the next, which is how our pages make them. */
export const layerAt = (shownHeight: number, { layers, height, source }: Pick<Candidate, 'layers' | 'height' | 'source'>): number => {
  let layer = layers - 1;
  for (let below = height / 2; layer > 0 && below * SLACK[source] >= shownHeight; below /= 2) layer -= 1;
  return layer;
};

/**
 * mediasoup gives every video its lowest layer first, and then to each in the order of priority as many more as its priority
 * says: from 9 on, all. Audio is outside this and always sent. A page that does not say what it shows gets its slides readable
 * while the face beside them goes soft.
 */
export const priorityOf = (source: Source): number => (source === 'screen' ? 10 : 1);

const priorityAt = (height: number, source: Source, isLargest: boolean): number => {
  if (isLargest) return LARGEST_FIRST;
  if (source === 'screen') return SCREEN_FIRST;
  return Math.max(1, Math.min(BY_SIZE_MAX, Math.round(height / PIXELS_PER_STEP)));
};

/** The one picture that is larger than all others is what people look at: the page puts there who speaks, or what is shown. */
const largestOf = (heights: ReadonlyMap<PublicationId, number>): PublicationId | null => {
  const [first, second] = [...heights].sort(([, a], [, b]) => b - a);
  return first && first[1] > (second?.[1] ?? 0) ? first[0] : null;
};

/** `silent`: voices that are not to be sent now. */
export const aimsFor = (
  all: readonly Candidate[],
  { quality, shown }: Wish,
  silent: ReadonlySet<PublicationId>,
): ReadonlyMap<PublicationId, Aim> => {
  const heights = new Map(shown === null ? [] : all.filter(({ kind }) => kind === 'video').map((one) => [one.id, shown.heightOf(one)]));
  const largest = largestOf(heights);
  const aimOf = (one: Candidate): Aim => {
    const most = layerFor(quality, one.layers);
    if (one.kind === 'audio') return { isPaused: silent.has(one.id), spatialLayer: 0, priority: 1 };
    const height = heights.get(one.id);
    if (height === undefined) return { isPaused: false, spatialLayer: most, priority: priorityOf(one.source) };
    if (!(height > 0)) return { isPaused: true, spatialLayer: 0, priority: 1 };
    return {
      isPaused: false,
      spatialLayer: Math.min(most, layerAt(height, one)),
      priority: priorityAt(height, one.source, one.id === largest),
    };
  };
  return new Map(all.map((one) => [one.id, aimOf(one)]));
};
