// The SQL of behaviours: who was here before, whose week is over, and what the model has learned.

import { eq, sql } from 'drizzle-orm';
import type { ChannelId, UserId } from '../../../shared/ids.ts';
import { RETURN_WITHIN_MS } from '../../../shared/limits.ts';
import type { Database } from '../../db/client.ts';
import { modelStates } from '../../db/insight-schema.ts';
import type { Past } from './stay.ts';

/** A stay and what came after it. */
export type WeekRow = {
  readonly id: string;
  /** Of somebody with a history; nobody knows whether the others came back. */
  readonly isKnown: boolean;
  readonly watchedS: number;
  readonly lines: number;
  readonly reactions: number;
  readonly gifts: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly earlierWatches: number;
  readonly lastStartedAtMs: number | null;
  readonly follows: boolean;
  readonly cameBack: boolean;
};

type WeekColumns = {
  id: string; known: boolean; lines: number; reactions: number; gifts: number; started_ms: string; ended_ms: string; earlier: string; last_ms: string | null; follows: boolean; came_back: boolean;
};

const timeOf = (atMs: number): string => new Date(atMs).toISOString();
const msOf = (text: string | null): number | null => (text === null ? null : Number(text));

export const createBehaviourStore = ({ run }: Pick<Database, 'run'>) => ({
  async saved(name: string): Promise<{ state: unknown; savedAtMs: number } | null> {
    const [row] = await run((db) => db.select().from(modelStates).where(eq(modelStates.name, name)));
    return row ? { state: row.state, savedAtMs: row.savedAt } : null;
  },
  async save(name: string, state: unknown, savedAtMs: number): Promise<void> {
    await run((db) => db.insert(modelStates).values({ name, state, savedAt: savedAtMs }).onConflictDoUpdate({ target: modelStates.name, set: { state, savedAt: savedAtMs } }));
  },
  /** What was before each of these stays; who is missing in the answer has no past. */
  async pasts(channelId: ChannelId, stays: readonly { readonly userId: UserId; readonly startedAtMs: number }[]): Promise<ReadonlyMap<UserId, Past>> {
    if (stays.length === 0) return new Map();
    const asked = sql.join(stays.map(({ userId, startedAtMs }) => sql`(${userId}, ${timeOf(startedAtMs)}::timestamptz)`), sql`, `);
    const rows = await run((db) => db.execute<{ user_id: UserId; watches: string; last_ms: string | null; follows: boolean }>(sql`
      select asked.user_id, count(s.id) watches, extract(epoch from max(s.started_at)) * 1000 last_ms,
        exists(select 1 from follows f where f.user_id = asked.user_id and f.channel_id = ${channelId} and f.followed_at < asked.started_at) follows
      from (values ${asked}) asked (user_id, started_at)
      left join watch_sessions s on s.user_id = asked.user_id and s.channel_id = ${channelId} and s.started_at < asked.started_at
      group by asked.user_id, asked.started_at`));
    return new Map([...rows].map(({ user_id, watches, last_ms, follows }) => [user_id, { watches: Number(watches), lastStartedAtMs: msOf(last_ms), follows }]));
  },
  /** Stays after the given one, in the order of their ids, and whether their people came back within a week; of whom the week is not over, so far. */
  async weeks(afterId: string, limit: number): Promise<WeekRow[]> {
    const rows = await run((db) => db.execute<WeekColumns>(sql`
      select s.id, s.user_id is not null known, s.lines, s.reactions, s.gifts, extract(epoch from s.started_at) * 1000 started_ms, extract(epoch from s.ended_at) * 1000 ended_ms,
        b.watches earlier, extract(epoch from b.last) * 1000 last_ms,
        exists(select 1 from follows f where f.user_id = s.user_id and f.channel_id = s.channel_id and f.followed_at <= s.ended_at) follows,
        exists(select 1 from watch_sessions n where n.user_id = s.user_id and n.channel_id = s.channel_id
          and n.started_at > s.ended_at and n.started_at <= s.ended_at + make_interval(secs => ${RETURN_WITHIN_MS / 1_000})) came_back
      from (select * from watch_sessions where id > ${afterId} order by id limit ${limit}) s
      cross join lateral (select count(*) watches, max(started_at) last from watch_sessions e
        where e.user_id = s.user_id and e.channel_id = s.channel_id and e.started_at < s.started_at) b
      order by s.id`));
    return [...rows].map((row) => ({
      id: row.id, isKnown: row.known, lines: row.lines, reactions: row.reactions, gifts: row.gifts, startedAtMs: Number(row.started_ms), endedAtMs: Number(row.ended_ms),
      watchedS: (Number(row.ended_ms) - Number(row.started_ms)) / 1_000, earlierWatches: Number(row.earlier), lastStartedAtMs: msOf(row.last_ms),
      follows: row.follows, cameBack: row.came_back,
    }));
  },
});

export type BehaviourStore = ReturnType<typeof createBehaviourStore>;
