// The SQL of discovery: what somebody follows and does not want to see, what was shown, and the past that the ranking begins with.

import { and, asc, desc, eq, gt, gte, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import type { ChannelId, UserId, WatchSessionId } from '../../../shared/ids.ts';
import { FOLLOWED_READ_MAX, HIDDEN_CHANNELS_MAX, WATCHED_MS_MIN } from '../../../shared/limits.ts';
import type { Database } from '../../db/client.ts';
import { columnOf, isoOf } from '../../db/columns.ts';
import { hiddenChannels, impressionCounts, impressions, privacyChoices, watchSessions } from '../../db/insight-schema.ts';
import { broadcasts, follows, sanctions } from '../../db/schema.ts';
import { AppError } from '../../lib/app-error.ts';
import { firstIdAt } from '../../lib/ordered-ids.ts';
import type { Impression, ImpressionStore } from './impressions.ts';
import type { PastStore } from './replay.ts';

export type { Database } from '../../db/client.ts';
/** `barred`: hidden by themselves, or a channel that they are banned from. */
export type Ties = { readonly followed: ReadonlySet<ChannelId>; readonly barred: ReadonlySet<ChannelId> };

type Run = Database['run'];

const ofPeople = (run: Run) => ({
  async ties(userId: UserId, nowMs: number): Promise<Ties> {
    // A shadow ban is not to be noticed, and who is timed out may watch.
    const banned = and(eq(sanctions.userId, userId), eq(sanctions.kind, 'ban'), isNull(sanctions.liftedAt), or(isNull(sanctions.until), gt(sanctions.until, nowMs)));
    const [followed, hidden, bans] = await run((db) =>
      Promise.all([
        db.select({ id: follows.channelId }).from(follows).where(eq(follows.userId, userId)).orderBy(desc(follows.followedAt)).limit(FOLLOWED_READ_MAX),
        db.select({ id: hiddenChannels.channelId }).from(hiddenChannels).where(eq(hiddenChannels.userId, userId)),
        db.select({ id: sanctions.channelId }).from(sanctions).where(banned),
      ]),
    );
    return { followed: new Set(followed.map(({ id }) => id)), barred: new Set([...hidden, ...bans].map(({ id }) => id)) };
  },
  /** The newest first. */
  async hidden(userId: UserId): Promise<ChannelId[]> {
    const rows = await run((db) =>
      db.select({ id: hiddenChannels.channelId }).from(hiddenChannels).where(eq(hiddenChannels.userId, userId)).orderBy(desc(hiddenChannels.hiddenAt)),
    );
    return rows.map(({ id }) => id);
  },
  /** Throws `too_many_items`. */
  async hide(userId: UserId, channelId: ChannelId, atMs: number): Promise<void> {
    await run(async (db) => {
      const count = await db.$count(hiddenChannels, eq(hiddenChannels.userId, userId));
      if (count >= HIDDEN_CHANNELS_MAX) throw new AppError('too_many_items');
      await db.insert(hiddenChannels).values({ userId, channelId, hiddenAt: atMs }).onConflictDoNothing();
    });
  },
  async unhide(userId: UserId, channelId: ChannelId): Promise<void> {
    await run((db) => db.delete(hiddenChannels).where(and(eq(hiddenChannels.userId, userId), eq(hiddenChannels.channelId, channelId))));
  },
});

const writeShown = async (run: Run, rows: readonly Impression[]): Promise<void> => {
  const values = rows.flatMap(({ shown, openedAtMs, ...row }) =>
    shown === null ? [] : [{ ...row, position: shown.position, why: shown.why, shownAt: shown.atMs, openedAt: openedAtMs }],
  );
  if (values.length === 0) return;
  await run((db) =>
    db
      .insert(impressions)
      .values(values)
      .onConflictDoUpdate({
        target: [impressions.userId, impressions.broadcastId, impressions.place],
        set: { openedAt: sql`coalesce(${impressions.openedAt}, excluded.opened_at)` },
      }),
  );
};

const writeOpened = async (run: Run, rows: readonly Impression[]): Promise<void> => {
  const opened = rows.filter(({ shown, openedAtMs }) => shown === null && openedAtMs !== null);
  if (opened.length === 0) return;
  const of = (value: (row: Impression) => string) => columnOf(opened.map(value));
  await run((db) =>
    db.execute(sql`
      update impressions set opened_at = now_opened.at::timestamptz
      from unnest(${of((row) => row.userId)}, ${of((row) => row.broadcastId)}, ${of((row) => row.place)}, ${of((row) => isoOf(row.openedAtMs ?? 0))})
        as now_opened(user_id, broadcast_id, place, at)
      where impressions.user_id = now_opened.user_id and impressions.broadcast_id = now_opened.broadcast_id
        and impressions.place = now_opened.place and impressions.opened_at is null`),
  );
};

const ofImpressions = (run: Run): ImpressionStore => ({
  async writeImpressions(rows) {
    await writeShown(run, rows);
    await writeOpened(run, rows);
  },
  async addCounts(rows) {
    await run((db) =>
      db
        .insert(impressionCounts)
        .values([...rows])
        .onConflictDoUpdate({
          target: [impressionCounts.channelId, impressionCounts.day, impressionCounts.place],
          set: { shown: sql`${impressionCounts.shown} + excluded.shown`, opened: sql`${impressionCounts.opened} + excluded.opened` },
        }),
    );
  },
  async forgetImpressions(beforeMs) {
    await run((db) => db.delete(impressions).where(lt(impressions.shownAt, beforeMs)));
  },
});

/** Really watched, or did something; of people who want a history. */
const isChoice = () =>
  and(
    isNotNull(watchSessions.userId),
    or(
      gte(watchSessions.playedMs, WATCHED_MS_MIN),
      sql`${watchSessions.lines} + ${watchSessions.reactions} + ${watchSessions.gifts} + ${watchSessions.follows} > 0`,
    ),
    sql`not exists (select 1 from ${privacyChoices} where ${privacyChoices.userId} = ${watchSessions.userId} and not ${privacyChoices.keepsHistory})`,
  );

const ofPast = (run: Run): PastStore => ({
  async firstStay(sinceMs, count) {
    const since = firstIdAt(sinceMs) as WatchSessionId;
    const [row] = await run((db) =>
      db.select({ id: watchSessions.id }).from(watchSessions).where(and(gt(watchSessions.id, since), isChoice())).orderBy(desc(watchSessions.id)).offset(count).limit(1),
    );
    return row?.id ?? since;
  },
  async stays(afterId, beforeMs, count) {
    const isThere = and(gt(watchSessions.id, afterId as WatchSessionId), lt(watchSessions.id, firstIdAt(beforeMs) as WatchSessionId), isChoice());
    const columns = { id: watchSessions.id, userId: watchSessions.userId, channelId: watchSessions.channelId, atMs: watchSessions.startedAt, leftAtMs: watchSessions.endedAt };
    const rows = await run((db) => db.select(columns).from(watchSessions).where(isThere).orderBy(asc(watchSessions.id)).limit(count));
    return rows.flatMap(({ userId, ...row }) => (userId === null ? [] : [{ ...row, userId }]));
  },
  async began(fromMs, toMs) {
    const columns = {
      channelId: broadcasts.channelId, category: broadcasts.category, tags: broadcasts.tags, language: broadcasts.language,
      startedAtMs: broadcasts.startedAt, endedAtMs: broadcasts.endedAt,
    };
    const isThere = and(gte(broadcasts.startedAt, fromMs), lt(broadcasts.startedAt, toMs), eq(broadcasts.visibility, 'public'));
    const rows = await run((db) => db.select(columns).from(broadcasts).where(isThere).orderBy(asc(broadcasts.startedAt)));
    return rows.map(({ language, ...row }) => ({ ...row, language: language ?? '' }));
  },
});

export const createDiscoveryStore = ({ run }: Pick<Database, 'run'>) => ({ people: ofPeople(run), impressions: ofImpressions(run), past: ofPast(run) });

export type DiscoveryStore = ReturnType<typeof createDiscoveryStore>;
