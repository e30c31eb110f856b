// A ban takes a person's lines from everybody at once; lifting it brings them back. Each sanction hides and restores its own.
// What was said in a private broadcast goes when that is over, for good.

import type { BroadcastId, RoomId, UserId } from '../../../shared/ids.ts';
import { CHAT_HISTORY_MAX } from '../../../shared/limits.ts';
import type { ChatLine, SaidLine } from '../../../shared/messages/chat.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Holding } from './holding.ts';
import { authorOf, isPublic } from './line.ts';
import type { SaidEntry } from './line.ts';
import type { ChatParts } from './parts.ts';
import type { Removal } from './removal.ts';
import type { Room } from './room-book.ts';

export const createHiding = ({ deps, store, writer, book, nextId }: ChatParts, holding: Holding, removal: Removal) => {
  const inMemory = (room: Room, userId: UserId): SaidEntry[] => {
    const waiting = writer.waitingIn(room.id).filter((entry) => authorOf(entry) === userId);
    return [...new Set([...room.lines.saidBy(userId), ...waiting])];
  };

  /** Brings what is older than memory back from the database; without it, what is in memory must do. */
  const readAgain = async (room: Room): Promise<void> => {
    try {
      await room.loading; // It may have read them while they were hidden.
      await writer.flush();
      await book.refresh(room);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      deps.log.warn({ err: error, room: room.id }, 'lines restored from memory alone');
    }
  };

  return {
    async hidePerson(roomId: RoomId, userId: UserId, sanctionId: string): Promise<void> {
      const room = book.open(roomId);
      await room.loading?.catch(() => {}); // What is being read would come as it was before.
      for (const entry of inMemory(room, userId)) if (isPublic(entry)) entry.hiddenBy = sanctionId;
      if (room.pinned && authorOf(room.pinned) === userId) room.pinned.hiddenBy = sanctionId;
      const upTo = nextId();
      writer.alsoWrite(`hide ${roomId} ${sanctionId}`, () => store.hide(roomId, userId, sanctionId, upTo));
      for (const entry of room.lines.held()) if (authorOf(entry) === userId) holding.withdraw(room, entry, 'rejected');
      removal.person(room, userId);
    },
    /** Those who had the link keep what is on their pages; who comes in later had none. */
    hideBroadcast(roomId: RoomId, broadcastId: BroadcastId): void {
      const mark = `private ${broadcastId}`;
      const room = book.get(roomId);
      const isOfIt = (entry: SaidEntry): boolean => entry.broadcastId === broadcastId;
      for (const entry of writer.waitingIn(roomId).filter(isOfIt)) entry.hiddenBy = mark;
      writer.alsoWrite(`hide ${mark}`, () => store.hideBroadcast(roomId, broadcastId, mark));
      if (!room) return;
      for (const entry of room.lines.held().filter(isOfIt)) holding.withdraw(room, entry, 'rejected');
      for (const entry of room.lines.saidIn(broadcastId)) entry.hiddenBy = mark;
      room.lines.forgetFacts();
      if (room.pinned && isOfIt(room.pinned)) removal.setPin(room, null);
    },
    async restorePerson(roomId: RoomId, userId: UserId, sanctionId: string): Promise<void> {
      const room = book.open(roomId);
      for (const entry of inMemory(room, userId)) if (entry.hiddenBy === sanctionId) entry.hiddenBy = null;
      writer.alsoWrite(`restore ${roomId} ${sanctionId}`, () => store.restore(roomId, userId, sanctionId));
      await readAgain(room);
      const isTheirs = (line: ChatLine): line is SaidLine => line.kind === 'said' && line.author.userId === userId;
      const lines = book.open(roomId).lines.page(null, null, CHAT_HISTORY_MAX).lines.filter(isTheirs);
      deps.publish(roomId, 'chat.restored', { userId, lines });
    },
  };
};
