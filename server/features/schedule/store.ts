// The SQL of plans and reminders.

import { and, asc, count, eq, gt, inArray, lt, or, sql } from 'drizzle-orm';
import type { ComingView, PlanView } from '../../../shared/finding-routes.ts';
import type { ChannelId, ScheduledId, UserId } from '../../../shared/ids.ts';
import { SCHEDULE_COMING_MAX, SCHEDULED_MAX } from '../../../shared/limits.ts';
import type { Database } from '../../db/client.ts';
import { channelColumns, channelViewOf } from '../../db/channel-row.ts';
import type { ImageUrl } from '../../db/channel-row.ts';
import { reminders, scheduled } from '../../db/insight-schema.ts';
import { channels, follows } from '../../db/schema.ts';
import { AppError } from '../../lib/app-error.ts';

export type { Database } from '../../db/client.ts';
export type Plan = Omit<typeof scheduled.$inferSelect, 'createdAt'>;
export type PlanFields = Pick<Plan, 'title' | 'category' | 'startsAt'>;

const planColumns = (userId: UserId | null) => ({
  scheduledId: scheduled.id, title: scheduled.title, category: scheduled.category, startsAtMs: scheduled.startsAt,
  isReminded: sql<boolean>`exists (select 1 from ${reminders} where ${reminders.scheduledId} = ${scheduled.id} and ${reminders.userId} = ${userId})`,
});

export const createScheduleStore = ({ run }: Pick<Database, 'run'>) => ({
  /** Those after `afterMs`, soonest first. */
  ofChannel: (channelId: ChannelId, afterMs: number, userId: UserId | null): Promise<PlanView[]> =>
    run((db) => db.select(planColumns(userId)).from(scheduled).where(and(eq(scheduled.channelId, channelId), gt(scheduled.startsAt, afterMs))).orderBy(asc(scheduled.startsAt), asc(scheduled.id)).limit(SCHEDULED_MAX)),
  /** The first of each channel after `afterMs`. */
  async nextOf(channelIds: readonly ChannelId[], afterMs: number, userId: UserId): Promise<Map<ChannelId, PlanView>> {
    if (channelIds.length === 0) return new Map();
    const rows = await run((db) =>
      db.selectDistinctOn([scheduled.channelId], { channelId: scheduled.channelId, plan: planColumns(userId) }).from(scheduled)
        .where(and(inArray(scheduled.channelId, [...channelIds]), gt(scheduled.startsAt, afterMs))).orderBy(asc(scheduled.channelId), asc(scheduled.startsAt)),
    );
    return new Map(rows.map(({ channelId, plan }) => [channelId, plan]));
  },
  /** Of channels that this person follows, and what they are reminded of, soonest first. */
  async coming(userId: UserId, afterMs: number, imageUrl: ImageUrl): Promise<ComingView[]> {
    const followed = sql`exists (select 1 from ${follows} where ${follows.channelId} = ${scheduled.channelId} and ${follows.userId} = ${userId})`;
    const reminded = sql`exists (select 1 from ${reminders} where ${reminders.scheduledId} = ${scheduled.id} and ${reminders.userId} = ${userId})`;
    const rows = await run((db) =>
      db.select({ channel: channelColumns, plan: planColumns(userId) }).from(scheduled).innerJoin(channels, eq(channels.id, scheduled.channelId))
        .where(and(gt(scheduled.startsAt, afterMs), or(followed, reminded))).orderBy(asc(scheduled.startsAt), asc(scheduled.id)).limit(SCHEDULE_COMING_MAX),
    );
    return rows.map(({ channel, plan }) => ({ plan, channel: channelViewOf(channel, imageUrl) }));
  },
  async find(id: ScheduledId): Promise<(Plan & { readonly handle: string; readonly displayName: string }) | null> {
    const [row] = await run((db) =>
      db.select({ id: scheduled.id, channelId: scheduled.channelId, title: scheduled.title, category: scheduled.category, startsAt: scheduled.startsAt, handle: channels.handle, displayName: channels.displayName })
        .from(scheduled).innerJoin(channels, eq(channels.id, scheduled.channelId)).where(eq(scheduled.id, id)),
    );
    return row ?? null;
  },
  /** Throws `too_many_items`. The channel's row is locked, so that two at once are counted one after the other. */
  async add(plan: Plan, nowMs: number): Promise<void> {
    await run((db) =>
      db.transaction(async (tx) => {
        await tx.execute(sql`select 1 from channels where id = ${plan.channelId} for no key update`);
        const [ahead] = await tx.select({ plans: count() }).from(scheduled).where(and(eq(scheduled.channelId, plan.channelId), gt(scheduled.startsAt, nowMs)));
        if ((ahead?.plans ?? 0) >= SCHEDULED_MAX) throw new AppError('too_many_items');
        await tx.insert(scheduled).values({ ...plan, createdAt: nowMs });
      }),
    );
  },
  /** False: this channel has no such plan. */
  change: async (id: ScheduledId, channelId: ChannelId, fields: PlanFields): Promise<boolean> =>
    (await run((db) => db.update(scheduled).set(fields).where(and(eq(scheduled.id, id), eq(scheduled.channelId, channelId))).returning({ id: scheduled.id }))).length > 0,
  /** False: this channel has no such plan. */
  cancel: async (id: ScheduledId, channelId: ChannelId): Promise<boolean> =>
    (await run((db) => db.delete(scheduled).where(and(eq(scheduled.id, id), eq(scheduled.channelId, channelId))).returning({ id: scheduled.id }))).length > 0,
  /** False: there is no such plan after `afterMs`. */
  async setReminder(id: ScheduledId, userId: UserId, isReminded: boolean, afterMs: number): Promise<boolean> {
    const [plan] = await run((db) => db.select({ id: scheduled.id }).from(scheduled).where(and(eq(scheduled.id, id), gt(scheduled.startsAt, afterMs))));
    if (!plan) return false;
    if (!isReminded) await run((db) => db.delete(reminders).where(and(eq(reminders.scheduledId, id), eq(reminders.userId, userId))));
    // From a select, so that a plan that was taken back this moment is no fault of ours.
    else await run((db) => db.execute(sql`insert into reminders (scheduled_id, user_id) select id, ${userId} from scheduled where id = ${id} for key share on conflict do nothing`));
    return true;
  },
  async forgetBefore(beforeMs: number): Promise<void> {
    await run((db) => db.delete(scheduled).where(lt(scheduled.startsAt, beforeMs)));
  },
});

export type ScheduleStore = ReturnType<typeof createScheduleStore>;
