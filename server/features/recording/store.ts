// The SQL of recording. Stays and minutes are written again and again as wholes, so the same row twice changes nothing. Rows
// travel as one parameter for each column. What is summed up is computed from the rows and replaces what was there.

import { and, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { BroadcastId, RoomId, UserId, WatchSessionId } from '../../../shared/ids.ts';
import type { Visibility } from '../../../shared/messages/broadcasts.ts';
import type { Database } from '../../db/client.ts';
import { columnOf, isoOf } from '../../db/columns.ts';
import { broadcastTotals, minuteCounts, watchSessions } from '../../db/insight-schema.ts';
import { broadcasts } from '../../db/schema.ts';
import type { MinuteRow } from './minutes.ts';
import type { EndedStay } from './stay.ts';

export type RecordingDatabase = Pick<Database, 'run'>;

export type StoredMinute = MinuteRow & { readonly broadcastId: BroadcastId };
export type Unfinished = { readonly broadcastId: BroadcastId; readonly roomId: RoomId; readonly startedAtMs: number; readonly visibility: Visibility };
/** As it was saved the last time, with the person still there. */
export type SavedStay = Omit<EndedStay, 'participantId' | 'lastDeedAtMs' | 'sawEnd'>;

/** Broadcasts without totals that one start sums up; the next one takes the rest. */
const UNSUMMED_MAX = 1_000;

const rounded = (value: number | null): number | null => value === null ? null : Math.round(value);

export const createRecordingStore = ({ run }: RecordingDatabase) => ({
  /**
   * Who is there still is saved with `sawEnd`: as far as is known nobody saw them go. Answers which stays are somebody's first in a
   * channel. A name that was taken off a row stays off.
   */
  async saveStays(stays: readonly EndedStay[]): Promise<Map<WatchSessionId, boolean | null>> {
    const of = (value: (stay: EndedStay) => string | number | null) => columnOf(stays.map(value));
    const flag = (value: boolean | null): string | null => (value === null ? null : String(value));
    const rows = await run((db) =>
      db.execute(sql`
        insert into watch_sessions (id, channel_id, broadcast_id, user_id, source, started_at, ended_at, played_ms, first_picture_ms, lines, reactions, gifts, coins, follows, is_new, saw_end)
        select s.id, s.channel_id, s.broadcast_id, s.user_id, s.source, s.started_at, s.ended_at, s.played_ms, s.first_picture_ms, s.lines, s.reactions, s.gifts, s.coins, s.follows,
          case when s.user_id is not null then coalesce(s.is_new, not exists (
            select 1 from watch_sessions e where e.user_id = s.user_id and e.channel_id = s.channel_id and e.started_at < s.started_at and e.id <> s.id)) end,
          s.saw_end
        from unnest(
          ${of(({ id }) => id)}, ${of(({ roomId }) => roomId)}, ${of(({ broadcastId }) => broadcastId)}, ${of(({ userId }) => userId)}, ${of(({ source }) => source)},
          ${of(({ startedAtMs }) => isoOf(startedAtMs))}::timestamptz[], ${of(({ endedAtMs }) => isoOf(endedAtMs))}::timestamptz[],
          ${of(({ playedMs }) => Math.round(playedMs))}::bigint[], ${of(({ firstPictureMs }) => rounded(firstPictureMs))}::int[],
          ${of(({ lines }) => lines)}::int[], ${of(({ reactions }) => reactions)}::int[],
          ${of(({ gifts }) => gifts)}::int[], ${of(({ coins }) => coins)}::bigint[], ${of(({ follows }) => follows)}::int[],
          ${of(({ isNew }) => flag(isNew))}::boolean[], ${of(({ sawEnd }) => flag(sawEnd))}::boolean[]
        ) as s(id, channel_id, broadcast_id, user_id, source, started_at, ended_at, played_ms, first_picture_ms, lines, reactions, gifts, coins, follows, is_new, saw_end)
        on conflict (id) do update set ended_at = excluded.ended_at, played_ms = excluded.played_ms, first_picture_ms = excluded.first_picture_ms, lines = excluded.lines, reactions = excluded.reactions,
          gifts = excluded.gifts, coins = excluded.coins, follows = excluded.follows, saw_end = excluded.saw_end
        returning id, is_new`),
    );
    return new Map((rows as unknown as { id: WatchSessionId; is_new: boolean | null }[]).map(({ id, is_new: isNew }) => [id, isNew]));
  },
  async saveMinutes(minutes: readonly StoredMinute[]): Promise<void> {
    const of = (value: (row: StoredMinute) => string | number | null) => columnOf(minutes.map(value));
    await run((db) =>
      db.execute(sql`
        insert into minute_counts (broadcast_id, minute, viewer_ms, viewers_max, came, went, lines, reactions, gifts, coins, follows, latency_p50_ms, latency_p95_ms, freezes, reports)
        select * from unnest(
          ${of(({ broadcastId }) => broadcastId)}, ${of(({ minute }) => minute)}::int[], ${of(({ viewerMs }) => Math.round(viewerMs))}::bigint[],
          ${of(({ viewersMax }) => viewersMax)}::int[], ${of(({ came }) => came)}::int[], ${of(({ went }) => went)}::int[], ${of(({ lines }) => lines)}::int[],
          ${of(({ reactions }) => reactions)}::int[], ${of(({ gifts }) => gifts)}::int[], ${of(({ coins }) => coins)}::bigint[], ${of(({ follows }) => follows)}::int[],
          ${of(({ latencyP50Ms }) => rounded(latencyP50Ms))}::int[], ${of(({ latencyP95Ms }) => rounded(latencyP95Ms))}::int[],
          ${of(({ freezes }) => freezes)}::int[], ${of(({ reports }) => reports)}::int[])
        on conflict (broadcast_id, minute) do update set viewer_ms = excluded.viewer_ms, viewers_max = excluded.viewers_max, came = excluded.came, went = excluded.went,
          lines = excluded.lines, reactions = excluded.reactions, gifts = excluded.gifts, coins = excluded.coins, follows = excluded.follows,
          latency_p50_ms = excluded.latency_p50_ms, latency_p95_ms = excluded.latency_p95_ms, freezes = excluded.freezes, reports = excluded.reports`),
    );
  },
  /** What is on air as far as the table knows, after a restart. */
  async unfinished(): Promise<Unfinished[]> {
    const rows = await run((db) =>
      db
        .select({ broadcastId: broadcasts.id, roomId: broadcasts.channelId, startedAtMs: broadcasts.startedAt, visibility: broadcasts.visibility })
        .from(broadcasts)
        .where(isNull(broadcasts.endedAt)),
    );
    return rows;
  },
  async minutesOf(broadcastId: BroadcastId): Promise<MinuteRow[]> {
    const rows = await run((db) => db.select().from(minuteCounts).where(eq(minuteCounts.broadcastId, broadcastId)).orderBy(minuteCounts.minute));
    return rows.map(({ broadcastId: _, ...row }) => row);
  },
  /** Who was there when it was saved the last time. */
  async openStays(broadcastId: BroadcastId): Promise<SavedStay[]> {
    const rows = await run((db) =>
      db.select().from(watchSessions).where(and(eq(watchSessions.broadcastId, broadcastId), eq(watchSessions.sawEnd, true))),
    );
    return rows.map(({ channelId: roomId, startedAt: startedAtMs, endedAt: endedAtMs, sawEnd: _, ...row }) => ({ ...row, roomId, startedAtMs, endedAtMs }));
  },
  async unsummed(): Promise<BroadcastId[]> {
    const rows = await run((db) =>
      db
        .select({ id: broadcasts.id })
        .from(broadcasts)
        .leftJoin(broadcastTotals, eq(broadcastTotals.broadcastId, broadcasts.id))
        .where(and(isNotNull(broadcasts.endedAt), isNull(broadcastTotals.broadcastId)))
        .limit(UNSUMMED_MAX),
    );
    return rows.map(({ id }) => id);
  },
  /**
   * Totals and days of a broadcast that is over, from its stays and minutes. `endedAtMs`: its own row may say it later than we do. A
   * minute belongs to the day (UTC) in which it begins. Latency is the median over the viewers' reports of what their minute had.
   */
  async sumUp(broadcastId: BroadcastId, endedAtMs: number | null): Promise<void> {
    await run((db) => db.transaction(async (tx) => {
      await tx.execute(totalsOf(broadcastId));
      await tx.execute(daysOf(broadcastId, endedAtMs));
    }));
  },
  /** Takes a person's name off their stays in these broadcasts; null: in all. */
  async makeNameless(userId: UserId, broadcastIds: readonly BroadcastId[] | null): Promise<void> {
    const where = broadcastIds === null ? eq(watchSessions.userId, userId) : and(eq(watchSessions.userId, userId), inArray(watchSessions.broadcastId, [...broadcastIds]));
    if (broadcastIds?.length === 0) return;
    await run((db) => db.update(watchSessions).set({ userId: null, isNew: null }).where(where));
  },
});

export type RecordingStore = ReturnType<typeof createRecordingStore>;

const totalsOf = (broadcastId: BroadcastId) => sql`
  with of_stays as (
    select count(*) as sessions, count(distinct user_id) as people, count(*) filter (where user_id is null) as guests,
      count(distinct user_id) filter (where is_new) as new_people, coalesce(sum(played_ms), 0) as played_ms,
      count(distinct coalesce(user_id, id)) filter (where lines > 0) as chatters, count(distinct coalesce(user_id, id)) filter (where gifts > 0) as givers
    from watch_sessions where broadcast_id = ${broadcastId}
  ), of_minutes as (
    select coalesce(sum(lines), 0) as lines, coalesce(sum(reactions), 0) as reactions, coalesce(sum(gifts), 0) as gifts, coalesce(sum(coins), 0) as coins,
      coalesce(sum(follows), 0) as follows, coalesce(sum(freezes), 0) as freezes
    from minute_counts where broadcast_id = ${broadcastId}
  )
  insert into broadcast_totals (broadcast_id, sessions, people, guests, new_people, played_ms, lines, reactions, gifts, coins, follows, chatters, givers,
    latency_p50_ms, latency_p95_ms, freezes)
  select ${broadcastId}, sessions, people, guests, new_people, played_ms, lines, reactions, gifts, coins, follows, chatters, givers,
    ${weightedMedian('latency_p50_ms', broadcastId)}, ${weightedMedian('latency_p95_ms', broadcastId)}, freezes
  from of_stays, of_minutes
  on conflict (broadcast_id) do update set sessions = excluded.sessions, people = excluded.people, guests = excluded.guests, new_people = excluded.new_people,
    played_ms = excluded.played_ms, lines = excluded.lines, reactions = excluded.reactions, gifts = excluded.gifts, coins = excluded.coins, follows = excluded.follows,
    chatters = excluded.chatters, givers = excluded.givers, latency_p50_ms = excluded.latency_p50_ms, latency_p95_ms = excluded.latency_p95_ms, freezes = excluded.freezes`;

/** Of a column of the minutes, each weighing as many reports as it had. */
const weightedMedian = (column: 'latency_p50_ms' | 'latency_p95_ms', broadcastId: BroadcastId) => {
  const value = sql.raw(column);
  return sql`(
    select value from (
      select ${value} as value, sum(reports) over (order by ${value}, minute) as upto, sum(reports) over () as of_all
      from minute_counts where broadcast_id = ${broadcastId} and ${value} is not null and reports > 0
    ) as ranked where upto * 2 >= of_all order by upto limit 1)`;
};

const dayOf = (column: string) => sql.raw(`((${column}) at time zone 'UTC')::date`);

/** All days that the broadcast touches, each computed anew from all broadcasts of the channel. */
const daysOf = (broadcastId: BroadcastId, endedAtMs: number | null) => sql`
  with this as (
    select channel_id, started_at, coalesce(ended_at, ${endedAtMs === null ? null : isoOf(endedAtMs)}::timestamptz, last_alive_at) as ended_at
    from broadcasts where id = ${broadcastId}
  ), days as (
    select channel_id, day::date as day from this, generate_series(${dayOf('started_at')}::timestamp, ${dayOf('ended_at')}::timestamp, interval '1 day') as day
  ), shown as (
    select id, channel_id, started_at, case when id = ${broadcastId} then (select ended_at from this) else ended_at end as ended_at
    from broadcasts where channel_id = (select channel_id from this) and (ended_at is not null or id = ${broadcastId})
      and started_at < (select ended_at from this) + interval '1 day' and coalesce(ended_at, now()) >= (select started_at from this) - interval '1 day'
  ), minutes as (
    select ${dayOf("shown.started_at + m.minute * interval '1 minute'")} as day, sum(viewer_ms) as viewer_ms, sum(lines) as lines, sum(reactions) as reactions,
      sum(gifts) as gifts, sum(coins) as coins, sum(follows) as follows
    from shown join minute_counts m on m.broadcast_id = shown.id group by 1
  ), stays as (
    select ${dayOf('w.started_at')} as day, count(*) as sessions, count(distinct user_id) filter (where is_new) as new_people
    from shown join watch_sessions w on w.broadcast_id = shown.id group by 1
  ), lengths as (
    select days.day, sum(extract(epoch from least(shown.ended_at, (days.day + 1)::timestamp at time zone 'UTC')
      - greatest(shown.started_at, days.day::timestamp at time zone 'UTC')) * 1000) as live_ms
    from days join shown on shown.started_at < (days.day + 1)::timestamp at time zone 'UTC' and shown.ended_at > days.day::timestamp at time zone 'UTC' group by 1
  )
  insert into channel_days (channel_id, day, live_ms, viewer_ms, sessions, new_people, lines, reactions, gifts, coins, follows)
  select days.channel_id, days.day, coalesce(round(live_ms), 0), coalesce(viewer_ms, 0), coalesce(sessions, 0), coalesce(new_people, 0), coalesce(lines, 0),
    coalesce(reactions, 0), coalesce(gifts, 0), coalesce(coins, 0), coalesce(follows, 0)
  from days left join minutes using (day) left join stays using (day) left join lengths using (day)
  on conflict (channel_id, day) do update set live_ms = excluded.live_ms, viewer_ms = excluded.viewer_ms, sessions = excluded.sessions,
    new_people = excluded.new_people, lines = excluded.lines, reactions = excluded.reactions, gifts = excluded.gifts, coins = excluded.coins, follows = excluded.follows`;
