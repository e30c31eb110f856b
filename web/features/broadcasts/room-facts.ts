// What a page knows of a room's broadcast: the snapshot it joined with, moved on by every event. Pure, so that the order of
// events can be tested without a socket. Studio and watch page share it.

import type { ParticipantId } from '../../../shared/ids.ts';
import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { ChannelView, RoomSnapshot } from '../../../shared/messages/rooms.ts';
import type { StageView } from '../../../shared/messages/seats.ts';
import type { Publication } from '../../../shared/messages/stage.ts';
import type { EventData } from '../../../shared/messages.ts';

export type EndReason = EventData<'broadcast.ended'>['reason'];

export type RoomFacts = {
  readonly channel: ChannelView;
  /** null: nothing is on air. */
  readonly broadcast: BroadcastView | null;
  readonly viewers: number;
  readonly stage: StageView;
  /** The last broadcast that this page saw end; forgotten when the next one starts. */
  readonly ended: { readonly broadcast: BroadcastView; readonly reason: EndReason } | null;
};

type Listened =
  | 'broadcast.started' | 'broadcast.updated' | 'broadcast.interrupted' | 'broadcast.resumed' | 'broadcast.troubled' | 'broadcast.ended'
  | 'publication.started' | 'publication.muted' | 'publication.ended' | 'stage.changed' | 'viewers.counted';
export type RoomFactsEvent = { [E in Listened]: { readonly event: E; readonly data: EventData<E> } }[Listened];

export const ROOM_FACTS_EVENTS: readonly Listened[] = [
  'broadcast.started', 'broadcast.updated', 'broadcast.interrupted', 'broadcast.resumed', 'broadcast.troubled', 'broadcast.ended',
  'publication.started', 'publication.muted', 'publication.ended', 'stage.changed', 'viewers.counted',
];

/** A fresh snapshot replaces everything, but a thank-you that is on screen stays until something new is on air. */
export const roomFactsOf = ({ channel, broadcast, viewers, stage: { seats, layout } }: RoomSnapshot, before: RoomFacts | null): RoomFacts => {
  const stage = { seats, layout };
  if (broadcast) return { channel, broadcast, viewers, stage, ended: null };
  const wasOnAir = before?.broadcast;
  // It ended while we were away; nobody told us why, and the commonest reason is the kindest.
  const ended = wasOnAir ? { broadcast: wasOnAir, reason: 'host' as const } : (before?.ended ?? null);
  return { channel, broadcast, viewers, stage, ended };
};

const withPublications = (room: RoomFacts, change: (all: readonly Publication[]) => Publication[]): RoomFacts =>
  room.broadcast ? { ...room, broadcast: { ...room.broadcast, publications: change(room.broadcast.publications) } } : room;

export const moved = (room: RoomFacts, { event, data }: RoomFactsEvent): RoomFacts => {
  switch (event) {
    case 'broadcast.started':
      return { ...room, broadcast: data, ended: null };
    case 'broadcast.updated':
    case 'broadcast.resumed':
      return { ...room, broadcast: data };
    case 'broadcast.interrupted':
      return room.broadcast ? { ...room, broadcast: { ...room.broadcast, state: 'interrupted' } } : room;
    case 'broadcast.troubled':
      return room.broadcast ? { ...room, broadcast: { ...room.broadcast, ...data } } : room;
    case 'broadcast.ended':
      return { ...room, broadcast: null, ended: room.broadcast ? { broadcast: room.broadcast, reason: data.reason } : room.ended };
    case 'publication.started':
      return withPublications(room, (all) => [...all.filter(({ publicationId }) => publicationId !== data.publicationId), data]);
    case 'publication.muted':
      return withPublications(room, (all) =>
        all.map((one) => (one.publicationId === data.publicationId ? { ...one, muted: data.muted } : one)));
    case 'publication.ended':
      return withPublications(room, (all) => all.filter(({ publicationId }) => publicationId !== data.publicationId));
    case 'stage.changed':
      return { ...room, stage: data };
    case 'viewers.counted':
      return { ...room, viewers: data.viewers };
  }
};

/** Has this one a seat beside the host? */
export const isGuestIn = (room: RoomFacts | null, id: ParticipantId): boolean =>
  room?.stage.seats.some(({ participantId, isHost }) => participantId === id && !isHost) ?? false;

/** What this participant receives: on the stage all that is there but their own (rule S8). */
export const receivableIn = ({ broadcast, stage }: RoomSnapshot, me: ParticipantId): readonly Publication[] => {
  const all = stage.publications.length > 0 ? stage.publications : (broadcast?.publications ?? []);
  return all.filter(({ participantId }) => participantId !== me);
};
