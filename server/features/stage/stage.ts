// The seam between the product and the SFU: who may publish and watch, in the media plane's words. Owns no media itself.

import type { ParticipantId, PublicationId, RoomId } from '../../../shared/ids.ts';
import type { Publication } from '../../../shared/messages/stage.ts';
import type { WatchAnswer, WatchOffer } from '../../../shared/messages/watch.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import type { Publish } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Media } from '../../media/media.ts';

export type StageDeps = {
  readonly media: Media;
  readonly publish: Publish;
  readonly isOnAir: (roomId: RoomId) => boolean;
  /** A fact: something, or nothing any more, is published in this room. */
  readonly hostArrives: (roomId: RoomId, arrives: boolean) => void;
};

/** Who asks, and where. */
export type Place = { readonly roomId: RoomId; readonly participantId: ParticipantId };

export const createStage = (deps: StageDeps) => {
  const { media, publish } = deps;

  const publicationsIn = (roomId: RoomId): Publication[] =>
    media.publications(roomId).map(({ publicationId, source, kind, muted }) => ({ publicationId, source, kind, muted }));

  return {
    publicationsIn,
    open: (place: Place, params: Params<'stage.open'>): Promise<Result<'stage.open'>> => media.openPublisher({ ...place, ...params }),
    async publish(place: Place, params: Params<'stage.publish'>): Promise<Result<'stage.publish'>> {
      const { transportId, ...what } = params;
      const isCheck = media.purposeOf(place.participantId, transportId) === 'check';
      if (!isCheck && !deps.isOnAir(place.roomId)) throw new AppError('not_live');
      const publicationId = await media.publish(place.participantId, transportId, what);
      const started = publicationsIn(place.roomId).find((it) => it.publicationId === publicationId);
      if (started) {
        publish(place.roomId, 'publication.started', started);
        deps.hostArrives(place.roomId, true);
      }
      return { publicationId };
    },
    async mute(place: Place, params: Params<'stage.mute'>): Promise<void> {
      await media.setMuted(place.participantId, params.publicationId, params.muted);
      publish(place.roomId, 'publication.muted', params);
    },
    /** The media plane says that a publication is gone, whatever the cause. */
    publicationEnded(roomId: RoomId, publicationId: PublicationId): void {
      if (!deps.isOnAir(roomId)) return;
      publish(roomId, 'publication.ended', { publicationId });
      if (media.publications(roomId).length === 0) deps.hostArrives(roomId, false);
    },
    /** The media plane says that packets of a room's host stopped, or came again. */
    flowChanged(roomId: RoomId, isFlowing: boolean): void {
      deps.hostArrives(roomId, isFlowing);
    },
    /** Null while nothing is on air: there is nothing to receive, and the page asks again when there is. */
    watch: async (place: Place, offer: WatchOffer): Promise<WatchAnswer | null> =>
      deps.isOnAir(place.roomId) ? media.watch({ ...place, offer }) : null,
  };
};

export type Stage = ReturnType<typeof createStage>;
