// What is kept of the stage of each room: who wants to come, who was asked, who has a seat, who leads, and how it is laid out.
// Plain state, in memory only, gone with the room. Invariant: a person has one hand, one invitation and one seat at most.

import type { ParticipantId, PublicationId, RoomId, UserId } from '../../../shared/ids.ts';
import type { Hand, LayoutKind, SeatState } from '../../../shared/messages/seats.ts';
import type { Cancel } from '../../lib/clock.ts';

export type Person = { readonly userId: UserId; readonly name: string; readonly displayName: string };

/** Null: a guest, known by the name that they typed. */
export type Seated = { readonly userId: UserId | null; readonly name: string | null; readonly displayName: string };

/** `participantId`: the tab that raised it. `isShadow`: nobody but its owner sees it (rule M7). */
export type RaisedHand = { readonly hand: Hand; readonly participantId: ParticipantId; readonly isShadow: boolean };
export type Invitation = { readonly person: Person; readonly expiresAtMs: number; readonly expiry: Cancel };

/** A co-host's; the host has one by being there. */
export type Seat = {
  readonly participantId: ParticipantId;
  readonly person: Seated;
  state: SeatState;
  isHidden: boolean;
};

/** A co-host is asked to lead. */
export type LeadOffer = { readonly participantId: ParticipantId; readonly expiresAtMs: number; readonly expiry: Cancel };

/** The host's participant is another one after a reload, so the order has a word for it. */
export const HOST_PLACE = 'host';
/** So is that of the host of a linked channel. */
export const LINK_PLACE = 'link';
export type Place = ParticipantId | typeof HOST_PLACE | typeof LINK_PLACE;

export type RoomStage = {
  readonly hands: Map<UserId, RaisedHand>;
  readonly invitations: Map<UserId, Invitation>;
  readonly seats: Map<ParticipantId, Seat>;
  offer: LeadOffer | null;
  /** The co-host who leads in the host's place; null: the host does. */
  leader: ParticipantId | null;
  /** Who publishes, and of whom nothing arrives. */
  readonly stalled: Set<ParticipantId>;
  layout: { readonly kind: LayoutKind; readonly order: readonly Place[] };
  /** The publications that the audience was told of. */
  readonly listed: Set<PublicationId>;
  /** `stage.changed` as it was told last. */
  told: string;
  /** Whose voices are heard, backstage too, and who of them was told. */
  voices: readonly ParticipantId[];
  speaking: readonly ParticipantId[];
};

export const OPEN_LAYOUT: RoomStage['layout'] = { kind: 'grid', order: [] };

export const personOf = ({ userId, name, displayName }: Person): Person => ({ userId, name, displayName });

/** The host has one of the seats. */
export const takenOf = (room: RoomStage | undefined): number => 1 + (room ? room.seats.size + room.invitations.size : 0);

export const seatOfUser = (room: RoomStage, userId: UserId): Seat | undefined =>
  [...room.seats.values()].find((seat) => seat.person.userId === userId);

export const createStageBook = () => {
  const rooms = new Map<RoomId, RoomStage>();
  const forget = (roomId: RoomId): void => {
    const room = rooms.get(roomId);
    for (const { expiry } of room?.invitations.values() ?? []) expiry();
    room?.offer?.expiry();
    rooms.delete(roomId);
  };
  return {
    seek: (roomId: RoomId): RoomStage | undefined => rooms.get(roomId),
    /** `listed`: what the audience of a room that opens only now is told of. */
    of(roomId: RoomId, listed: readonly PublicationId[] = []): RoomStage {
      const room: RoomStage = rooms.get(roomId) ?? {
        hands: new Map(), invitations: new Map(), seats: new Map(), offer: null, leader: null, stalled: new Set(),
        layout: OPEN_LAYOUT, listed: new Set(listed), told: '', voices: [], speaking: [],
      };
      rooms.set(roomId, room);
      return room;
    },
    forget,
    /** Rooms in memory; tests count them to zero. */
    size: (): number => rooms.size,
    close(): void {
      for (const roomId of [...rooms.keys()]) forget(roomId);
    },
  };
};

export type StageBook = ReturnType<typeof createStageBook>;
