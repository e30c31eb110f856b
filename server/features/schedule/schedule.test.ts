// Plans against a real PostgreSQL, and the calendar file.

import { expect, test } from 'vitest';
import { useTestDatabase } from '../../../tests/support/database.ts';
import type { ChannelId, ScheduledId, SessionId, UserId } from '../../../shared/ids.ts';
import { SCHEDULE_AHEAD_MS_MAX, SCHEDULE_OVER_AFTER_MS, SCHEDULED_MAX } from '../../../shared/limits.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { calendarOf } from './calendar.ts';
import { createSchedule } from './schedule.ts';

const database = useTestDatabase();
const START_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const codeOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'ok', (error: { code?: unknown }) => error.code ?? error);

const setUp = async () => {
  const { sql } = database();
  const clock = createHandClock(START_MS);
  const channels = new Map<string, ChannelView>();
  const schedule = createSchedule({
    clock, log: createLog({ level: 'silent' }), database: database(), imageUrl: (id) => `/images/${id}`, publicUrl: () => 'https://live.example.org',
    channelByHandle: async (handle) => { const channel = channels.get(handle); return channel ? { channel } : null; },
    channelOf: async (userId) => channels.get(userId) ?? null,
  });
  const asker = (name: string) => ({ userId: name as UserId, sessionId: 's' as SessionId, name, displayName: name });
  const addUser = async (name: string): Promise<void> => {
    await sql`insert into users (id, name, name_key, display_name, password_hash, created_at) values (${name}, ${name}, ${name}, ${name}, '$argon2id$', now())`;
  };
  const addCreator = async (name: string): Promise<void> => {
    await addUser(name);
    await sql`insert into channels (id, owner_user_id, handle, handle_key, display_name, about, category, created_at) values (${name}, ${name}, ${name}, ${name}, ${name}, '', 'talk', now())`;
    channels.set(name, { channelId: name as ChannelId, handle: name, displayName: name, about: '', category: 'talk', avatarUrl: null });
  };
  const { routes } = schedule;
  const plan = (name: string, title: string, inMs: number) => routes['schedule.add']({ body: { title, category: 'music', startsAtMs: clock.nowMs() + inMs }, path: {}, user: asker(name) });
  const list = async (handle: string, name: string | null = null) => (await routes['schedule.list']({ body: null, path: { handle }, user: name === null ? null : asker(name) })).plans;
  const remind = (name: string, scheduledId: string, isReminded = true) => routes['schedule.remind']({ body: { isReminded }, path: { scheduledId }, user: asker(name) });
  const coming = async (name: string) => (await routes['schedule.coming']({ body: null, path: {}, user: asker(name) })).coming;
  const change = (name: string, scheduledId: string, title: string, inMs: number) =>
    routes['schedule.change']({ body: { title, category: 'art', startsAtMs: clock.nowMs() + inMs }, path: { scheduledId }, user: asker(name) });
  const cancel = (name: string, scheduledId: string) => routes['schedule.cancel']({ body: null, path: { scheduledId }, user: asker(name) });
  await addCreator('ada');
  await addCreator('bob');
  await addUser('fan');
  return { sql, clock, schedule, plan, list, remind, coming, change, cancel };
};

test('[Z1] a creator plans, changes and takes back their own plans, and nobody else', async () => {
  const { plan, list, change, cancel } = await setUp();
  const second = await plan('ada', ' Second\n one ', 2 * HOUR_MS);
  const first = await plan('ada', '第一场', HOUR_MS);
  expect((await list('ada')).map(({ title, startsAtMs }) => [title, startsAtMs])).toEqual([['第一场', START_MS + HOUR_MS], ['Second one', START_MS + 2 * HOUR_MS]]);
  expect(await Promise.all([codeOf(change('bob', first.scheduledId, 'x', HOUR_MS)), codeOf(cancel('bob', first.scheduledId)), codeOf(change('fan', first.scheduledId, 'x', HOUR_MS)), codeOf(plan('fan', 'x', HOUR_MS))]))
    .toEqual(['not_found', 'not_found', 'channel_not_found', 'channel_not_found']);
  expect(await change('ada', second.scheduledId, 'Earlier', HOUR_MS / 2)).toMatchObject({ title: 'Earlier', category: 'art', startsAtMs: START_MS + HOUR_MS / 2 });
  await cancel('ada', first.scheduledId);
  expect((await list('ada')).map(({ title }) => title)).toEqual(['Earlier']);
  expect([await codeOf(cancel('ada', first.scheduledId)), await codeOf(cancel('ada', '../x')), await codeOf(list('nobody'))]).toEqual(['not_found', 'not_found', 'channel_not_found']);
});

test('[Z2] plans lie ahead, within a year, have a title, and are so many at most', async () => {
  const { plan, list, clock } = await setUp();
  for (const inMs of [0, -1, SCHEDULE_AHEAD_MS_MAX + 1]) expect([inMs, await codeOf(plan('ada', 'x', inMs))]).toEqual([inMs, 'bad_request']);
  expect(await codeOf(plan('ada', '\u200b\u3164', HOUR_MS))).toBe('bad_request');
  for (let at = 0; at < SCHEDULED_MAX - 1; at++) await plan('ada', `n ${at}`, HOUR_MS + at);
  expect((await Promise.all([codeOf(plan('ada', 'last', HOUR_MS)), codeOf(plan('ada', 'too many', HOUR_MS))])).toSorted()).toEqual(['ok', 'too_many_items']);
  clock.advance(HOUR_MS + 1_000);
  expect(await list('ada')).toHaveLength(SCHEDULED_MAX);
  expect(await codeOf(plan('ada', 'room again', HOUR_MS))).toBe('ok');
  clock.advance(SCHEDULE_OVER_AFTER_MS);
  expect((await list('ada')).map(({ title }) => title)).toEqual(['room again']);
});

test('[Z3] people see what channels that they follow have planned, and what they are reminded of', async () => {
  const { sql, plan, list, remind, coming, schedule, clock } = await setUp();
  const [followed, other] = [await plan('ada', 'Followed', 2 * HOUR_MS), await plan('bob', 'Other', HOUR_MS)];
  await sql`insert into follows (channel_id, user_id, followed_at) values ('ada', 'fan', now())`;
  const seen = async () => (await coming('fan')).map(({ channel, plan: it }) => [channel.handle, it.title, it.isReminded]);
  expect(await seen()).toEqual([['ada', 'Followed', false]]);
  for (const _ of [1, 2]) expect(await remind('fan', other.scheduledId)).toEqual({ isReminded: true });
  expect(await seen()).toEqual([['bob', 'Other', true], ['ada', 'Followed', false]]);
  expect([(await list('bob', 'fan'))[0]?.isReminded, (await list('bob', 'ada'))[0]?.isReminded, (await list('bob'))[0]?.isReminded]).toEqual([true, false, false]);
  expect(await schedule.nextPlans(['ada' as ChannelId, 'bob' as ChannelId], 'fan' as UserId)).toEqual(new Map([['ada', followed], ['bob', { ...other, isReminded: true }]]));
  await remind('fan', other.scheduledId, false);
  expect([await seen(), await codeOf(remind('fan', 'none'))]).toEqual([[['ada', 'Followed', false]], 'not_found']);
  clock.advance(2 * HOUR_MS + SCHEDULE_OVER_AFTER_MS);
  expect([await seen(), await codeOf(remind('fan', other.scheduledId))]).toEqual([[], 'not_found']);
});

test('[Z4] a plan is a calendar file, whatever its title', async () => {
  const { plan, schedule } = await setUp();
  const { scheduledId } = await plan('ada', 'Tea; cake, and \\ "more" 桥'.padEnd(90, '茶'), HOUR_MS);
  const file = await schedule.rawRoutes[0].handle({ path: { scheduledId } });
  expect(file).toMatchObject({ status: 200, type: 'text/calendar; charset=utf-8', downloadName: 'qiao.ics' });
  const body = file?.body ?? '';
  for (const line of body.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  const whole = body.replaceAll('\r\n ', '');
  expect(whole).toContain('SUMMARY:ada: Tea\\; cake\\, and \\\\ "more" 桥茶');
  expect(whole).toContain('\r\nDTSTART:20270115T090000Z\r\nDURATION:PT1H\r\n');
  expect(whole).toContain('\r\nURL:https://live.example.org/@ada\r\n');
  expect(await schedule.rawRoutes[0].handle({ path: { scheduledId: 'none' as ScheduledId } })).toBeNull();
  expect(calendarOf({ uid: 'u', title: 'a\r\nEND:VCALENDAR\nx', channel: 'c', url: 'https://x', startsAtMs: 0, nowMs: 0 })).toContain('SUMMARY:c: a\\nEND:VCALENDAR\\nx\r\n');
});
