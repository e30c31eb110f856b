// What channels plan (rules Z1-Z4): told ahead by the creator, shown to everybody, remembered for who asks. That a broadcast which
// begins near its time is the planned one is the business of notices.

import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { PlanView } from '../../../shared/finding-routes.ts';
import type { ChannelId, ScheduledId, UserId } from '../../../shared/ids.ts';
import { SCHEDULE_AHEAD_MS_MAX, SCHEDULE_OVER_AFTER_MS, TITLE_CHARS_MAX } from '../../../shared/limits.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { RouteBody, RouteName, RouteResult } from '../../../shared/routes.ts';
import { scheduledId as scheduledIdSchema } from '../../../shared/schema.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import { calendarOf } from './calendar.ts';
import { createScheduleStore } from './store.ts';
import type { Database, PlanFields, ScheduleStore } from './store.ts';

export type ScheduleDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Pick<Database, 'run'>;
  readonly imageUrl: Parameters<ScheduleStore['coming']>[2];
  readonly channelByHandle: (handle: string) => Promise<{ readonly channel: ChannelView } | null>;
  readonly channelOf: (userId: UserId) => Promise<ChannelView | null>;
  readonly publicUrl: () => string;
};

type Names = 'schedule.list' | 'schedule.coming' | 'schedule.add' | 'schedule.change' | 'schedule.cancel' | 'schedule.remind';
/** What net/ gives, as far as we need it. */
type Request<N extends RouteName> = { readonly body: RouteBody<N>; readonly path: Readonly<Record<string, string>>; readonly user: SessionUser | null };
type Routes = { readonly [N in Names]: (request: Request<N>) => Promise<RouteResult<N>> };

const SWEEP_MS = 3_600_000;
const KEPT_MS = 86_400_000; // nobody sees it any more; reminders of a broadcast that begins late may still need it

const userOf = ({ user }: { readonly user: SessionUser | null }): SessionUser => {
  if (!user) throw new AppError('not_logged_in');
  return user;
};
const idIn = (path: Readonly<Record<string, string>>): ScheduledId => {
  const id = path['scheduledId'];
  if (!v.is(scheduledIdSchema, id)) throw new AppError('not_found');
  return id;
};

export const createSchedule = (deps: ScheduleDeps) => {
  const { clock, log } = deps;
  const store = createScheduleStore(deps.database);
  const shownAfterMs = (): number => clock.nowMs() - SCHEDULE_OVER_AFTER_MS;
  const stopSweeping = clock.every(SWEEP_MS, () => {
    store.forgetBefore(clock.nowMs() - KEPT_MS).catch((err: unknown) => log.debug({ err }, 'old plans not forgotten'));
  });

  const fieldsOf = ({ title, category, startsAtMs }: RouteBody<'schedule.add'>): PlanFields => {
    const cleaned = cleanLine(title);
    if (cleaned === '' || cleaned.length > TITLE_CHARS_MAX) throw new AppError('bad_request', 'the title is empty or too long');
    const nowMs = clock.nowMs();
    if (startsAtMs <= nowMs || startsAtMs > nowMs + SCHEDULE_AHEAD_MS_MAX) throw new AppError('bad_request', 'the time must be ahead, and within a year');
    return { title: cleaned, category, startsAt: Math.round(startsAtMs) };
  };
  const ownChannel = async (user: SessionUser): Promise<ChannelId> => {
    const channel = await deps.channelOf(user.userId);
    if (!channel) throw new AppError('channel_not_found');
    return channel.channelId;
  };
  const viewOf = (id: ScheduledId, { title, category, startsAt }: PlanFields): PlanView => ({ scheduledId: id, title, category, startsAtMs: startsAt, isReminded: false });
  const must = (isThere: boolean): void => {
    if (!isThere) throw new AppError('not_found');
  };

  const routes: Routes = {
    async 'schedule.list'({ path, user }) {
      const found = await deps.channelByHandle(path['handle'] ?? '');
      if (!found) throw new AppError('channel_not_found');
      return { plans: await store.ofChannel(found.channel.channelId, shownAfterMs(), user?.userId ?? null) };
    },
    'schedule.coming': async (request) => ({ coming: await store.coming(userOf(request).userId, shownAfterMs(), deps.imageUrl) }),
    async 'schedule.add'(request) {
      const channelId = await ownChannel(userOf(request));
      const fields = fieldsOf(request.body);
      const id = randomUUID() as ScheduledId;
      await store.add({ id, channelId, ...fields }, clock.nowMs());
      return viewOf(id, fields);
    },
    async 'schedule.change'(request) {
      const [id, channelId] = [idIn(request.path), await ownChannel(userOf(request))];
      const fields = fieldsOf(request.body);
      must(await store.change(id, channelId, fields));
      return viewOf(id, fields);
    },
    async 'schedule.cancel'(request) {
      must(await store.cancel(idIn(request.path), await ownChannel(userOf(request))));
      return {};
    },
    async 'schedule.remind'(request) {
      const { isReminded } = request.body;
      must(await store.setReminder(idIn(request.path), userOf(request).userId, isReminded, shownAfterMs()));
      return { isReminded };
    },
  };

  const calendar = async ({ path }: { readonly path: Readonly<Record<string, string>> }) => {
    const plan = await store.find(idIn(path));
    if (!plan) return null;
    const { id: uid, title, startsAt: startsAtMs, displayName: channel } = plan;
    const body = calendarOf({ uid, title, channel, startsAtMs, url: `${deps.publicUrl()}/@${plan.handle}`, nowMs: clock.nowMs() });
    return { status: 200, type: 'text/calendar; charset=utf-8', body, downloadName: 'qiao.ics' };
  };

  return {
    routes,
    rawRoutes: [{ method: 'GET', path: '/api/schedule/:scheduledId/calendar.ics', handle: calendar }] as const,
    /** The next plan of each of these channels that has one, as this person sees it. */
    nextPlans: (channelIds: readonly ChannelId[], userId: UserId): Promise<Map<ChannelId, PlanView>> => store.nextOf(channelIds, shownAfterMs(), userId),
    close: stopSweeping,
  };
};

export type Schedule = ReturnType<typeof createSchedule>;
