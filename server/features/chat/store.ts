// The SQL of chat. Gives and takes entries; what an answer quotes is read with it, and only while everybody may see it.

import { and, desc, eq, ilike, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { BroadcastId, LineId, RoomId, UserId } from '../../../shared/ids.ts';
import { HELD_LINES_MAX } from '../../../shared/limits.ts';
import type { SaidLine } from '../../../shared/messages/chat.ts';
import type { FrameStamp } from '../../../shared/messages/time.ts';
import type { Database, Db } from '../../db/client.ts';
import { broadcasts, chatLines, pinnedLines, users } from '../../db/schema.ts';
import { excerptOf } from './line.ts';
import type { SaidEntry } from './line.ts';

export type { Database } from '../../db/client.ts';

type Row = typeof chatLines.$inferSelect;
const answered = alias(chatLines, 'answered');
const answeredAuthor = alias(users, 'answered_author');

const isPublic = (table: typeof chatLines) => and(eq(table.state, 'shown'), eq(table.isShadow, false), isNull(table.hiddenBy));
const isOwn = (reader: UserId) =>
  and(eq(chatLines.userId, reader), isNull(chatLines.hiddenBy), or(eq(chatLines.state, 'shown'), eq(chatLines.state, 'held')));

const select = (db: Db) =>
  db
    .select({
      row: chatLines,
      name: users.name,
      displayName: users.displayName,
      startedAt: broadcasts.startedAt,
      answeredText: answered.text,
      answeredUserId: answered.userId,
      answeredName: answeredAuthor.displayName,
    })
    .from(chatLines)
    .innerJoin(users, eq(users.id, chatLines.userId))
    .leftJoin(broadcasts, eq(broadcasts.id, chatLines.broadcastId))
    .leftJoin(answered, and(eq(answered.id, chatLines.replyToId), isPublic(answered as unknown as typeof chatLines)))
    .leftJoin(answeredAuthor, eq(answeredAuthor.id, answered.userId));
type Found = Awaited<ReturnType<typeof select>>[number];

const stampOf = ({ row, startedAt }: Found): FrameStamp | null => {
  if (row.seenAt === null || row.seenErrorMs === null || startedAt === null) return null;
  return { capturedAtMs: row.seenAt, errorMs: row.seenErrorMs, timelineMs: Math.max(0, row.seenAt - startedAt) };
};

const replyOf = ({ row, answeredText, answeredUserId, answeredName }: Found): SaidLine['replyTo'] => {
  if (row.replyToId === null || answeredText === null || answeredUserId === null || answeredName === null) return null;
  return { lineId: row.replyToId, userId: answeredUserId, displayName: answeredName, excerpt: excerptOf(answeredText) };
};

const entryOf = (found: Found): SaidEntry => {
  const { row, name, displayName } = found;
  return {
    kind: 'said',
    roomId: row.channelId,
    broadcastId: row.broadcastId,
    key: row.key,
    replyToLineId: row.replyToId,
    isShadow: row.isShadow,
    state: row.state,
    holdCause: row.holdCause,
    hiddenBy: row.hiddenBy,
    said: {
      kind: 'said',
      lineId: row.id,
      author: { userId: row.userId, name, displayName, role: row.role, fanLevel: row.fanLevel },
      text: row.text,
      look: { color: row.color, place: row.place },
      saidAtMs: row.saidAt,
      stamp: stampOf(found),
      replyTo: replyOf(found),
      mentions: row.mentions,
      editedAtMs: row.editedAt,
    },
  };
};

const rowOf = ({ said, ...entry }: SaidEntry): Row => ({
  id: said.lineId,
  channelId: entry.roomId,
  broadcastId: entry.broadcastId,
  userId: said.author.userId,
  key: entry.key,
  role: said.author.role,
  fanLevel: said.author.fanLevel,
  text: said.text,
  color: said.look.color,
  place: said.look.place,
  replyToId: entry.replyToLineId,
  mentions: said.mentions,
  saidAt: said.saidAtMs,
  seenAt: said.stamp?.capturedAtMs ?? null,
  seenErrorMs: said.stamp?.errorMs ?? null,
  editedAt: said.editedAtMs,
  state: entry.state,
  holdCause: entry.holdCause,
  isShadow: entry.isShadow,
  hiddenBy: entry.hiddenBy,
});

const instantOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/**
 * Rows as one JSON parameter, keyed by the table's own column names. A loud room's batch would else be thousands of parameters,
 * and to put those into a statement costs ten times what everything else about a line does.
 */
const asJson = (rows: readonly Row[]): string =>
  JSON.stringify(
    rows.map((row) => ({
      id: row.id, channel_id: row.channelId, broadcast_id: row.broadcastId, user_id: row.userId, key: row.key, role: row.role, fan_level: row.fanLevel,
      text: row.text, color: row.color, place: row.place, reply_to_id: row.replyToId, mentions: row.mentions,
      said_at: instantOf(row.saidAt), seen_at: instantOf(row.seenAt), seen_error_ms: row.seenErrorMs, edited_at: instantOf(row.editedAt),
      state: row.state, hold_cause: row.holdCause, is_shadow: row.isShadow, hidden_by: row.hiddenBy,
    })),
  );

/** `%`, `_` and `\` stand for themselves. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

export const createChatStore = ({ run }: Pick<Database, 'run'>) => {
  /** Newest first. */
  const find = async (where: (SQL | undefined)[], limit: number): Promise<SaidEntry[]> =>
    (await run((db) => select(db).where(and(...where)).orderBy(desc(chatLines.id)).limit(limit))).map(entryOf);
  const before = (lineId: LineId | null): SQL | undefined => (lineId === null ? undefined : lt(chatLines.id, lineId));

  return {
    /** Passes over lines that are there already, by id or by their author's key. */
    async insert(entries: readonly SaidEntry[]): Promise<void> {
      const json = asJson(entries.map(rowOf));
      await run((db) =>
        db.execute(sql`insert into chat_lines select * from jsonb_populate_recordset(null::chat_lines, ${json}::jsonb) on conflict do nothing`));
    },
    /** What may change in a line; which sanction hides it is not among that, and final states stay. */
    async update(entries: readonly SaidEntry[]): Promise<void> {
      const rows = entries.map(rowOf);
      const set = {
        text: sql`excluded.text`,
        mentions: sql`excluded.mentions`,
        editedAt: sql`excluded.edited_at`,
        state: sql`excluded.state`,
        holdCause: sql`excluded.hold_cause`,
      };
      const setWhere = sql`${chatLines.state} not in ('deleted', 'rejected')`;
      await run((db) => db.insert(chatLines).values(rows).onConflictDoUpdate({ target: chatLines.id, set, setWhere }));
    },
    byId: async (roomId: RoomId, lineId: LineId): Promise<SaidEntry | null> =>
      (await find([eq(chatLines.channelId, roomId), eq(chatLines.id, lineId)], 1)).at(0) ?? null,
    /** Of any state. */
    newest: (roomId: RoomId, limit: number): Promise<SaidEntry[]> => find([eq(chatLines.channelId, roomId)], limit),
    /** What the reader may see. */
    page: (roomId: RoomId, reader: UserId | null, beforeLineId: LineId | null, limit: number): Promise<SaidEntry[]> =>
      find(
        [eq(chatLines.channelId, roomId), before(beforeLineId), reader === null ? isPublic(chatLines) : or(isPublic(chatLines), isOwn(reader))],
        limit,
      ),
    search: (roomId: RoomId, text: string, beforeLineId: LineId | null, limit: number): Promise<SaidEntry[]> =>
      find([eq(chatLines.channelId, roomId), before(beforeLineId), isPublic(chatLines), ilike(chatLines.text, containing(text))], limit),
    /** The longest waiting first; only the newest that there is room for. */
    held: async (roomId: RoomId): Promise<SaidEntry[]> =>
      (await find([eq(chatLines.channelId, roomId), eq(chatLines.state, 'held')], HELD_LINES_MAX)).reverse(),
    async pinned(roomId: RoomId): Promise<SaidEntry | null> {
      const [pin] = await run((db) => db.select().from(pinnedLines).where(eq(pinnedLines.channelId, roomId)));
      return pin ? ((await find([eq(chatLines.id, pin.lineId)], 1)).at(0) ?? null) : null;
    },
    async pin(roomId: RoomId, lineId: LineId | null): Promise<void> {
      if (lineId === null) await run((db) => db.delete(pinnedLines).where(eq(pinnedLines.channelId, roomId)));
      else
        await run((db) =>
          db.insert(pinnedLines).values({ channelId: roomId, lineId }).onConflictDoUpdate({ target: pinnedLines.channelId, set: { lineId } }),
        );
    },
    /** All public lines of a person up to one id. */
    async hide(roomId: RoomId, userId: UserId, sanctionId: string, upTo: LineId): Promise<void> {
      await run((db) =>
        db
          .update(chatLines)
          .set({ hiddenBy: sanctionId })
          .where(and(eq(chatLines.channelId, roomId), eq(chatLines.userId, userId), isPublic(chatLines), lte(chatLines.id, upTo))),
      );
    },
    async hideBroadcast(roomId: RoomId, broadcastId: BroadcastId, mark: string): Promise<void> {
      await run((db) => db.update(chatLines).set({ hiddenBy: mark }).where(and(eq(chatLines.channelId, roomId), eq(chatLines.broadcastId, broadcastId))));
    },
    async restore(roomId: RoomId, userId: UserId, sanctionId: string): Promise<void> {
      await run((db) =>
        db
          .update(chatLines)
          .set({ hiddenBy: null })
          .where(and(eq(chatLines.channelId, roomId), eq(chatLines.userId, userId), eq(chatLines.hiddenBy, sanctionId))),
      );
    },
  };
};

export type ChatStore = ReturnType<typeof createChatStore>;
