// The seam between the product and the SFU: who may publish and watch, in the media plane's words; and the stage of a room,
// put together from hands, invitations, seats, the link for co-hosts and who leads. Owns no media itself.

import type { ParticipantId, PublicationId, RoomId, UserId } from '../../../shared/ids.ts';
import type { Sanction } from '../../../shared/messages/moderation.ts';
import type { StageSnapshot } from '../../../shared/messages/seats.ts';
import type { WatchAnswer, WatchOffer } from '../../../shared/messages/watch.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import { can } from '../../../shared/permissions.ts';
import type { Role } from '../../../shared/permissions.ts';
import type { Publish } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Media } from '../../media/media.ts';
import type { RoomPart } from '../../rooms/room-part.ts';
import { createCohostLink } from './cohost-link.ts';
import type { CohostLink, CohostLinkDeps } from './cohost-link.ts';
import { createHands } from './hands.ts';
import type { Hands } from './hands.ts';
import { createInvitations } from './invitations.ts';
import type { InvitationsDeps } from './invitations.ts';
import { createLeading } from './leading.ts';
import { createSeats } from './seats.ts';
import type { SeatsDeps } from './seats.ts';
import { createStageBook, OPEN_LAYOUT, takenOf } from './stage-book.ts';
import type { RoomStage, StageBook } from './stage-book.ts';
import { createStageView } from './stage-view.ts';
import type { StageViewing } from './stage-view.ts';

type Own = 'book' | 'view' | 'media' | 'setMuted' | 'steppedBack' | 'sentAway';
export type StageDeps = Omit<SeatsDeps, Own> & Pick<InvitationsDeps, 'userIn' | 'ownerOf' | 'isOutcast'> & Pick<CohostLinkDeps, 'lookOf' | 'checkWords'> & {
  readonly media: Pick<Media, 'publications' | 'openPublisher' | 'purposeOf' | 'publish' | 'setMuted' | 'stopPublishing' | 'viewsChanged' | 'watch' | 'link' | 'unlink'>;
  readonly publish: Publish;
  /** A fact: something of the host's or of who leads, or nothing any more, arrives in this room. */
  readonly hostArrives: (roomId: RoomId, arrives: boolean) => void;
};

/** Who asks, and where. */
export type Place = { readonly roomId: RoomId; readonly participantId: ParticipantId };

const leadOfferFor = (room: RoomStage | undefined, reader: ParticipantId, role: Role): StageSnapshot['leadOffer'] => {
  const offer = room?.offer;
  if (!offer || (offer.participantId !== reader && !can(role, 'broadcast.control'))) return null;
  return { participantId: offer.participantId, expiresAtMs: offer.expiresAtMs };
};

const partOf = (book: StageBook, view: StageViewing, hands: Hands, link: CohostLink): RoomPart<StageSnapshot> => ({
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
      link: can(role, 'stage.direct') ? link.linkIn(roomId) : null,
      leadOffer: leadOfferFor(room, participantId, role),
    };
  },
  roomClosed: book.forget,
});

/** Publishing and watching. */
const mediaSeam = (deps: StageDeps, book: StageBook, view: StageViewing) => {
  const { media, publish } = deps;
  const isHosts = (roomId: RoomId, participantId: ParticipantId): boolean => book.seek(roomId)?.seats.has(participantId) !== true;
  /** Whose media the broadcast lives by: the host's, and that of who leads in their place (rules B3, S19). */
  const carries = (roomId: RoomId, participantId: ParticipantId): boolean =>
    isHosts(roomId, participantId) || book.seek(roomId)?.leader === participantId;
  const carriersChanged = (roomId: RoomId): void => {
    if (!deps.isOnAir(roomId)) return;
    const arrives = ({ participantId }: { readonly participantId: ParticipantId }): boolean =>
      carries(roomId, participantId) && book.seek(roomId)?.stalled.has(participantId) !== true;
    deps.hostArrives(roomId, media.publications(roomId).some(arrives));
  };
  return {
    carriersChanged,
    open: (place: Place, params: Params<'stage.open'>): Promise<Result<'stage.open'>> => media.openPublisher({ ...place, ...params }),
    async publish(place: Place, params: Params<'stage.publish'>): Promise<Result<'stage.publish'>> {
      const { transportId, ...what } = params;
      const { roomId, participantId } = place;
      const isCheck = media.purposeOf(participantId, transportId) === 'check';
      if (!isCheck && !deps.isOnAir(roomId)) throw new AppError('not_live');
      const publicationId = await media.publish(participantId, transportId, what);
      if (media.publications(roomId).some((it) => it.publicationId === publicationId)) {
        view.publicationsChanged(roomId);
        book.seek(roomId)?.stalled.delete(participantId);
        if (carries(roomId, participantId)) carriersChanged(roomId);
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
      if (!media.publications(roomId).some((it) => it.participantId === participantId)) book.seek(roomId)?.stalled.delete(participantId);
      if (carries(roomId, participantId)) carriersChanged(roomId);
    },
    /** The media plane says that packets of somebody stopped, or came again. */
    flowChanged(roomId: RoomId, participantId: ParticipantId, isFlowing: boolean): void {
      const stalled = book.seek(roomId)?.stalled;
      if (isFlowing) stalled?.delete(participantId);
      else stalled?.add(participantId);
      if (carries(roomId, participantId)) carriersChanged(roomId);
    },
    /** However many speak. */
    isAlwaysHeard: carries,
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
const endShow = (room: RoomStage): ParticipantId[] => {
  for (const { expiry } of room.invitations.values()) expiry();
  room.offer?.expiry();
  room.offer = room.leader = null;
  const seated = [...room.seats.keys()];
  for (const kept of [room.invitations, room.hands, room.seats, room.listed, room.stalled]) kept.clear();
  room.layout = OPEN_LAYOUT;
  room.voices = room.speaking = []; // rule W10: pages forget it too
  return seated;
};

export const createStage = (deps: StageDeps) => {
  const book = createStageBook();
  const view = createStageView({ ...deps, book });
  const seam = mediaSeam(deps, book, view);
  const parts = { ...deps, book, view };
  const leading = createLeading({ ...parts, carriersChanged: seam.carriersChanged });
  const seats = createSeats({
    ...parts,
    setMuted: (roomId, participantId, params) => seam.mute({ roomId, participantId }, params),
    steppedBack: leading.steppedBack,
    sentAway: (roomId) => link.sentAway(roomId),
  });
  const hands = createHands(parts);
  const invitations = createInvitations({ ...parts, seats, hands });
  const namesIn = (roomId: RoomId): string[] => view.viewIn(roomId).seats.flatMap(({ name, displayName }) => (name === null ? [displayName] : [displayName, name]));
  const link: CohostLink = createCohostLink({ ...parts, seats, hands, invitations, namesIn });

  return {
    ...seam,
    ...linkSeam(deps, book, view),
    /** Seats that nobody can take any more: taken, or kept for who was asked. */
    seatsTaken: (roomId: RoomId): number => takenOf(book.seek(roomId)),
    handlers: { ...hands.handlers, ...invitations.handlers, ...seats.handlers, ...leading.handlers, ...link.handlers },
    part: partOf(book, view, hands, link),
    publicationsIn: view.publicationsIn,
    maySee: view.maySee,
    speakingChanged: view.speakingChanged,
    /** Null: they have no seat. */
    seatKindOf(roomId: RoomId, participantId: ParticipantId): 'leads' | 'sits' | null {
      const room = book.seek(roomId);
      if (room?.seats.has(participantId) !== true) return null;
      return room.leader === participantId ? 'leads' : 'sits';
    },
    /** Their media has ended. */
    participantLeft(roomId: RoomId, participantId: ParticipantId, userId: UserId | null): void {
      if (!book.seek(roomId)) return;
      seats.participantLeft(roomId, participantId);
      if (userId === null) return;
      hands.participantLeft(roomId, participantId, userId);
      invitations.participantLeft(roomId, userId);
      if (userId === deps.ownerOf(roomId)) view.seatsChanged(roomId);
    },
    /** A shadow ban changes nothing that its person could see. */
    sanctioned(roomId: RoomId, userId: UserId, kind: Sanction['kind']): void {
      if (kind === 'shadow_ban') return;
      hands.lower(roomId, userId);
      invitations.end(roomId, userId, 'withdrawn');
      leading.sanctioned(roomId, userId);
      if (kind !== 'ban') return;
      seats.userBanned(roomId, userId);
      link.userBanned(roomId, userId);
    },
    broadcastEnded(roomId: RoomId): void {
      link.broadcastEnded(roomId);
      const room = book.seek(roomId);
      if (!room) return;
      for (const id of endShow(room)) deps.roleChanged(roomId, id);
      view.seatsChanged(roomId);
    },
    /** Rooms in memory; tests count them to zero. */
    rooms: book.size,
    close: book.close,
  };
};

export type Stage = ReturnType<typeof createStage>;
