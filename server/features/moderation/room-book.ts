// What is known of each open room: rules, word filter, moderators, sanctions in force. Read from the database before somebody
// joins and kept until the room closes, so that judging a line waits for nothing. Changes of one room are made one after the
// other; while one is being made the room is not forgotten.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import type { WordLists } from '../../../shared/messages/moderation.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { NO_RULES } from './rules.ts';
import type { InForce, Kept, KeptRules } from './store.ts';
import { createWordFilter } from './word-filter.ts';
import type { WordFilter } from './word-filter.ts';

export type Room = {
  readonly id: RoomId;
  kept: KeptRules;
  findWords: WordFilter;
  readonly moderators: Set<UserId>;
  /** One for each person; it may be over by time. */
  readonly sanctions: Map<UserId, InForce>;
  /** When each last wrote, for slow mode. */
  readonly lastLineAtMs: Map<UserId, number>;
};

export type RoomBookDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly load: (roomId: RoomId) => Promise<Kept>;
  /** A room is known now. `isLate`: people are in it already, who were told what nobody could know. */
  readonly loaded: (room: Room, isLate: boolean) => void;
  readonly forgotten: (roomId: RoomId) => void;
};

type Place = { room: Room | null; loading: Promise<Room> | null; isClosed: boolean; isLate: boolean; changes: number; last: Promise<unknown> };

const RETRY_AFTER_MS = 1_000;
/** Waiting changes of one room. Moderators are few, and their requests come one after the other. */
const CHANGES_MAX = 100;

const isExpected = (error: unknown): boolean => error instanceof AppError;

const roomOf = (id: RoomId, { rules, moderators, sanctions }: Kept): Room => {
  const kept = rules ?? NO_RULES;
  return {
    id, kept,
    findWords: createWordFilter(kept.words),
    moderators: new Set(moderators),
    sanctions: new Map(sanctions.map((sanction) => [sanction.userId, sanction])),
    lastLineAtMs: new Map(),
  };
};

export const createRoomBook = (deps: RoomBookDeps) => {
  const places = new Map<RoomId, Place>();

  const placeOf = (roomId: RoomId): Place => {
    const known = places.get(roomId);
    if (known) return known;
    const fresh: Place = { room: null, loading: null, isClosed: true, isLate: false, changes: 0, last: Promise.resolve() };
    places.set(roomId, fresh);
    return fresh;
  };

  const load = (roomId: RoomId, place: Place): Promise<Room> => {
    place.loading ??= deps
      .load(roomId)
      .then((kept) => {
        place.room = roomOf(roomId, kept);
        if (places.get(roomId) === place) deps.loaded(place.room, place.isLate);
        place.isLate = false;
        return place.room;
      })
      .finally(() => {
        place.loading = null;
      });
    return place.loading;
  };
  /** For who sits in the room already, though it is not known. */
  const loadLate = (roomId: RoomId, place: Place): void => {
    place.isClosed = false;
    place.isLate = true;
    load(roomId, place).catch(() => {}); // Whoever asks next hears of it.
  };

  const forget = (roomId: RoomId, place: Place): void => {
    if (!place.isClosed || place.changes > 0 || places.get(roomId) !== place) return;
    places.delete(roomId);
    deps.forgotten(roomId);
  };

  return {
    /** Without the database people come in all the same, and the room is asked for again when it is needed. */
    async prepare(roomId: RoomId): Promise<void> {
      const place = placeOf(roomId);
      place.isClosed = false;
      if (place.room) return;
      try {
        await load(roomId, place);
      } catch (error) {
        if (!isExpected(error)) throw error;
        place.isLate = true;
        deps.log.warn({ err: error, room: roomId }, 'rules of a room not read');
      }
    },
    /** Null: not known, or nobody there. */
    get: (roomId: RoomId): Room | null => places.get(roomId)?.room ?? null,
    /** For somebody who is there: null while it is not known, but asked for. */
    seek(roomId: RoomId): Room | null {
      const place = placeOf(roomId);
      if (!place.room) loadLate(roomId, place);
      return place.room;
    },
    /** For somebody who is there: throws `database_unavailable` while it is not known, and asks for it. */
    known(roomId: RoomId): Room {
      const place = placeOf(roomId);
      if (place.room) return place.room;
      loadLate(roomId, place);
      throw new AppError('database_unavailable', 'rules not read yet', { retryAfterMs: RETRY_AFTER_MS });
    },
    /** Makes a change after those that were asked for before. */
    async change<T>(roomId: RoomId, make: (room: Room) => Promise<T>): Promise<T> {
      const place = placeOf(roomId);
      if (place.changes >= CHANGES_MAX) throw new AppError('busy', 'too many changes', { retryAfterMs: RETRY_AFTER_MS });
      place.changes += 1;
      const made = place.last.then(async () => make(place.room ?? (await load(roomId, place))));
      place.last = made.catch(() => {});
      try {
        return await made;
      } finally {
        place.changes -= 1;
        forget(roomId, place);
      }
    },
    roomClosed(roomId: RoomId): void {
      const place = places.get(roomId);
      if (!place) return;
      place.isClosed = true;
      forget(roomId, place);
    },
    rooms: (): readonly RoomId[] => [...places.keys()],
  };
};

export type RoomBook = ReturnType<typeof createRoomBook>;

/** Takes what was stored. */
export const setRules = (room: Room, kept: KeptRules): void => {
  const hasSameWords = (list: keyof WordLists): boolean => kept.words[list] === room.kept.words[list];
  if (!hasSameWords('blocked') || !hasSameWords('held')) room.findWords = createWordFilter(kept.words);
  room.kept = kept;
};
