// The seam between the product and the SFU: who may publish and watch, in the media plane's words; and the stage of a room,
// put together from hands, invitations and seats. Owns no media itself.

import type { ParticipantId, PublicationId, RoomId, UserId } from '../../../shared/ids.ts';
import type { Sanction } from '../../../shared/messages/moderation.ts';
import type { StageSnapshot } from '../../../shared/messages/seats.ts';
import type { WatchAnswer, WatchOffer } from '../../../shared/messages/watch.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import { can } from '../../../shared/permissions.ts';
import type { Publish } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Media } from '../../media/media.ts';
import type { RoomPart } from '../../rooms/room-part.ts';
import { createHands } from './hands.ts';
import type { Hands } from './hands.ts';
import { createInvitations } from './invitations.ts';
import type { InvitationsDeps } from './invitations.ts';
import { createSeats } from './seats.ts';
import type { SeatsDeps } from './seats.ts';
import { createStageBook, OPEN_LAYOUT, takenOf } from './stage-book.ts';
import type { RoomStage, StageBook } from './stage-book.ts';
import { createStageView } from './stage-view.ts';
import type { StageViewing } from './stage-view.ts';

export type StageDeps = Omit<SeatsDeps, 'book' | 'view' | 'media' | 'setMuted'> & Pick<InvitationsDeps, 'userIn' | 'ownerOf' | 'isOutcast'> & {
  readonly media: Pick<Media, 'publications' | 'openPublisher' | 'purposeOf' | 'publish' | 'setMuted' | 'stopPublishing' | 'viewsChanged' | 'watch' | 'link' | 'unlink'>;
  readonly publish: Publish;
  /** A fact: something of the host's, or nothing any more, arrives in this room. */
  readonly hostArrives: (roomId: RoomId, arrives: boolean) => void;
};

/** Who asks, and where. */
export type Place = { readonly roomId: RoomId; readonly participantId: ParticipantId };

const partOf = (book: StageBook, view: StageViewing, hands: Hands): RoomPart<StageSnapshot> => ({
  prepare: async (roomId) => view.opened(roomId),
  snapshot(roomId, { participantId, userId, role }) {
    const room = book.seek(roomId);
    const own = userId === null ? undefined : room?.hands.get(userId)?.hand;
    const invitation = userId === null ? undefined : room?.invitations.get(userId);
    const invited = [...(room?.invitations.values() ?? [])].map(({ person, expiresAtMs }) => ({ ...person, expiresAtMs }));
    return {
      ...view.viewIn(roomId),
      publications: view.behindIn(roomId, participantId),
      hand: own ? { why: own.why, raisedAtMs: own.raisedAtMs } : null,
      invitation: invitation ? { expiresAtMs: invitation.expiresAtMs } : null,
      hands: can(role, 'moderate') ? hands.queueOf(room) : [],
      invited: can(role, 'stage.direct') ? invited : [],
    };
  },
  roomClosed: book.forget,
});

/** Publishing and watching. */
const mediaSeam = (deps: StageDeps, book: StageBook, view: StageViewing) => {
  const { media, publish } = deps;
  const isHosts = (roomId: RoomId, participantId: ParticipantId): boolean => book.seek(roomId)?.seats.has(participantId) !== true;
  return {
    open: (place: Place, params: Params<'stage.open'>): Promise<Result<'stage.open'>> => media.openPublisher({ ...place, ...params }),
    async publish(place: Place, params: Params<'stage.publish'>): Promise<Result<'stage.publish'>> {
      const { transportId, ...what } = params;
      const { roomId, participantId } = place;
      const isCheck = media.purposeOf(participantId, transportId) === 'check';
      if (!isCheck && !deps.isOnAir(roomId)) throw new AppError('not_live');
      const publicationId = await media.publish(participantId, transportId, what);
      if (media.publications(roomId).some((it) => it.publicationId === publicationId)) {
        view.publicationsChanged(roomId);
        if (isHosts(roomId, participantId)) deps.hostArrives(roomId, true);
      }
      return { publicationId };
    },
    async mute({ roomId, participantId }: Place, params: Params<'stage.mute'>): Promise<void> {
      await media.setMuted(participantId, params.publicationId, params.muted);
      for (const one of view.roomsShowing(roomId, params.publicationId)) publish(one, 'publication.muted', params);
      view.seatsChanged(roomId);
    },
    /** The media plane says that a publication is gone, whatever the cause. */
    publicationEnded(roomId: RoomId, participantId: ParticipantId, _publicationId: PublicationId): void {
      if (!deps.isOnAir(roomId)) return;
      view.publicationsChanged(roomId);
      if (!isHosts(roomId, participantId)) return;
      if (!media.publications(roomId).some((it) => isHosts(roomId, it.participantId))) deps.hostArrives(roomId, false);
    },
    /** The media plane says that packets of somebody stopped, or came again. */
    flowChanged(roomId: RoomId, participantId: ParticipantId, isFlowing: boolean): void {
      if (isHosts(roomId, participantId)) deps.hostArrives(roomId, isFlowing);
    },
    /** However many speak. */
    isAlwaysHeard: isHosts,
    /** Null while nothing is on air: there is nothing to receive, and the page asks again when there is. */
    watch: async (place: Place, offer: WatchOffer): Promise<WatchAnswer | null> =>
      deps.isOnAir(place.roomId) ? media.watch({ ...place, offer }) : null,
  };
};

/** Two channels side by side: each room receives the other's host (rules X3, X4). Whether they are linked, another feature decides. */
const linkSeam = (deps: StageDeps, book: StageBook, view: StageViewing) => {
  const follow = (roomId: RoomId): void => {
    if (book.seek(roomId)) view.publicationsChanged(roomId); // nobody is told where nobody is
  };
  return {
    /** A fact: they are, from now on. */
    linked(one: RoomId, other: RoomId): void {
      deps.media.link(one, other);
      for (const roomId of [one, other]) follow(roomId);
    },
    /** A fact: they are not any more. */
    unlinked(one: RoomId, other: RoomId): void {
      deps.media.unlink(one);
      for (const roomId of [one, other]) follow(roomId);
    },
    /** A fact: this room shows the other one's host otherwise. */
    linkShown(roomId: RoomId): void {
      deps.media.viewsChanged(roomId);
      follow(roomId);
    },
  };
};

/** Hands and invitations end with it, which pages see to themselves; seats are told. */
const endShow = (room: RoomStage): UserId[] => {
  for (const { expiry } of room.invitations.values()) expiry();
  const people = [...room.seats.values()].map(({ person }) => person.userId);
  for (const kept of [room.invitations, room.hands, room.seats, room.listed]) kept.clear();
  room.layout = OPEN_LAYOUT;
  room.voices = room.speaking = []; // rule W10: pages forget it too
  return people;
};

export const createStage = (deps: StageDeps) => {
  const book = createStageBook();
  const view = createStageView({ ...deps, book });
  const seam = mediaSeam(deps, book, view);
  const parts = { ...deps, book, view, setMuted: (roomId: RoomId, participantId: ParticipantId, params: Params<'stage.mute'>) => seam.mute({ roomId, participantId }, params) };
  const seats = createSeats(parts);
  const hands = createHands(parts);
  const invitations = createInvitations({ ...parts, seats, hands });

  return {
    ...seam,
    ...linkSeam(deps, book, view),
    /** Seats that nobody can take any more: taken, or kept for who was asked. */
    seatsTaken: (roomId: RoomId): number => takenOf(book.seek(roomId)),
    handlers: { ...hands.handlers, ...invitations.handlers, ...seats.handlers },
    part: partOf(book, view, hands),
    publicationsIn: view.publicationsIn,
    maySee: view.maySee,
    speakingChanged: view.speakingChanged,
    isSeated: (roomId: RoomId, participantId: ParticipantId): boolean => book.seek(roomId)?.seats.has(participantId) === true,
    /** Their media has ended. */
    participantLeft(roomId: RoomId, participantId: ParticipantId, userId: UserId | null): void {
      if (userId === null || !book.seek(roomId)) return;
      hands.participantLeft(roomId, participantId, userId);
      invitations.participantLeft(roomId, userId);
      seats.participantLeft(roomId, participantId);
      if (userId === deps.ownerOf(roomId)) view.seatsChanged(roomId);
    },
    /** A shadow ban changes nothing that its person could see. */
    sanctioned(roomId: RoomId, userId: UserId, kind: Sanction['kind']): void {
      if (kind === 'shadow_ban') return;
      hands.lower(roomId, userId);
      invitations.end(roomId, userId, 'withdrawn');
      if (kind === 'ban') seats.userBanned(roomId, userId);
    },
    broadcastEnded(roomId: RoomId): void {
      const room = book.seek(roomId);
      if (!room) return;
      for (const userId of endShow(room)) deps.rolesChanged(roomId, userId);
      view.seatsChanged(roomId);
    },
    /** Rooms in memory; tests count them to zero. */
    rooms: book.size,
    close: book.close,
  };
};

export type Stage = ReturnType<typeof createStage>;
