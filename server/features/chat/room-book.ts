// The rooms whose lines are in memory: opens them, loads them from the database, finds a line wherever it is. Invariant: one
// line is one entry, so who changes it changes it for all: memory goes before what waits to be written, that before the
// database. A room that could not be loaded goes on with the lines said since.

import type { LineId, RoomId } from '../../../shared/ids.ts';
import { CHAT_HISTORY_MAX } from '../../../shared/limits.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { idOf, isPublic } from './line.ts';
import type { SaidEntry } from './line.ts';
import type { LineWriter } from './line-writer.ts';
import { createRoomLines, LINES_KEPT_MIN } from './room-lines.ts';
import type { RoomLines } from './room-lines.ts';
import type { ChatStore } from './store.ts';

export type Room = {
  readonly id: RoomId;
  readonly lines: RoomLines;
  pinned: SaidEntry | null;
  isLoaded: boolean;
  loading: Promise<void> | null;
};

export type RoomBookDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<ChatStore, 'byId' | 'newest' | 'page' | 'held' | 'pinned'>;
  readonly writer: Pick<LineWriter, 'find' | 'flush' | 'newIn'>;
  /** Loaded only after people had come in: they have not seen it. */
  readonly pinnedLate: (room: Room) => void;
};

export const createRoomBook = (deps: RoomBookDeps) => {
  const { store, writer } = deps;
  const rooms = new Map<RoomId, Room>();

  const open = (roomId: RoomId): Room => {
    const known = rooms.get(roomId);
    if (known) return known;
    const room: Room = { id: roomId, lines: createRoomLines(deps.clock), pinned: null, isLoaded: false, loading: null };
    rooms.set(roomId, room);
    const waiting = writer.newIn(roomId);
    room.lines.merge(waiting, false);
    for (const entry of waiting) if (entry.state === 'held') room.lines.hold(entry);
    return room;
  };

  const known = (room: Room, lineId: LineId): SaidEntry | null => {
    const pinned = room.pinned && idOf(room.pinned) === lineId ? room.pinned : null;
    return room.lines.find(lineId) ?? pinned ?? writer.find(lineId);
  };
  const adopt = (room: Room, read: SaidEntry): SaidEntry => known(room, idOf(read)) ?? read;

  const load = async (room: Room): Promise<void> => {
    await writer.flush(); // What waits is newer than what would be read.
    const [newest, shown, held, pinned] = await Promise.all([
      store.newest(room.id, LINES_KEPT_MIN),
      store.page(room.id, null, null, CHAT_HISTORY_MAX),
      store.held(room.id),
      store.pinned(room.id),
    ]);
    room.lines.merge([...newest, ...shown].map((entry) => adopt(room, entry)), newest.length < LINES_KEPT_MIN);
    for (const entry of held.map((read) => adopt(room, read))) if (entry.state === 'held') room.lines.hold(entry);
    if (room.isLoaded) return;
    room.isLoaded = true;
    const entry = pinned && adopt(room, pinned);
    if (!entry || !isPublic(entry) || room.pinned) return;
    room.pinned = entry;
    deps.pinnedLate(room);
  };

  /** Reads the newest lines again; who asks meanwhile waits for the same. Throws `database_unavailable` or `busy`. */
  const refresh = (room: Room): Promise<void> => (room.loading ??= load(room).finally(() => (room.loading = null)));

  return {
    open,
    refresh,
    /** The room, with its lines from before. Throws `database_unavailable` or `busy`. */
    async ready(roomId: RoomId): Promise<Room> {
      const room = open(roomId);
      if (!room.isLoaded) await refresh(room);
      return open(roomId);
    },
    /** As good as can be at this moment: joining does not fail for want of the database. */
    async prepare(roomId: RoomId): Promise<void> {
      const room = open(roomId);
      if (room.isLoaded) return;
      await refresh(room).catch((error: unknown) => {
        if (!(error instanceof AppError)) deps.log.error({ err: error, room: roomId }, 'chat lines not loaded');
      });
    },
    get: (roomId: RoomId): Room | null => rooms.get(roomId) ?? null,
    /** A line of this room, whatever its state; null: there is none. Throws `database_unavailable` or `busy`. */
    async find(roomId: RoomId, lineId: LineId): Promise<SaidEntry | null> {
      const inMemory = known(open(roomId), lineId);
      if (inMemory) return inMemory.roomId === roomId ? inMemory : null;
      const read = await store.byId(roomId, lineId);
      return read && adopt(open(roomId), read);
    },
    forget: (roomId: RoomId): void => void rooms.delete(roomId),
    count: (): number => rooms.size,
  };
};

export type RoomBook = ReturnType<typeof createRoomBook>;
