// The SQL of notices and of browsers that take web push. A subscription has the id of the session that made it, so it ends with the login.

import { and, asc, desc, eq, gt, inArray, isNull, lt, notExists, sql } from 'drizzle-orm';
import type { NoticeView } from '../../../shared/finding-routes.ts';
import type { BroadcastId, ChannelId, NoticeId, PushId, SessionId, UserId } from '../../../shared/ids.ts';
import { NOTICE_PAGE_MAX, NOTICE_PAUSE_MS, REMINDER_SPAN_MS } from '../../../shared/limits.ts';
import type { Database } from '../../db/client.ts';
import { channelColumns, channelViewOf } from '../../db/channel-row.ts';
import type { ImageUrl } from '../../db/channel-row.ts';
import { isoOf } from '../../db/columns.ts';
import { notices, pushSubscriptions } from '../../db/insight-schema.ts';
import { broadcasts, channels, sessions } from '../../db/schema.ts';

export type { Database } from '../../db/client.ts';
export type PushRow = Pick<typeof pushSubscriptions.$inferSelect, 'id' | 'endpoint' | 'p256dh' | 'auth' | 'locale'>;
export type NewPush = Omit<PushRow, 'id'> & { readonly sessionId: SessionId; readonly userId: UserId; readonly createdAt: number };

export type Beginning = {
  readonly channelId: ChannelId;
  readonly broadcastId: BroadcastId;
  readonly startedAtMs: number;
  /** In front of the ids of its notices; sorts by time. */
  readonly prefix: string;
};

const PUSH_PAGE_MAX = 500;
const UNREAD_COUNTED_MAX = 1_000;

export const createNoticeStore = ({ run }: Pick<Database, 'run'>) => ({
  /**
   * A notice for everybody who wants to hear of this broadcast, once: followers, and who asked to be reminded of a plan near its start.
   * Nobody, if the channel's people were told of another broadcast just before. Returns whom it told.
   */
  tell: ({ channelId, broadcastId, startedAtMs, prefix }: Beginning): Promise<UserId[]> =>
    run((db) =>
      db.transaction(async (tx) => {
        const planned = sql`select id from scheduled where channel_id = ${channelId}
          and starts_at between ${isoOf(startedAtMs - REMINDER_SPAN_MS)}::timestamptz and ${isoOf(startedAtMs + REMINDER_SPAN_MS)}::timestamptz`;
        const told = await tx.execute(sql`
          insert into notices (id, user_id, channel_id, broadcast_id, kind, created_at)
          select ${prefix}::text || lpad((row_number() over ())::text, 8, '0'), who.user_id, b.channel_id, b.id, 'live', ${isoOf(startedAtMs)}::timestamptz
          from broadcasts b join channels c on c.id = b.channel_id
          cross join lateral (
            select user_id from follows where channel_id = b.channel_id and wants_notices
            union select user_id from reminders where scheduled_id in (${planned})
          ) who
          where b.id = ${broadcastId} and b.visibility = 'public' and b.ended_at is null and who.user_id <> c.owner_user_id
          and not exists (select 1 from sanctions s where s.channel_id = b.channel_id and s.user_id = who.user_id and s.kind = 'ban'
            and s.lifted_at is null and (s.until is null or s.until > ${isoOf(startedAtMs)}::timestamptz))
          and not exists (select 1 from broadcasts earlier join notices n on n.broadcast_id = earlier.id
            where earlier.channel_id = ${channelId} and earlier.id <> ${broadcastId} and earlier.started_at > ${isoOf(startedAtMs - NOTICE_PAUSE_MS)}::timestamptz)
          on conflict do nothing returning user_id`);
        // Told once: a second broadcast near the same time is another one.
        await tx.execute(sql`delete from reminders where scheduled_id in (${planned})`);
        return told.map((row) => row['user_id'] as UserId);
      }),
    ),
  /** One more than a page, if there is more. */
  async page(userId: UserId, before: NoticeId | null, imageUrl: ImageUrl): Promise<NoticeView[]> {
    const rows = await run((db) =>
      db.select({ notice: notices, channel: channelColumns, title: broadcasts.title, endedAt: broadcasts.endedAt }).from(notices)
        .innerJoin(channels, eq(channels.id, notices.channelId)).innerJoin(broadcasts, eq(broadcasts.id, notices.broadcastId))
        .where(and(eq(notices.userId, userId), before === null ? undefined : lt(notices.id, before))).orderBy(desc(notices.id)).limit(NOTICE_PAGE_MAX + 1),
    );
    return rows.map(({ notice, channel, title, endedAt }) => {
      const { handle, displayName, avatarUrl } = channelViewOf(channel, imageUrl);
      return { noticeId: notice.id, kind: notice.kind, channel: { handle, displayName, avatarUrl }, title, atMs: notice.createdAt, isRead: notice.readAt !== null, isLive: endedAt === null };
    });
  },
  async unread(userId: UserId): Promise<number> {
    const [row] = await run((db) => db.execute(sql`select count(*)::int as unread from (select 1 from notices where user_id = ${userId} and read_at is null limit ${UNREAD_COUNTED_MAX}) as them`));
    return Number(row?.['unread'] ?? 0);
  },
  /** Null: all. */
  async read(userId: UserId, ids: readonly NoticeId[] | null, nowMs: number): Promise<void> {
    if (ids?.length === 0) return;
    await run((db) => db.update(notices).set({ readAt: nowMs }).where(and(eq(notices.userId, userId), isNull(notices.readAt), ids === null ? undefined : inArray(notices.id, [...ids]))));
  },
  /** Ids sort by time, so the oldest are those below one. */
  async forgetBelow(id: string): Promise<void> {
    await run((db) => db.delete(notices).where(lt(notices.id, id as NoticeId)));
  },

  /** False: another person's browser has this endpoint, with other keys. */
  subscribe: ({ sessionId, endpoint, ...row }: NewPush): Promise<boolean> =>
    run((db) =>
      db.transaction(async (tx) => {
        const id = sessionId as string as PushId;
        // The same browser under another login, or the same login with a new endpoint: the newest holds. Who knows an endpoint but not its
        // secret must not be able to take it from its owner.
        await tx.delete(pushSubscriptions).where(eq(pushSubscriptions.id, id));
        await tx.delete(pushSubscriptions).where(and(eq(pushSubscriptions.endpoint, endpoint), sql`(${pushSubscriptions.userId} = ${row.userId} or (${pushSubscriptions.auth} = ${row.auth} and ${pushSubscriptions.p256dh} = ${row.p256dh}))`));
        return (await tx.insert(pushSubscriptions).values({ id, endpoint, ...row }).onConflictDoNothing().returning({ id: pushSubscriptions.id })).length > 0;
      }),
    ),
  async unsubscribe(userId: UserId, endpoint: string): Promise<void> {
    await run((db) => db.delete(pushSubscriptions).where(and(eq(pushSubscriptions.userId, userId), eq(pushSubscriptions.endpoint, endpoint))));
  },
  /** Browsers of those who were told of this broadcast and are logged in there still, a page after `after`. */
  browsersOf: (broadcastId: BroadcastId, after: PushId | null, nowMs: number): Promise<PushRow[]> =>
    run((db) =>
      db.select({ id: pushSubscriptions.id, endpoint: pushSubscriptions.endpoint, p256dh: pushSubscriptions.p256dh, auth: pushSubscriptions.auth, locale: pushSubscriptions.locale })
        .from(pushSubscriptions)
        .innerJoin(notices, and(eq(notices.userId, pushSubscriptions.userId), eq(notices.broadcastId, broadcastId)))
        .innerJoin(sessions, and(sql`${sessions.id} = ${pushSubscriptions.id}`, eq(sessions.userId, pushSubscriptions.userId), gt(sessions.expiresAt, nowMs)))
        .where(after === null ? undefined : gt(pushSubscriptions.id, after)).orderBy(asc(pushSubscriptions.id)).limit(PUSH_PAGE_MAX),
    ),
  async dropBrowsers(ids: readonly PushId[]): Promise<void> {
    if (ids.length > 0) await run((db) => db.delete(pushSubscriptions).where(inArray(pushSubscriptions.id, [...ids])));
  },
  /** Those whose login has ended. */
  async dropLoggedOut(): Promise<void> {
    await run((db) => db.delete(pushSubscriptions).where(notExists(db.select({ one: sql`1` }).from(sessions).where(sql`${sessions.id} = ${pushSubscriptions.id}`))));
  },
});

export type NoticeStore = ReturnType<typeof createNoticeStore>;
