// The SQL of moderation: rules and words, moderators, sanctions, reports, the log.

import { and, asc, desc, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { LineId, LogId, ReportId, RoomId, UserId } from '../../../shared/ids.ts';
import { CHAT_PAGE_MAX, LOG_PAGE_MAX, MODERATORS_MAX } from '../../../shared/limits.ts';
import type { LogEntry, Report, RoomRules, Sanction, SanctionKind, WordLists } from '../../../shared/messages/moderation.ts';
import type { Database } from '../../db/client.ts';
import { chatLines, moderationLog, moderators, reports, roomRules, sanctions, users } from '../../db/schema.ts';

export type { Database } from '../../db/client.ts';
export type Person = Sanction['person'];
export type LogRow = typeof moderationLog.$inferInsert;
export type NewReport = Pick<Report, 'reportId' | 'reason' | 'note' | 'filedAtMs'> & { readonly lineId: LineId; readonly filedBy: UserId };
export type OpenReport = Omit<Report, 'line'> & { readonly lineId: LineId };
/** A sanction that nobody has lifted; it may be over by time. */
export type InForce = {
  readonly id: string;
  readonly userId: UserId;
  readonly kind: SanctionKind;
  readonly reason: string;
  readonly givenBy: UserId;
  readonly givenAtMs: number;
  readonly untilMs: number | null;
};
export type KeptRules = { readonly rules: RoomRules; readonly rulesBeforeShield: RoomRules | null; readonly words: WordLists };
export type Kept = { readonly rules: KeptRules | null; readonly moderators: readonly UserId[]; readonly sanctions: readonly InForce[] };

/** Of one channel at one time. */
export const SANCTIONS_MAX = 20_000;

type Run = Database['run'];

const person = { userId: users.id, name: users.name, displayName: users.displayName };

const ofRooms = (run: Run) => ({
  /** All that must be known while the room is open. */
  load: (roomId: RoomId): Promise<Kept> =>
    run(async (db) => {
      const [rows, named, unlifted] = await Promise.all([
        db.select().from(roomRules).where(eq(roomRules.channelId, roomId)),
        db.select({ userId: moderators.userId }).from(moderators).where(eq(moderators.channelId, roomId)),
        db
          .select()
          .from(sanctions)
          .where(and(eq(sanctions.channelId, roomId), isNull(sanctions.liftedAt)))
          .orderBy(desc(sanctions.givenAt))
          .limit(SANCTIONS_MAX),
      ]);
      const row = rows.at(0);
      return {
        rules: row ? { rules: row.rules, rulesBeforeShield: row.rulesBeforeShield, words: { blocked: row.blockedWords, held: row.heldWords } } : null,
        moderators: named.map(({ userId }) => userId),
        sanctions: unlifted.map(({ givenAt, until, ...rest }) => ({ ...rest, givenAtMs: givenAt, untilMs: until })),
      };
    }),
  async saveRules(roomId: RoomId, { rules, rulesBeforeShield, words }: KeptRules): Promise<void> {
    const columns = { rules, rulesBeforeShield, blockedWords: [...words.blocked], heldWords: [...words.held] };
    await run((db) => db.insert(roomRules).values({ channelId: roomId, ...columns }).onConflictDoUpdate({ target: roomRules.channelId, set: columns }));
  },
});

const ofModerators = (run: Run) => ({
  async name(roomId: RoomId, userId: UserId, namedAtMs: number): Promise<void> {
    await run((db) => db.insert(moderators).values({ channelId: roomId, userId, namedAt: namedAtMs }).onConflictDoNothing());
  },
  async dismiss(roomId: RoomId, userId: UserId): Promise<void> {
    await run((db) => db.delete(moderators).where(and(eq(moderators.channelId, roomId), eq(moderators.userId, userId))));
  },
  moderators: (roomId: RoomId): Promise<Person[]> =>
    run((db) =>
      db
        .select(person)
        .from(moderators)
        .innerJoin(users, eq(users.id, moderators.userId))
        .where(eq(moderators.channelId, roomId))
        .orderBy(asc(moderators.namedAt))
        .limit(MODERATORS_MAX),
    ),
});

const ofSanctions = (run: Run) => ({
  /** Takes the place of what is in force; a ban that goes on keeps its id. A moderator who is banned is none any more. */
  async give(roomId: RoomId, sanction: InForce): Promise<void> {
    const { id, userId, kind, reason, givenBy, givenAtMs, untilMs } = sanction;
    await run((db) =>
      db.transaction(async (tx) => {
        await tx
          .update(sanctions)
          .set({ liftedAt: givenAtMs })
          .where(and(eq(sanctions.channelId, roomId), eq(sanctions.userId, userId), isNull(sanctions.liftedAt)));
        const columns = { kind, reason, givenBy, givenAt: givenAtMs, until: untilMs };
        await tx
          .insert(sanctions)
          .values({ id, channelId: roomId, userId, ...columns })
          .onConflictDoUpdate({ target: sanctions.id, set: { ...columns, liftedAt: null } });
        if (kind === 'ban') await tx.delete(moderators).where(and(eq(moderators.channelId, roomId), eq(moderators.userId, userId)));
      }),
    );
  },
  async lift(sanctionId: string, atMs: number): Promise<void> {
    await run((db) => db.update(sanctions).set({ liftedAt: atMs }).where(and(eq(sanctions.id, sanctionId), isNull(sanctions.liftedAt))));
  },
  /** Those in force, newest first. */
  async sanctions(roomId: RoomId, nowMs: number): Promise<Sanction[]> {
    const inForce = and(eq(sanctions.channelId, roomId), isNull(sanctions.liftedAt), or(isNull(sanctions.until), gt(sanctions.until, nowMs)));
    const rows = await run((db) =>
      db
        .select({ sanction: sanctions, person })
        .from(sanctions)
        .innerJoin(users, eq(users.id, sanctions.userId))
        .where(inForce)
        .orderBy(desc(sanctions.givenAt))
        .limit(LOG_PAGE_MAX),
    );
    const givers = await personsById(run, rows.map(({ sanction }) => sanction.givenBy));
    return rows.flatMap(({ sanction: { kind, reason, givenAt, until, givenBy }, person: who }) => {
      const giver = givers.get(givenBy);
      return giver ? [{ person: who, kind, reason, givenAtMs: givenAt, untilMs: until, givenBy: giver }] : [];
    });
  },
});

const personsById = async (run: Run, ids: readonly UserId[]): Promise<ReadonlyMap<UserId, Person>> => {
  if (ids.length === 0) return new Map();
  const rows = await run((db) => db.select(person).from(users).where(inArray(users.id, [...new Set(ids)])));
  return new Map(rows.map((row) => [row.userId, row]));
};

const isOpen = (roomId: RoomId) => and(eq(reports.channelId, roomId), isNull(reports.decidedAt));

const ofReports = (run: Run) => ({
  /**
   * A second one of the same person about the same line changes nothing. `hidden`: others than its author do not see the
   * line; `unwritten`: it is not in the database yet.
   */
  file: (roomId: RoomId, report: NewReport): Promise<'filed' | 'known' | 'hidden' | 'unwritten'> =>
    run(async (db) => {
      const { reportId, lineId, filedBy, reason, note, filedAtMs } = report;
      const seen = { state: chatLines.state, isShadow: chatLines.isShadow, hiddenBy: chatLines.hiddenBy };
      const [line] = await db.select(seen).from(chatLines).where(and(eq(chatLines.id, lineId), eq(chatLines.channelId, roomId)));
      if (!line) return 'unwritten';
      if (line.state !== 'shown' || line.isShadow || line.hiddenBy !== null) return 'hidden';
      const filed = await db
        .insert(reports)
        .values({ id: reportId, channelId: roomId, lineId, filedBy, reason, note, filedAt: filedAtMs })
        .onConflictDoNothing()
        .returning({ id: reports.id });
      return filed.length > 0 ? 'filed' : 'known';
    }),
  /** Oldest first; only of lines that are still seen. */
  async open(roomId: RoomId): Promise<OpenReport[]> {
    const columns = { reportId: reports.id, lineId: reports.lineId, reason: reports.reason, note: reports.note, filedAtMs: reports.filedAt, filedBy: person };
    return run((db) =>
      db
        .select(columns)
        .from(reports)
        .innerJoin(users, eq(users.id, reports.filedBy))
        .innerJoin(chatLines, eq(chatLines.id, reports.lineId))
        .where(and(isOpen(roomId), eq(chatLines.state, 'shown'), isNull(chatLines.hiddenBy)))
        .orderBy(asc(reports.filedAt))
        .limit(CHAT_PAGE_MAX),
    );
  },
  /** What an open report is about; null: there is no such report, or it is decided. */
  async lineReported(roomId: RoomId, reportId: ReportId): Promise<LineId | null> {
    const [row] = await run((db) => db.select({ lineId: reports.lineId }).from(reports).where(and(isOpen(roomId), eq(reports.id, reportId))));
    return row?.lineId ?? null;
  },
  /** All open reports of a line. */
  async close(roomId: RoomId, lineId: LineId, decision: { isUpheld: boolean; atMs: number }): Promise<void> {
    const { isUpheld, atMs } = decision;
    await run((db) => db.update(reports).set({ decidedAt: atMs, isUpheld }).where(and(isOpen(roomId), eq(reports.lineId, lineId))));
  },
});

const ofLog = (run: Run) => ({
  /** Rows that are there already stay as they are, so that a doubtful write can be tried again. */
  async write(rows: readonly LogRow[]): Promise<void> {
    await run((db) => db.insert(moderationLog).values([...rows]).onConflictDoNothing());
  },
  /** Newest first; one more than a page if there are more. */
  async entries(roomId: RoomId, before: LogId | null): Promise<LogEntry[]> {
    const isBefore = before === null ? sql`true` : lt(moderationLog.id, before);
    const rows = await run((db) =>
      db
        .select({ row: moderationLog, actor: person })
        .from(moderationLog)
        .innerJoin(users, eq(users.id, moderationLog.actorUserId))
        .where(and(eq(moderationLog.channelId, roomId), isBefore))
        .orderBy(desc(moderationLog.id))
        .limit(LOG_PAGE_MAX + 1),
    );
    const targets = await personsById(run, rows.flatMap(({ row }) => row.targetUserId ?? []));
    return rows.map(({ row: { id, act, targetUserId, detail, at }, actor }) => {
      return { logId: id, act, actor, target: (targetUserId && targets.get(targetUserId)) ?? null, detail, atMs: at };
    });
  },
});

export const createModerationStore = ({ run }: Pick<Database, 'run'>) => ({
  rooms: ofRooms(run),
  moderators: ofModerators(run),
  sanctions: ofSanctions(run),
  reports: ofReports(run),
  log: ofLog(run),
});

export type ModerationStore = ReturnType<typeof createModerationStore>;
