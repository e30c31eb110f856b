// What people say in a room (rules C1-C9): puts chat's parts together and shows the rest of the server what it may ask of
// chat. Owns the lines, keyed by room; knows nobody's sanctions: others say who may speak, and whose lines go.

import type { LineId, RoomId } from '../../../shared/ids.ts';
import { CHAT_HISTORY_MAX } from '../../../shared/limits.ts';
import type { ChatSnapshot, SaidLine, SystemFact } from '../../../shared/messages/chat.ts';
import { createOrderedIds } from '../../lib/ordered-ids.ts';
import type { RoomPart } from '../../rooms/room-part.ts';
import { createChanging } from './changing.ts';
import { chatHandlers } from './handlers.ts';
import { createHiding } from './hiding.ts';
import { createHolding } from './holding.ts';
import type { SystemEntry } from './line.ts';
import { createLineWriter } from './line-writer.ts';
import type { ChatDeps, ChatParts } from './parts.ts';
import { createReading } from './reading.ts';
import { createRemoval } from './removal.ts';
import { createRoomBook } from './room-book.ts';
import { createSending } from './sending.ts';
import { createChatStore } from './store.ts';
import { createTeller } from './teller.ts';
import { subjectOf } from './words.ts';

const buildParts = (deps: ChatDeps): ChatParts => {
  const { clock, log, metrics, publish } = deps;
  const store = createChatStore(deps.database);
  const writer = createLineWriter({ clock, log, metrics, store });
  const book = createRoomBook({ clock, log, store, writer, pinnedLate: ({ id, pinned }) => publish(id, 'chat.pinned', { line: pinned?.said ?? null }) });
  return { deps, store, writer, book, teller: createTeller({ clock, publish }), nextId: createOrderedIds(clock) as () => LineId };
};

export const createChat = (deps: ChatDeps) => {
  const parts = buildParts(deps);
  const { book, teller, writer, nextId } = parts;
  const holding = createHolding(parts);
  const removal = createRemoval(parts);
  const changing = createChanging(parts, holding, removal);
  const { hidePerson, restorePerson, hideBroadcast } = createHiding(parts, holding, removal);

  const part: RoomPart<ChatSnapshot> = {
    prepare: (roomId) => book.prepare(roomId),
    snapshot(roomId, { userId }) {
      const room = book.open(roomId);
      return { lines: room.lines.page(userId, null, CHAT_HISTORY_MAX).lines, pinned: room.pinned?.said ?? null };
    },
    roomClosed(roomId) {
      teller.roomClosed(roomId);
      book.forget(roomId); // What waits to be written lies with the writer.
    },
  };

  return {
    handlers: chatHandlers(createSending(parts, holding), changing, createReading(parts)),
    part,
    /** Something happened, among the lines. */
    sayFact(roomId: RoomId, fact: SystemFact, subject: string): void {
      const room = book.get(roomId);
      if (!room) return; // Nobody is there to be told.
      const said = { kind: 'system', lineId: nextId(), fact, subject: subjectOf(subject), saidAtMs: deps.clock.nowMs() } as const;
      const entry: SystemEntry = { kind: 'system', said };
      room.lines.add(entry);
      teller.tell(roomId, entry);
    },
    /** Whatever its state; null: no such line. Throws `database_unavailable` or `busy`. */
    lineOf: async (roomId: RoomId, lineId: LineId): Promise<SaidLine | null> => (await book.find(roomId, lineId))?.said ?? null,
    /** For everybody, now. Null: no such line. */
    deleteLine: changing.deleteLine,
    /** Takes all lines of a person from everybody, in the name of a sanction. */
    hidePerson,
    /** A private broadcast is over: nobody who comes later reads what was said in it. */
    hideBroadcast,
    /** Brings back what that sanction took. */
    restorePerson,
    heldLines: holding.list,
    /** Null: it is not held any more. */
    decideHeld: holding.decide,
    /** Rooms in memory and lines not yet written; tests count them to zero. */
    counts: () => ({ rooms: book.count(), waiting: writer.waiting() }),
    async close(): Promise<void> {
      teller.close();
      await writer.close();
    },
  };
};

export type Chat = ReturnType<typeof createChat>;
