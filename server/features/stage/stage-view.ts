// The stage as it is shown: which publications the audience may receive, and who has which seat. Tells the room what changed,
// and only what changed: whoever changes something asks here afterwards. Changes nothing itself but what it remembers of that.

import type { ParticipantId, RoomId } from '../../../shared/ids.ts';
import type { Layout, StageSeat, StageView } from '../../../shared/messages/seats.ts';
import type { Publication } from '../../../shared/messages/stage.ts';
import type { Publish } from '../../hub/handler.ts';
import type { Media } from '../../media/media.ts';
import { HOST_PLACE, OPEN_LAYOUT } from './stage-book.ts';
import type { Person, RoomStage, StageBook } from './stage-book.ts';

export type Host = { readonly participantId: ParticipantId; readonly user: Person | null };

export type StageViewDeps = {
  readonly book: StageBook;
  readonly media: Pick<Media, 'publications' | 'viewsChanged'>;
  readonly publish: Publish;
  readonly isOnAir: (roomId: RoomId) => boolean;
  /** Null while the studio is not there. */
  readonly hostIn: (roomId: RoomId) => Host | null;
};

/** Every seat once: first those that the host named, then the others as they sit. */
export const orderOf = (room: RoomStage | undefined, seats: readonly StageSeat[]): ParticipantId[] => {
  const hostId = seats.find(({ isHost }) => isHost)?.participantId;
  const named = (room?.layout.order ?? []).flatMap((place) => (place === HOST_PLACE ? hostId ?? [] : place));
  const ids = seats.map(({ participantId }) => participantId);
  return [...new Set([...named.filter((id) => ids.includes(id)), ...ids])];
};

export const createStageView = ({ book, media, publish, isOnAir, hostIn }: StageViewDeps) => {
  type Shown = Pick<Publication, 'participantId' | 'kind'>;

  /** Whoever publishes without a seat is the host. */
  const isForAudience = (room: RoomStage | undefined, { participantId, kind }: Shown): boolean => {
    const seat = room?.seats.get(participantId);
    return !seat || (seat.state === 'on_stage' && !(seat.isHidden && kind === 'video'));
  };

  const isOnStage = (roomId: RoomId, id: ParticipantId): boolean => book.seek(roomId)?.seats.has(id) === true || hostIn(roomId)?.participantId === id;

  const allIn = (roomId: RoomId): Publication[] =>
    media.publications(roomId).map(({ publicationId, participantId, source, kind, muted }) => ({ publicationId, participantId, source, kind, muted }));

  const publicationsIn = (roomId: RoomId): Publication[] => {
    const room = book.seek(roomId);
    return allIn(roomId).filter((publication) => isForAudience(room, publication));
  };

  const isSilent = (roomId: RoomId, id: ParticipantId): boolean => {
    const microphones = media.publications(roomId).filter(({ participantId, source }) => participantId === id && source === 'microphone');
    return microphones.length > 0 && microphones.every(({ muted }) => muted);
  };

  const seatsIn = (roomId: RoomId): StageSeat[] => {
    if (!isOnAir(roomId)) return [];
    const host = hostIn(roomId);
    const shown = (participantId: ParticipantId, { userId, name, displayName }: Person) => ({
      participantId, userId, name, displayName, muted: isSilent(roomId, participantId),
    });
    return [
      ...(host?.user ? [{ ...shown(host.participantId, host.user), isHost: true, state: 'on_stage' as const, isHidden: false }] : []),
      ...[...(book.seek(roomId)?.seats.values() ?? [])].map(({ participantId, person, state, isHidden }) => ({
        ...shown(participantId, person), isHost: false, state, isHidden,
      })),
    ];
  };

  const layoutOf = (roomId: RoomId, seats: readonly StageSeat[]): Layout => {
    const room = book.seek(roomId);
    return { kind: (room?.layout ?? OPEN_LAYOUT).kind, order: orderOf(room, seats) };
  };

  const viewIn = (roomId: RoomId): StageView => {
    const seats = seatsIn(roomId);
    return { seats, layout: layoutOf(roomId, seats) };
  };

  /** Seats or the layout may say something else now. */
  const seatsChanged = (roomId: RoomId): void => {
    const room = book.seek(roomId);
    if (!room) return; // The last one left meanwhile.
    const view = viewIn(roomId);
    const told = JSON.stringify(view);
    if (told === room.told) return;
    room.told = told;
    publish(roomId, 'stage.changed', view);
  };

  /** Something is published that was not, or the other way round, or the audience may see other things. */
  const publicationsChanged = (roomId: RoomId): void => {
    const { listed } = book.of(roomId);
    const now = publicationsIn(roomId);
    const ids = new Set(now.map(({ publicationId }) => publicationId));
    for (const publicationId of listed) {
      if (ids.has(publicationId)) continue;
      listed.delete(publicationId);
      publish(roomId, 'publication.ended', { publicationId });
    }
    for (const publication of now) {
      if (listed.has(publication.publicationId)) continue;
      listed.add(publication.publicationId);
      publish(roomId, 'publication.started', publication);
    }
    seatsChanged(roomId);
  };

  /** Rule S8: the audience does not learn who is backstage. */
  const speakersChanged = (roomId: RoomId): void => {
    const room = book.seek(roomId);
    if (!room) return; // The last one left meanwhile.
    const speaking = room.voices.filter((participantId) => isForAudience(room, { participantId, kind: 'audio' }));
    if (speaking.join() === room.speaking.join()) return;
    room.speaking = speaking;
    publish(roomId, 'speaker.changed', { speaking });
  };

  return {
    publicationsIn,
    /** For who is on the stage. */
    behindIn: (roomId: RoomId, reader: ParticipantId): Publication[] => (isOnStage(roomId, reader) ? allIn(roomId) : []),
    viewIn,
    seatsChanged,
    publicationsChanged,
    /** Somebody's seat is another one now: who may see what follows. */
    viewsChanged(roomId: RoomId): void {
      media.viewsChanged(roomId);
      publicationsChanged(roomId);
      speakersChanged(roomId);
    },
    /** The media plane hears who speaks. */
    speakingChanged(roomId: RoomId, participantIds: readonly ParticipantId[]): void {
      const room = book.seek(roomId);
      if (room) room.voices = participantIds;
      speakersChanged(roomId);
    },
    /** Nobody receives themselves; what is backstage or hidden is for those on the stage. */
    maySee: (roomId: RoomId, watcher: ParticipantId, publication: Shown): boolean =>
      watcher !== publication.participantId && (isForAudience(book.seek(roomId), publication) || isOnStage(roomId, watcher)),
  };
};

export type StageViewing = ReturnType<typeof createStageView>;
