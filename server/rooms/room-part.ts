// All that a room knows of a feature. The feature keeps its own state, keyed by room.

import type { ParticipantId, RoomId, UserId } from '../../shared/ids.ts';
import type { RoomSnapshot } from '../../shared/messages/rooms.ts';
import type { Role } from '../../shared/permissions.ts';

/** Who will read a snapshot; null: a guest. */
export type Reader = { readonly participantId: ParticipantId; readonly userId: UserId | null; readonly role: Role };

export type RoomPart<S> = {
  /**
   * Makes ready what the snapshot needs; asked before each join, and free when it is there already. `userId` is the reader's.
   * Rejects with `database_unavailable` only if there is no sense in going on without it.
   */
  readonly prepare?: (roomId: RoomId, userId: UserId | null) => Promise<void>;
  /** Of this moment: must not wait. */
  readonly snapshot: (roomId: RoomId, reader: Reader) => S;
  /** The last one left: forget the room. */
  readonly roomClosed?: (roomId: RoomId) => void;
};

/** The snapshot's parts that belong to features. */
export type PartName = Exclude<keyof RoomSnapshot, 'channel' | 'broadcast' | 'viewers'>;
export type RoomParts = { readonly [K in PartName]: RoomPart<RoomSnapshot[K]> };

export const prepareParts = async (parts: RoomParts, roomId: RoomId, userId: UserId | null): Promise<void> => {
  await Promise.all(Object.values(parts).map(async (part: RoomPart<unknown>) => part.prepare?.(roomId, userId)));
};

export const snapshotOf = (parts: RoomParts, roomId: RoomId, reader: Reader): Pick<RoomSnapshot, PartName> => ({
  chat: parts.chat.snapshot(roomId, reader),
  moderation: parts.moderation.snapshot(roomId, reader),
  follow: parts.follow.snapshot(roomId, reader),
  poll: parts.poll.snapshot(roomId, reader),
  questions: parts.questions.snapshot(roomId, reader),
  gifts: parts.gifts.snapshot(roomId, reader),
  stage: parts.stage.snapshot(roomId, reader),
  link: parts.link.snapshot(roomId, reader),
  battle: parts.battle.snapshot(roomId, reader),
});
