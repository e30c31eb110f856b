// The SQL of analytics: reads what was recorded, grouped so far that no answer grows with the audience. Writes one thing, the score of a
// broadcast that ended.

import { and, asc, desc, eq, gte, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { EffectResult, IncomeView, PastBroadcast, SourceView } from '../../../shared/analytics-routes.ts';
import type { BroadcastId, ChannelId } from '../../../shared/ids.ts';
import { ANALYTICS_BROADCASTS_MAX, ANALYTICS_DAYS_MAX, USUAL_BROADCASTS_MAX } from '../../../shared/limits.ts';
import type { Place, Source } from '../../../shared/sources.ts';
import type { Database } from '../../db/client.ts';
import { isoOf } from '../../db/columns.ts';
import { broadcastTotals, channelDays, impressionCounts, minuteCounts } from '../../db/insight-schema.ts';
import { broadcasts, follows } from '../../db/schema.ts';
import type { StayLengths } from './retention.ts';
import type { StayResults } from './score.ts';
import type { BinCounts, Minute } from './timeline.ts';

export type AnalyticsDatabase = Pick<Database, 'run'>;

export type StoredBroadcast = {
  readonly id: BroadcastId;
  readonly channelId: ChannelId;
  readonly title: string;
  readonly startedAtMs: number;
  /** Null: on air. */
  readonly endedAtMs: number | null;
  readonly peakViewers: number;
  readonly viewerMs: number;
};

/** Who was there, and what they did. */
export type Audience = {
  readonly stays: number;
  readonly people: number;
  readonly guests: number;
  readonly newPeople: number;
  readonly watchedMs: number;
  readonly lines: number;
  readonly reactions: number;
  readonly gifts: number;
  readonly coins: number;
  readonly follows: number;
  readonly chatters: number;
  readonly givers: number;
};

export type StoredScore = { readonly score: number; readonly low: number; readonly high: number };
type Past = PastBroadcast & { readonly hasTotals: boolean };

const FIVE_MINUTES_S = 300;
/** Half of less than this says nothing. */
const HALF_OF_S_MIN = 60;
/** Lengths of stays are told apart to a second, or to so many steps of the whole broadcast. */
const LENGTH_STEPS_MAX = 3_600;

/** A stay is somebody's, named or not any more, or a guest's. */
const isGuest = sql`s.user_id is null and s.is_new is null`;
/** Different people for whom it holds; who has no name here is counted by their stays. */
const peopleWho = (holds: SQL) => sql`(count(distinct s.user_id) filter (where ${holds}) + count(*) filter (where s.user_id is null and ${holds}))::int`;
const sumOf = (column: string) => sql`coalesce(sum(${sql.raw(column)}), 0)::bigint`;

const startOf = ({ startedAtMs }: StoredBroadcast): SQL => sql`${isoOf(startedAtMs)}::timestamptz`;
/** On the timeline; null: no place, and then when it came. */
const binOf = (from: SQL, at: SQL, binMs: number): SQL => sql`floor(extract(epoch from (${at} - ${from})) * 1000 / ${binMs})::int`;

export const createAnalyticsStore = ({ run }: AnalyticsDatabase) => {
  /** Rows of a query written by hand; whole numbers of 64 bits come as text. */
  const rows = async <R>(query: SQL): Promise<R[]> => (await run((db) => db.execute(query))) as unknown as R[];

  return {
    async broadcast(id: BroadcastId): Promise<StoredBroadcast | null> {
      const [row] = await run((db) => db.select().from(broadcasts).where(eq(broadcasts.id, id)));
      return row ? { id: row.id, channelId: row.channelId, title: row.title, startedAtMs: row.startedAt, endedAtMs: row.endedAt, peakViewers: row.peakViewers, viewerMs: row.viewerMs } : null;
    },

    async minutes(id: BroadcastId): Promise<Minute[]> {
      return run((db) => db.select().from(minuteCounts).where(eq(minuteCounts.broadcastId, id)).orderBy(asc(minuteCounts.minute)));
    },

    /** By the frame that was seen; what nobody but its author saw is left out, and the host's own lines, which are the show. */
    async bins(broadcast: StoredBroadcast, binMs: number): Promise<BinCounts[]> {
      const { id } = broadcast;
      const from = startOf(broadcast);
      const found = await rows<{ bin: number; lines: string; reactions: string; gifts: string; coins: string }>(sql`
        with happened as (
          select ${binOf(from, sql`coalesce(seen_at, said_at)`, binMs)} as bin, 1 as lines, 0 as reactions, 0 as gifts, 0::bigint as coins
            from chat_lines where broadcast_id = ${id} and state in ('shown', 'deleted') and not is_shadow and role <> 'host'
          union all select floor(second * 1000.0 / ${binMs})::int, 0, count, 0, 0 from reaction_counts where broadcast_id = ${id}
          union all select ${binOf(from, sql`coalesce(seen_at, given_at)`, binMs)}, 0, 0, 1, coins from gift_sends where broadcast_id = ${id}
          union all select ${binOf(from, sql`coalesce(seen_at, said_at)`, binMs)}, 0, 0, 1, coins from super_chats where broadcast_id = ${id})
        select bin, sum(lines) as lines, sum(reactions) as reactions, sum(gifts) as gifts, sum(coins) as coins from happened group by bin order by bin`);
      return found.map(({ bin, lines, reactions, gifts, coins }) => ({ bin, lines: Number(lines), reactions: Number(reactions), gifts: Number(gifts), coins: Number(coins) }));
    },

    async audience(id: BroadcastId): Promise<Audience> {
      const [row] = await rows<Record<keyof Audience, string>>(sql`
        select count(*)::int as stays, ${peopleWho(sql`not (${isGuest})`)} as people, (count(*) filter (where ${isGuest}))::int as guests,
          (count(*) filter (where s.is_new))::int as "newPeople",
          coalesce(sum(extract(epoch from (s.ended_at - s.started_at)) * 1000), 0)::bigint as "watchedMs",
          ${sumOf('s.lines')} as lines, ${sumOf('s.reactions')} as reactions, ${sumOf('s.gifts')} as gifts, ${sumOf('s.coins')} as coins, ${sumOf('s.follows')} as follows,
          ${peopleWho(sql`s.lines > 0`)} as chatters, ${peopleWho(sql`s.gifts > 0`)} as givers
        from watch_sessions s where s.broadcast_id = ${id}`);
      const of = (key: keyof Audience): number => Number(row?.[key] ?? 0);
      return {
        stays: of('stays'), people: of('people'), guests: of('guests'), newPeople: of('newPeople'), watchedMs: of('watchedMs'), lines: of('lines'),
        reactions: of('reactions'), gifts: of('gifts'), coins: of('coins'), follows: of('follows'), chatters: of('chatters'), givers: of('givers'),
      };
    },

    /** Lengths of stays, to a second; coarser where the broadcast is longer than an hour. */
    async stayLengths({ id }: StoredBroadcast, durationMs: number): Promise<StayLengths[]> {
      const stepMs = 1_000 * Math.max(1, Math.ceil(durationMs / 1_000 / LENGTH_STEPS_MAX));
      const found = await rows<{ length: number; is_cut_off: boolean; count: number }>(sql`
        select round(extract(epoch from (ended_at - started_at)) * 1000 / ${stepMs})::int as length, saw_end as is_cut_off, count(*)::int as count
        from watch_sessions where broadcast_id = ${id} group by 1, 2`);
      return found.map(({ length, is_cut_off, count }) => ({ lengthMs: length * stepMs, isCutOff: is_cut_off, count }));
    },

    /** What each stay showed, and how many showed the same; at most a row for each combination. */
    async stayResults({ id, endedAtMs }: StoredBroadcast, nowMs: number): Promise<StayResults[]> {
      const end = sql`${isoOf(endedAtMs ?? nowMs)}::timestamptz`;
      const stayed = sql`extract(epoch from (s.ended_at - s.started_at))`;
      const couldStay = sql`extract(epoch from (${end} - s.started_at))`;
      // While it is on air, who is still there has not shown yet how much of it they stay for.
      const isOpen = endedAtMs === null ? sql`s.saw_end` : sql`false`;
      return (await rows<Record<EffectResult, boolean | null> & { count: number }>(sql`
        select case when ${stayed} >= ${FIVE_MINUTES_S} then true when s.saw_end then null else false end as stayed_five,
          case when ${isOpen} or ${couldStay} < ${HALF_OF_S_MIN} then null else ${stayed} >= ${couldStay} / 2 end as stayed_half,
          s.lines > 0 as talked, s.reactions > 0 as reacted, s.gifts > 0 as gave, s.follows > 0 as followed, count(*)::int as count
        from watch_sessions s where s.broadcast_id = ${id} group by 1, 2, 3, 4, 5, 6`)).map(({ count, ...results }) => ({ results, count }));
    },

    async sources(id: BroadcastId): Promise<SourceView[]> {
      const found = await rows<{ source: Source; stays: number; new_people: number; watched_ms: string; follows: string }>(sql`
        select source, count(*)::int as stays, (count(*) filter (where is_new))::int as new_people,
          coalesce(sum(extract(epoch from (ended_at - started_at)) * 1000), 0)::bigint as watched_ms, ${sumOf('follows')} as follows
        from watch_sessions where broadcast_id = ${id} group by source order by stays desc, source`);
      return found.map((row) => ({ source: row.source, stays: row.stays, newPeople: row.new_people, watchedMs: Number(row.watched_ms), follows: Number(row.follows) }));
    },

    /** What was given, and what of it is the channel's. */
    async income(id: BroadcastId): Promise<IncomeView[]> {
      const found = await rows<{ kind: IncomeView['kind']; count: number; coins: string; earned: string }>(sql`
        select 'gift' as kind, count(*)::int as count, sum(t.amount) as coins, sum(t.amount - t.fee) as earned
          from gift_sends g join transfers t on t.id = g.transfer_id where g.broadcast_id = ${id} having count(*) > 0
        union all select 'super_chat', count(*)::int, sum(t.amount), sum(t.amount - t.fee)
          from super_chats c join transfers t on t.id = c.transfer_id where c.broadcast_id = ${id} having count(*) > 0`);
      return found.map(({ kind, count, coins, earned }) => ({ kind, count, coins: Number(coins), earned: Number(earned) }));
    },

    async asked(id: BroadcastId): Promise<{ polls: number; votes: number; questions: number }> {
      const [row] = await rows<{ polls: number; votes: number; questions: number }>(sql`
        select (select count(*)::int from polls where broadcast_id = ${id}) as polls,
          (select count(*)::int from poll_votes v join polls p on p.id = v.poll_id where p.broadcast_id = ${id}) as votes,
          (select count(*)::int from questions where broadcast_id = ${id} and state <> 'removed') as questions`);
      return row ? { polls: row.polls, votes: row.votes, questions: row.questions } : { polls: 0, votes: 0, questions: 0 };
    },

    async latencyOfTotals(id: BroadcastId): Promise<{ latencyP50Ms: number | null; latencyP95Ms: number | null } | null> {
      const [row] = await run((db) =>
        db.select({ latencyP50Ms: broadcastTotals.latencyP50Ms, latencyP95Ms: broadcastTotals.latencyP95Ms }).from(broadcastTotals).where(eq(broadcastTotals.broadcastId, id)),
      );
      return row ?? null;
    },

    /** Of the stays whose page told it, those that go on as they were saved the last time. */
    async firstPictureP50Ms(id: BroadcastId): Promise<number | null> {
      const [row] = await rows<{ ms: number | null }>(sql`
        select percentile_disc(0.5) within group (order by first_picture_ms) as ms from watch_sessions where broadcast_id = ${id}`);
      return row?.ms ?? null;
    },

    /** The channel's broadcasts that began in [from, before), newest first; figures of those without totals are still to come. */
    async pastBroadcasts(channelId: ChannelId, span: { fromMs: number; beforeMs: number; onlyEnded?: boolean; max?: number }, nowMs: number): Promise<Past[]> {
      const found = await run((db) =>
        db.select({ b: broadcasts, t: broadcastTotals }).from(broadcasts).leftJoin(broadcastTotals, eq(broadcastTotals.broadcastId, broadcasts.id))
          .where(and(
            eq(broadcasts.channelId, channelId), gte(broadcasts.startedAt, span.fromMs), lt(broadcasts.startedAt, span.beforeMs),
            span.onlyEnded === true ? isNotNull(broadcastTotals.broadcastId) : undefined,
          ))
          .orderBy(desc(broadcasts.startedAt)).limit(span.max ?? ANALYTICS_BROADCASTS_MAX),
      );
      return found.map(({ b, t }) => {
        const durationMs = Math.max(0, (b.endedAt ?? nowMs) - b.startedAt);
        return {
          hasTotals: t !== null,
          broadcastId: b.id, title: b.title, startedAtMs: b.startedAt, durationMs, isOnAir: b.endedAt === null,
          averageViewers: durationMs > 0 ? b.viewerMs / durationMs : 0, peakViewers: b.peakViewers, watchedMs: b.viewerMs,
          stays: t?.sessions ?? 0, people: t?.people ?? 0, guests: t?.guests ?? 0, newPeople: t?.newPeople ?? 0,
          returningPeople: Math.max(0, (t?.people ?? 0) - (t?.newPeople ?? 0)),
          lines: t?.lines ?? 0, reactions: t?.reactions ?? 0, gifts: t?.gifts ?? 0, coins: t?.coins ?? 0, follows: t?.follows ?? 0,
          effect: t && t.effect !== null && t.effectLow !== null && t.effectHigh !== null ? { score: t.effect, low: t.effectLow, high: t.effectHigh } : null,
        };
      });
    },

    /** The last ones that ended before. */
    async earlier(broadcast: StoredBroadcast): Promise<Past[]> {
      return this.pastBroadcasts(broadcast.channelId, { fromMs: 0, beforeMs: broadcast.startedAtMs, onlyEnded: true, max: USUAL_BROADCASTS_MAX }, broadcast.startedAtMs);
    },

    async countBroadcasts(channelId: ChannelId, fromMs: number, beforeMs: number): Promise<number> {
      return run((db) => db.$count(broadcasts, and(eq(broadcasts.channelId, channelId), gte(broadcasts.startedAt, fromMs), lt(broadcasts.startedAt, beforeMs))));
    },

    /** Days of [from, before), oldest first; of too many the newest. */
    async days(channelId: ChannelId, from: string, before: string) {
      const found = await run((db) =>
        db.select().from(channelDays).where(and(eq(channelDays.channelId, channelId), gte(channelDays.day, from), lt(channelDays.day, before)))
          .orderBy(desc(channelDays.day)).limit(ANALYTICS_DAYS_MAX),
      );
      return found.reverse().map(({ channelId: _, sessions, ...day }) => ({ ...day, stays: sessions }));
    },

    async followers(channelId: ChannelId): Promise<number> {
      return run((db) => db.$count(follows, eq(follows.channelId, channelId)));
    },

    async places(channelId: ChannelId, from: string, before: string): Promise<{ place: Place; shown: number; opened: number }[]> {
      return run((db) =>
        db.select({ place: impressionCounts.place, shown: sql<number>`sum(${impressionCounts.shown})::int`, opened: sql<number>`sum(${impressionCounts.opened})::int` })
          .from(impressionCounts)
          .where(and(eq(impressionCounts.channelId, channelId), gte(impressionCounts.day, from), lt(impressionCounts.day, before)))
          .groupBy(impressionCounts.place).orderBy(desc(sql`2`)),
      );
    },

    /** Once, for a broadcast whose totals stand. */
    async saveScore(id: BroadcastId, { score, low, high }: StoredScore): Promise<void> {
      await run((db) =>
        db.update(broadcastTotals).set({ effect: score, effectLow: low, effectHigh: high }).where(and(eq(broadcastTotals.broadcastId, id), isNull(broadcastTotals.effect))),
      );
    },
  };
};

export type AnalyticsStore = ReturnType<typeof createAnalyticsStore>;
