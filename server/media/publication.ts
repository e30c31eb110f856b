// A track that somebody publishes into a room, as publishers and watchers both know it.

import type { types } from 'mediasoup';
import type { ParticipantId, PublicationId } from '../../shared/ids.ts';
import type { Source } from '../../shared/messages/watch.ts';

export type Publication = {
  /** mediasoup's producer id at the origin; copies on other routers have ids of their own. */
  readonly id: PublicationId;
  readonly participantId: ParticipantId;
  readonly source: Source;
  readonly kind: 'audio' | 'video';
  readonly layers: number;
  /** Of the largest layer, in pixels. */
  readonly height: number;
  readonly producer: types.Producer;
};

/** Where the publisher does not say. */
const PICTURE_HEIGHT = 720;

/** How many a viewer can choose from: simulcast encodings, or the spatial layers of one SVC encoding. */
const layersOf = (rtpParameters: types.RtpParameters): number => {
  const encodings = rtpParameters.encodings ?? [];
  if (encodings.length > 1) return encodings.length;
  return Number(/^[LS]([1-9])T/.exec(encodings[0]?.scalabilityMode ?? '')?.[1] ?? 1);
};

export const publicationOf = (participantId: ParticipantId, source: Source, height: number | undefined, producer: types.Producer): Publication => ({
  id: producer.id as PublicationId,
  participantId,
  source,
  kind: producer.kind,
  layers: layersOf(producer.rtpParameters),
  height: height ?? PICTURE_HEIGHT,
  producer,
});

export type PublicationInfo = {
  readonly publicationId: PublicationId;
  readonly participantId: ParticipantId;
  readonly source: Source;
  readonly kind: 'audio' | 'video';
  readonly muted: boolean;
};

export const infoOf = ({ id, participantId, source, kind, producer }: Publication): PublicationInfo => ({
  publicationId: id, participantId, source, kind, muted: producer.paused,
});
