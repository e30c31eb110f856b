// The moderation log: who did what to whom. An entry waits for nobody: it is written behind, and again until the database takes
// it. Nothing in it is ever changed. Who reads it reads what was done before, also what is still on its way.

import type { LogId, RoomId, UserId } from '../../../shared/ids.ts';
import { LOG_PAGE_MAX } from '../../../shared/limits.ts';
import type { LogEntry, ModerationAct } from '../../../shared/messages/moderation.ts';
import type { Result } from '../../../shared/messages.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { createOrderedIds } from '../../lib/ordered-ids.ts';
import { createWriteBehind } from '../../lib/write-behind.ts';
import { placeOf } from '../../rooms/place.ts';
import type { LogRow, ModerationStore } from './store.ts';

const DETAIL_CHARS_MAX = 1_000;
const WAITING_MAX = 10_000;
const BATCH_MAX = 100;

export const createLogBook = (deps: { readonly clock: Clock; readonly log: Log; readonly store: ModerationStore['log'] }) => {
  const { clock, log, store } = deps;
  const nextId = createOrderedIds(clock) as () => LogId;
  const waiting: LogRow[] = [];
  const writes = createWriteBehind({ clock, log });
  let writing: Promise<void> | null = null;

  /** One that the database can never take must not stop those behind it. */
  const writeOne = async (row: LogRow): Promise<void> => {
    try {
      await store.write([row]);
    } catch (error) {
      if (error instanceof AppError) throw error;
      log.error({ err: error, entry: row.id, act: row.act }, 'log entry given up');
    }
  };
  const writeBatch = async (rows: readonly LogRow[]): Promise<void> => {
    try {
      await store.write(rows);
    } catch (error) {
      if (error instanceof AppError) throw error;
      for (const row of rows) await writeOne(row);
    }
  };
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX);
      await writeBatch(batch);
      waiting.splice(0, batch.length);
    }
  };
  const flush = (): Promise<void> =>
    (writing ??= writeAll().finally(() => {
      writing = null;
    }));

  return {
    add(caller: Caller, act: ModerationAct, target: UserId | null, detail: string): void {
      const { seat, user } = placeOf(caller);
      if (waiting.length >= WAITING_MAX) return log.error({ act, room: seat.roomId }, 'log entry given up: too many are waiting');
      const words = detail.slice(0, DETAIL_CHARS_MAX).toWellFormed().replaceAll('\0', '');
      waiting.push({ id: nextId(), channelId: seat.roomId, act, actorUserId: user.userId, targetUserId: target, detail: words, at: clock.nowMs() });
      writes.add('log', flush);
    },
    /** Newest first. */
    async page(roomId: RoomId, before: LogId | null): Promise<Result<'moderation.log'>> {
      await flush();
      const entries: LogEntry[] = await store.entries(roomId, before);
      return { entries: entries.slice(0, LOG_PAGE_MAX), hasMore: entries.length > LOG_PAGE_MAX };
    },
    close: (): Promise<void> => writes.close(),
  };
};

export type LogBook = ReturnType<typeof createLogBook>;
