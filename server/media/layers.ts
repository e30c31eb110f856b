// Which of a publication's layers a viewer wants, and what comes first when the link is too narrow for all.

import type { types } from 'mediasoup';
import type { Quality, Source } from '../../shared/messages/watch.ts';

const SPATIAL: Record<Exclude<Quality, 'auto'>, number> = { low: 0, medium: 1, high: 2 };

/** The most that is sent; the bandwidth estimate may choose less. */
export const layersFor = (quality: Quality, layers: number): types.ConsumerLayers => ({
  spatialLayer: quality === 'auto' ? layers - 1 : Math.min(SPATIAL[quality], layers - 1),
});

/** How many a viewer can choose from: simulcast encodings, or the spatial layers of one SVC encoding. */
export const layersOf = (rtpParameters: types.RtpParameters): number => {
  const encodings = rtpParameters.encodings ?? [];
  if (encodings.length > 1) return encodings.length;
  return Number(/^[LS]([1-9])T/.exec(encodings[0]?.scalabilityMode ?? '')?.[1] ?? 1);
};

/**
 * mediasoup gives every video its lowest layer first and then the rest by priority (1-255): slides stay readable while the
 * face beside them goes soft. Audio is outside this and always sent.
 */
export const priorityOf = (source: Source): number => (source === 'screen' ? 10 : 1);
