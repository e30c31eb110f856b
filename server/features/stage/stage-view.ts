// The stage as it is shown: which publications the audience may receive, and who has which seat. Tells the room what changed,
// and only what changed: whoever changes something asks here afterwards. Changes nothing itself but what it remembers of that.

import type { ParticipantId, PublicationId, RoomId } from '../../../shared/ids.ts';
import type { Layout, StageSeat, StageView } from '../../../shared/messages/seats.ts';
import type { Publication } from '../../../shared/messages/stage.ts';
import type { Publish } from '../../hub/handler.ts';
import type { Media } from '../../media/media.ts';
import { HOST_PLACE, LINK_PLACE, OPEN_LAYOUT } from './stage-book.ts';
import type { Person, Place, RoomStage, Seated, StageBook } from './stage-book.ts';

export type Host = { readonly participantId: ParticipantId; readonly user: Person | null };

/** The other channel of a link, as this room shows it. */
export type LinkedRoom = {
  readonly roomId: RoomId;
  readonly handle: string;
  readonly displayName: string;
  readonly isHidden: boolean;
  readonly isSilenced: boolean;
};

export type StageViewDeps = {
  readonly book: StageBook;
  readonly media: Pick<Media, 'publications' | 'viewsChanged'>;
  readonly publish: Publish;
  readonly isOnAir: (roomId: RoomId) => boolean;
  /** Null while the studio is not there. */
  readonly hostIn: (roomId: RoomId) => Host | null;
  /** Null: linked with none. */
  readonly linkIn: (roomId: RoomId) => LinkedRoom | null;
};

/** Every seat once: first those that the host named, then the others as they sit. */
export const orderOf = (room: RoomStage | undefined, seats: readonly StageSeat[]): ParticipantId[] => {
  const idAt = (place: Place): ParticipantId | undefined => {
    if (place === HOST_PLACE) return seats.find(({ isHost }) => isHost)?.participantId;
    return place === LINK_PLACE ? seats.find(({ channel }) => channel !== null)?.participantId : place;
  };
  const named = (room?.layout.order ?? []).flatMap((place) => idAt(place) ?? []);
  const ids = seats.map(({ participantId }) => participantId);
  return [...new Set([...named.filter((id) => ids.includes(id)), ...ids])];
};

export const createStageView = ({ book, media, publish, isOnAir, hostIn, linkIn }: StageViewDeps) => {
  type Shown = Pick<Publication, 'participantId' | 'kind'>;

  /** Whoever publishes without a seat is the host. */
  const isForAudience = (room: RoomStage | undefined, { participantId, kind }: Shown): boolean => {
    const seat = room?.seats.get(participantId);
    return !seat || (seat.state === 'on_stage' && !(seat.isHidden && kind === 'video'));
  };

  const isOnStage = (roomId: RoomId, id: ParticipantId): boolean => book.seek(roomId)?.seats.has(id) === true || hostIn(roomId)?.participantId === id;

  const allOf = (roomId: RoomId): Publication[] =>
    media.publications(roomId).map(({ publicationId, participantId, source, kind, muted }) => ({ publicationId, participantId, source, kind, muted }));

  /** Of a linked channel the host alone is received, not who else is on its stage (rule X3). */
  const isItsHosts = (roomId: RoomId, { participantId }: Shown): boolean => book.seek(roomId)?.seats.has(participantId) !== true;
  const isShownFrom = ({ isHidden, isSilenced }: LinkedRoom, { kind }: Shown): boolean => !(kind === 'video' ? isHidden : isSilenced);

  const linkedIn = (roomId: RoomId): { readonly link: LinkedRoom; readonly publications: Publication[] } | null => {
    const link = isOnAir(roomId) ? linkIn(roomId) : null;
    return link && { link, publications: allOf(link.roomId).filter((publication) => isItsHosts(link.roomId, publication)) };
  };

  const allIn = (roomId: RoomId): Publication[] => [...allOf(roomId), ...(linkedIn(roomId)?.publications ?? [])];

  const publicationsIn = (roomId: RoomId): Publication[] => {
    const room = book.seek(roomId);
    const linked = linkedIn(roomId);
    return [
      ...allOf(roomId).filter((publication) => isForAudience(room, publication)),
      ...(linked?.publications.filter((publication) => isShownFrom(linked.link, publication)) ?? []),
    ];
  };

  const isSilent = (roomId: RoomId, id: ParticipantId): boolean => {
    const microphones = media.publications(roomId).filter(({ participantId, source }) => participantId === id && source === 'microphone');
    return microphones.length > 0 && microphones.every(({ muted }) => muted);
  };

  /** The other host's, while they are there. */
  const linkSeatIn = (roomId: RoomId): StageSeat[] => {
    const link = linkIn(roomId);
    const host = link && hostIn(link.roomId);
    if (!link || !host?.user) return [];
    const { handle, displayName: channelName, isHidden, isSilenced } = link;
    const { userId, name, displayName } = host.user;
    return [{
      participantId: host.participantId, userId, name, displayName, isHost: false, isLeading: false, state: 'on_stage', isHidden,
      muted: isSilenced || isSilent(link.roomId, host.participantId),
      channel: { handle, displayName: channelName, isSilenced },
    }];
  };

  const seatsIn = (roomId: RoomId): StageSeat[] => {
    if (!isOnAir(roomId)) return [];
    const host = hostIn(roomId);
    const room = book.seek(roomId);
    const leader = room?.leader ?? null;
    const shown = (participantId: ParticipantId, { userId, name, displayName }: Seated) => ({
      participantId, userId, name, displayName, muted: isSilent(roomId, participantId), channel: null,
    });
    return [
      ...(host?.user ? [{ ...shown(host.participantId, host.user), isHost: true, isLeading: leader === null, state: 'on_stage' as const, isHidden: false }] : []),
      ...[...(room?.seats.values() ?? [])].map(({ participantId, person, state, isHidden }) => ({
        ...shown(participantId, person), isHost: false, isLeading: participantId === leader, state, isHidden,
      })),
      ...linkSeatIn(roomId),
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

  /** What changed in a room, told there and in the room that is linked with it, if anybody is there. */
  const inBoth = (change: (roomId: RoomId) => void) => (roomId: RoomId): void => {
    change(roomId);
    const other = linkIn(roomId)?.roomId;
    if (other !== undefined && book.seek(other)) change(other);
  };

  return {
    publicationsIn,
    /** Somebody comes in: from now on the audience is told what changes. */
    opened: (roomId: RoomId): void => void (book.seek(roomId) ?? book.of(roomId, publicationsIn(roomId).map(({ publicationId }) => publicationId))),
    /** For who is on the stage. */
    behindIn: (roomId: RoomId, reader: ParticipantId): Publication[] => (isOnStage(roomId, reader) ? allIn(roomId) : []),
    viewIn,
    /** Whose place it is in this room's layout; null: nobody's that is known here. */
    linkedHostIn: (roomId: RoomId): ParticipantId | null => linkSeatIn(roomId)[0]?.participantId ?? null,
    /** The rooms in which they hear of it: this one, and the one linked with it. */
    roomsShowing: (roomId: RoomId, id: PublicationId): RoomId[] =>
      [roomId, linkIn(roomId)?.roomId ?? []].flat().filter((one) => publicationsIn(one).some(({ publicationId }) => publicationId === id)),
    seatsChanged: inBoth(seatsChanged),
    publicationsChanged: inBoth(publicationsChanged),
    /** Somebody's seat is another one now: who may see what follows. */
    viewsChanged(roomId: RoomId): void {
      media.viewsChanged(roomId);
      inBoth(publicationsChanged)(roomId);
      speakersChanged(roomId);
    },
    /** The media plane hears who speaks. */
    speakingChanged(roomId: RoomId, participantIds: readonly ParticipantId[]): void {
      const room = book.seek(roomId);
      if (room) room.voices = participantIds;
      speakersChanged(roomId);
    },
    /** Nobody receives themselves; what is backstage or hidden is for those on the stage. `from`: the linked room it comes from. */
    maySee(roomId: RoomId, watcher: ParticipantId, publication: Shown, from?: RoomId): boolean {
      if (from === undefined) return watcher !== publication.participantId && (isForAudience(book.seek(roomId), publication) || isOnStage(roomId, watcher));
      const link = linkIn(roomId);
      if (link?.roomId !== from || !isItsHosts(from, publication)) return false;
      return isShownFrom(link, publication) || isOnStage(roomId, watcher);
    },
  };
};

export type StageViewing = ReturnType<typeof createStageView>;
