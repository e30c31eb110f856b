// A track that somebody publishes into a room, as publishers and watchers both know it.

import type { types } from 'mediasoup';
import type { ParticipantId, PublicationId } from '../../shared/ids.ts';
import type { Source } from '../../shared/messages/watch.ts';
import { layersOf } from './layers.ts';

export type Publication = {
  /** mediasoup's producer id at the origin; copies on other routers have ids of their own. */
  readonly id: PublicationId;
  readonly participantId: ParticipantId;
  readonly source: Source;
  readonly kind: 'audio' | 'video';
  readonly layers: number;
  readonly producer: types.Producer;
};

export const publicationOf = (participantId: ParticipantId, source: Source, producer: types.Producer): Publication => ({
  id: producer.id as PublicationId,
  participantId,
  source,
  kind: producer.kind,
  layers: layersOf(producer.rtpParameters),
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
