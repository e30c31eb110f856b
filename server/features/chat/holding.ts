// Lines that wait for a moderator: bounded, decided once. An approved one is said now, at its old place.

import type { LineId, RoomId } from '../../../shared/ids.ts';
import { HELD_LINES_MAX } from '../../../shared/limits.ts';
import type { SaidLine } from '../../../shared/messages/chat.ts';
import type { HeldLine } from '../../../shared/messages/moderation.ts';
import { authorOf, idOf } from './line.ts';
import type { SaidEntry } from './line.ts';
import type { ChatParts } from './parts.ts';
import type { Room } from './room-book.ts';

const viewOf = ({ said, holdCause }: SaidEntry): HeldLine => ({ line: said, cause: holdCause ?? 'rule' });

export const createHolding = ({ deps, writer, book, teller }: Pick<ChatParts, 'deps' | 'writer' | 'book' | 'teller'>) => {
  const settle = (room: Room, entry: SaidEntry, state: 'shown' | 'rejected' | 'deleted'): void => {
    entry.state = state;
    room.lines.release(entry);
    writer.change(entry);
    deps.lineDecided(room.id, authorOf(entry), { lineId: idOf(entry), isApproved: state === 'shown' });
  };

  return {
    /** Its state says already that it is held. More than there is room for push the oldest out, rejected. */
    hold(room: Room, entry: SaidEntry): void {
      room.lines.hold(entry);
      const held = room.lines.held();
      for (const oldest of held.slice(0, Math.max(0, held.length - HELD_LINES_MAX))) settle(room, oldest, 'rejected');
      deps.lineHeld(room.id, viewOf(entry));
    },
    /** Its author took it back, or is gone. */
    withdraw: (room: Room, entry: SaidEntry, state: 'rejected' | 'deleted'): void => settle(room, entry, state),
    async list(roomId: RoomId): Promise<HeldLine[]> {
      return (await book.ready(roomId)).lines.held().map(viewOf);
    },
    /** Null: it is not held any more. */
    async decide(roomId: RoomId, lineId: LineId, isApproved: boolean): Promise<SaidLine | null> {
      const room = await book.ready(roomId);
      const entry = room.lines.heldOne(lineId);
      if (!entry) return null;
      settle(room, entry, isApproved ? 'shown' : 'rejected');
      if (isApproved) teller.tell(roomId, entry);
      return entry.said;
    },
  };
};

export type Holding = ReturnType<typeof createHolding>;
