// The SQL of questions.

import { and, desc, eq, gt, inArray, isNull, ne, or, sql } from 'drizzle-orm';
import type { BroadcastId, ChannelId, QuestionId, RequestKey, UserId } from '../../../shared/ids.ts';
import type { FrameStamp } from '../../../shared/messages/time.ts';
import type { Role } from '../../../shared/permissions.ts';
import type { Database } from '../../db/client.ts';
import { broadcasts, questions, questionVotes, sanctions, users } from '../../db/schema.ts';

export type QuestionDatabase = Pick<Database, 'run'>;

type State = 'open' | 'answered' | 'removed';

export type QuestionRow = {
  readonly questionId: QuestionId;
  readonly roomId: ChannelId;
  readonly broadcastId: BroadcastId | null;
  readonly userId: UserId;
  readonly key: RequestKey;
  readonly role: Role;
  readonly fanLevel: number;
  readonly text: string;
  readonly askedAtMs: number;
  readonly stamp: FrameStamp | null;
  readonly state: State;
  readonly answer: string | null;
  readonly answerStamp: FrameStamp | null;
};
export type StoredQuestion = QuestionRow & {
  readonly name: string;
  readonly displayName: string;
  readonly voters: ReadonlySet<UserId>;
  /** Who asked it is banned from this channel now. */
  readonly isBanned: boolean;
};
export type QuestionVoteRow = { readonly questionId: QuestionId; readonly userId: UserId; readonly isFor: boolean; readonly stamp: FrameStamp | null };

const seenOf = (stamp: FrameStamp | null): { seenAt: number | null; seenErrorMs: number | null } => ({
  seenAt: stamp?.capturedAtMs ?? null,
  seenErrorMs: stamp && Math.ceil(stamp.errorMs),
});

const valuesOf = (row: QuestionRow): typeof questions.$inferInsert => {
  const { questionId, roomId, stamp, answerStamp, askedAtMs, ...same } = row;
  const answered = seenOf(answerStamp);
  return {
    ...same, ...seenOf(stamp), id: questionId, channelId: roomId, askedAt: askedAtMs, answerSeenAt: answered.seenAt, answerSeenErrorMs: answered.seenErrorMs,
  };
};

const stampOf = (seenAt: number | null, errorMs: number | null, startedAtMs: number | null): FrameStamp | null =>
  seenAt === null ? null : { capturedAtMs: seenAt, errorMs: errorMs ?? 0, timelineMs: Math.max(0, seenAt - (startedAtMs ?? seenAt)) };

/** At most one is in force for each person and channel. */
const isBan = (channelId: ChannelId) =>
  and(
    eq(sanctions.channelId, channelId), eq(sanctions.userId, questions.userId), eq(sanctions.kind, 'ban'), isNull(sanctions.liftedAt),
    or(isNull(sanctions.until), gt(sanctions.until, Date.now())),
  );

export const createQuestionStore = ({ run }: QuestionDatabase) => {
  const votersOf = async (ids: readonly QuestionId[]): Promise<Map<QuestionId, Set<UserId>>> => {
    const voters = new Map(ids.map((id) => [id, new Set<UserId>()]));
    if (ids.length === 0) return voters;
    const rows = await run((db) =>
      db.select({ id: questionVotes.questionId, userId: questionVotes.userId }).from(questionVotes).where(inArray(questionVotes.questionId, [...ids])),
    );
    for (const { id, userId } of rows) voters.get(id)?.add(userId);
    return voters;
  };

  return {
    /** New ones, and what became of those that are there: who asked what never changes. */
    async save(rows: readonly QuestionRow[]): Promise<void> {
      await run((db) =>
        db
          .insert(questions)
          .values(rows.map(valuesOf))
          .onConflictDoUpdate({
            target: questions.id,
            set: {
              state: sql`excluded.state`,
              answer: sql`excluded.answer`,
              answerSeenAt: sql`excluded.answer_seen_at`,
              answerSeenErrorMs: sql`excluded.answer_seen_error_ms`,
            },
          }),
      );
    },
    async saveVotes(rows: readonly QuestionVoteRow[]): Promise<void> {
      const added = rows.filter(({ isFor }) => isFor).map(({ questionId, userId, stamp }) => ({ questionId, userId, ...seenOf(stamp) }));
      const taken = rows.filter(({ isFor }) => !isFor).map(({ questionId, userId }) => and(eq(questionVotes.questionId, questionId), eq(questionVotes.userId, userId)));
      if (added.length > 0) await run((db) => db.insert(questionVotes).values(added).onConflictDoNothing());
      if (taken.length > 0) await run((db) => db.delete(questionVotes).where(or(...taken)));
    },
    /** The newest of a broadcast, or of a room while nothing is on air; the longest asked first. */
    async list(roomId: ChannelId, broadcastId: BroadcastId | null, countMax: number): Promise<StoredQuestion[]> {
      const isOfBroadcast = broadcastId === null ? isNull(questions.broadcastId) : eq(questions.broadcastId, broadcastId);
      const found = await run((db) =>
        db
          .select({ question: questions, name: users.name, displayName: users.displayName, startedAtMs: broadcasts.startedAt, banId: sanctions.id })
          .from(questions)
          .innerJoin(users, eq(users.id, questions.userId))
          .leftJoin(broadcasts, eq(broadcasts.id, questions.broadcastId))
          .leftJoin(sanctions, isBan(roomId))
          .where(and(eq(questions.channelId, roomId), isOfBroadcast, ne(questions.state, 'removed')))
          .orderBy(desc(questions.askedAt))
          .limit(countMax),
      );
      const voters = await votersOf(found.map(({ question }) => question.id));
      return found.reverse().map(({ question, startedAtMs, banId, ...author }) => ({
        ...author,
        isBanned: banId !== null,
        questionId: question.id,
        roomId,
        broadcastId,
        userId: question.userId,
        key: question.key,
        role: question.role,
        fanLevel: question.fanLevel,
        text: question.text,
        askedAtMs: question.askedAt,
        stamp: stampOf(question.seenAt, question.seenErrorMs, startedAtMs),
        state: question.state,
        answer: question.answer,
        answerStamp: stampOf(question.answerSeenAt, question.answerSeenErrorMs, startedAtMs),
        voters: voters.get(question.id) ?? new Set(),
      }));
    },
  };
};

export type QuestionStore = ReturnType<typeof createQuestionStore>;
