// Taking a line from everybody: the line, the pin, and its words over answers. Says nothing of why, and writes no state.

import type { UserId } from '../../../shared/ids.ts';
import { authorOf, idOf } from './line.ts';
import type { SaidEntry } from './line.ts';
import type { ChatParts } from './parts.ts';
import type { Room } from './room-book.ts';

type Parts = Pick<ChatParts, 'deps' | 'store' | 'writer'>;

export const createRemoval = ({ deps, store, writer }: Parts) => {
  const setPin = (room: Room, entry: SaidEntry | null): void => {
    room.pinned = entry;
    const lineId = entry && idOf(entry);
    writer.alsoWrite(`pin ${room.id}`, () => store.pin(room.id, lineId));
    deps.publish(room.id, 'chat.pinned', { line: entry?.said ?? null });
  };
  const unpin = (room: Room, isGone: (entry: SaidEntry) => boolean): void => {
    if (room.pinned && isGone(room.pinned)) setPin(room, null);
  };

  return {
    setPin,
    line(room: Room, { said: { lineId } }: SaidEntry): void {
      deps.publish(room.id, 'chat.deleted', { lineIds: [lineId] });
      room.lines.forgetExcerpts((replyTo) => replyTo.lineId === lineId);
      unpin(room, (entry) => idOf(entry) === lineId);
    },
    person(room: Room, userId: UserId): void {
      deps.publish(room.id, 'chat.cleared', { userId });
      room.lines.forgetExcerpts((replyTo) => replyTo.userId === userId);
      unpin(room, (entry) => authorOf(entry) === userId);
    },
  };
};

export type Removal = ReturnType<typeof createRemoval>;
