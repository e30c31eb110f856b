// The SQL of polls.

import { desc, eq, sql } from 'drizzle-orm';
import type { BroadcastId, ChannelId, PollId, UserId } from '../../../shared/ids.ts';
import type { Database } from '../../db/client.ts';
import { polls, pollVotes } from '../../db/schema.ts';

export type PollDatabase = Pick<Database, 'run'>;

export type PollRow = {
  readonly pollId: PollId;
  readonly roomId: ChannelId;
  readonly broadcastId: BroadcastId | null;
  readonly question: string;
  readonly options: readonly string[];
  readonly openedAtMs: number;
  readonly openedFrameMs: number | null;
};
export type CloseRow = { readonly pollId: PollId; readonly closedAtMs: number; readonly closedFrameMs: number | null };
export type StoredPoll = PollRow & { readonly isClosed: boolean; readonly closedFrameMs: number | null; readonly choices: ReadonlyMap<UserId, number> };
export type VoteRow = {
  readonly pollId: PollId;
  readonly userId: UserId;
  readonly option: number;
  readonly votedAtMs: number;
  readonly seenAtMs: number | null;
  readonly seenErrorMs: number | null;
};

export const createPollStore = ({ run }: PollDatabase) => ({
  async open(row: PollRow): Promise<void> {
    const { pollId, roomId, broadcastId, question, options, openedAtMs, openedFrameMs } = row;
    const values = { id: pollId, channelId: roomId, broadcastId, question, options: [...options], openedAt: openedAtMs, openedFrameAt: openedFrameMs };
    await run((db) => db.insert(polls).values(values));
  },
  async close(rows: readonly CloseRow[]): Promise<void> {
    for (const { pollId, closedAtMs, closedFrameMs } of rows) {
      await run((db) => db.update(polls).set({ closedAt: closedAtMs, closedFrameAt: closedFrameMs }).where(eq(polls.id, pollId)));
    }
  },
  /** One row for each voter; an older vote that arrives late (a statement given up and still carried out) changes nothing. */
  async saveVotes(rows: readonly VoteRow[]): Promise<void> {
    const values = rows.map(({ votedAtMs, seenAtMs, seenErrorMs, ...row }) => ({ ...row, votedAt: votedAtMs, seenAt: seenAtMs, seenErrorMs }));
    await run((db) =>
      db
        .insert(pollVotes)
        .values(values)
        .onConflictDoUpdate({
          target: [pollVotes.pollId, pollVotes.userId],
          set: { option: sql`excluded.option`, votedAt: sql`excluded.voted_at`, seenAt: sql`excluded.seen_at`, seenErrorMs: sql`excluded.seen_error_ms` },
          setWhere: sql`${pollVotes.votedAt} <= excluded.voted_at`,
        }),
    );
  },
  /** The newest poll of a room with all its votes. */
  async newest(roomId: ChannelId): Promise<StoredPoll | null> {
    const [row] = await run((db) => db.select().from(polls).where(eq(polls.channelId, roomId)).orderBy(desc(polls.openedAt)).limit(1));
    if (!row) return null;
    const votes = await run((db) =>
      db.select({ userId: pollVotes.userId, option: pollVotes.option }).from(pollVotes).where(eq(pollVotes.pollId, row.id)),
    );
    return {
      pollId: row.id,
      roomId,
      broadcastId: row.broadcastId,
      question: row.question,
      options: row.options,
      openedAtMs: row.openedAt,
      openedFrameMs: row.openedFrameAt,
      isClosed: row.closedAt !== null,
      closedFrameMs: row.closedFrameAt,
      choices: new Map(votes.map(({ userId, option }) => [userId, option])),
    };
  },
});
