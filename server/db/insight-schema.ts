// The tables of what was watched and of what is told to whom: watch sessions, rollups, impressions, notices, schedules, models.
// Counts are sums that grow; who wants to be forgotten leaves them as they are, and their name goes.

import { sql } from 'drizzle-orm';
import { boolean, check, customType, doublePrecision, index, integer, jsonb, pgTable, primaryKey, smallint, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Category } from '../../shared/categories.ts';
import type { BroadcastId, ChannelId, NoticeId, PushId, ScheduledId, UserId, WatchSessionId } from '../../shared/ids.ts';
import type { Place, Source } from '../../shared/sources.ts';
import { instant, whole } from './columns.ts';
import { broadcasts, channels, users } from './schema.ts';

const ofChannel = () => text('channel_id').$type<ChannelId>().notNull().references(() => channels.id, { onDelete: 'cascade' });
const ofUser = () => text('user_id').$type<UserId>().notNull().references(() => users.id, { onDelete: 'cascade' });
const ofBroadcast = () => text('broadcast_id').$type<BroadcastId>().notNull().references(() => broadcasts.id, { onDelete: 'cascade' });
/** A day in UTC, `2026-01-31`. */
const day = customType<{ data: string }>({ dataType: () => 'date' });
const count = (name: string) => integer(name).notNull().default(0);

/** What people did in some span of time. */
const deeds = () => ({
  lines: count('lines'),
  reactions: count('reactions'),
  gifts: count('gifts'),
  coins: whole('coins').notNull().default(0),
  follows: count('follows'),
});

/** One person's stay in one broadcast, from coming in to going; a drop that comes back is the same stay. */
export const watchSessions = pgTable(
  'watch_sessions',
  {
    /** Sorts by time. */
    id: text().$type<WatchSessionId>().primaryKey(),
    channelId: ofChannel(),
    broadcastId: ofBroadcast(),
    /** Null: a guest, or somebody who does not want a history. */
    userId: text('user_id').$type<UserId>().references(() => users.id, { onDelete: 'set null' }),
    source: text().$type<Source>().notNull(),
    startedAt: instant('started_at').notNull(),
    endedAt: instant('ended_at').notNull(),
    /** Of picture that really moved. */
    playedMs: whole('played_ms').notNull(),
    /** From coming in to the first picture; null: the page did not tell. */
    firstPictureMs: integer('first_picture_ms'),
    ...deeds(),
    /** The first stay of this person in this channel; null: not known of a guest. */
    isNew: boolean('is_new'),
    /** Still there when the broadcast ended: nobody knows how long they would have stayed. */
    sawEnd: boolean('saw_end').notNull(),
  },
  (t) => [
    index('watch_sessions_broadcast').on(t.broadcastId, t.startedAt),
    index('watch_sessions_user').on(t.userId, t.startedAt.desc().nullsFirst()),
    index('watch_sessions_channel').on(t.channelId, t.startedAt),
    check('watch_sessions_times', sql`${t.endedAt} >= ${t.startedAt} and ${t.playedMs} >= 0`),
  ],
);

export const minuteCounts = pgTable(
  'minute_counts',
  {
    broadcastId: ofBroadcast(),
    /** Since the broadcast began. */
    minute: integer().notNull(),
    /** Viewers times milliseconds within the minute. */
    viewerMs: whole('viewer_ms').notNull().default(0),
    viewersMax: count('viewers_max'),
    came: count('came'),
    went: count('went'),
    ...deeds(),
    /** Of the viewers' reports in this minute; null: none came. */
    latencyP50Ms: integer('latency_p50_ms'),
    latencyP95Ms: integer('latency_p95_ms'),
    freezes: count('freezes'),
    reports: count('reports'),
  },
  (t) => [primaryKey({ columns: [t.broadcastId, t.minute] }), check('minute_counts_minute', sql`${t.minute} >= 0`)],
);

/** One row for each broadcast that ended; the sums of its minutes and stays. */
export const broadcastTotals = pgTable('broadcast_totals', {
  broadcastId: ofBroadcast().primaryKey(),
  sessions: count('sessions'),
  /** Different logged-in people; guests are counted by their stays. */
  people: count('people'),
  guests: count('guests'),
  newPeople: count('new_people'),
  playedMs: whole('played_ms').notNull().default(0),
  ...deeds(),
  chatters: count('chatters'),
  givers: count('givers'),
  latencyP50Ms: integer('latency_p50_ms'),
  latencyP95Ms: integer('latency_p95_ms'),
  freezes: count('freezes'),
  /** E(R|C), and the interval that holds it with 95 %; null: too few stays to say. */
  effect: doublePrecision(),
  effectLow: doublePrecision('effect_low'),
  effectHigh: doublePrecision('effect_high'),
});

export const channelDays = pgTable(
  'channel_days',
  {
    channelId: ofChannel(),
    day: day().notNull(),
    liveMs: whole('live_ms').notNull().default(0),
    viewerMs: whole('viewer_ms').notNull().default(0),
    sessions: count('sessions'),
    newPeople: count('new_people'),
    ...deeds(),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.day] })],
);

/** What was shown to somebody, and whether they opened it. Kept for people with a history only, and for 90 days. */
export const impressions = pgTable(
  'impressions',
  {
    userId: ofUser(),
    channelId: ofChannel(),
    broadcastId: ofBroadcast(),
    place: text().$type<Place>().notNull(),
    /** From 0, the first. */
    position: smallint().notNull(),
    why: text().notNull(),
    shownAt: instant('shown_at').notNull(),
    openedAt: instant('opened_at'),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.broadcastId, t.place] }),
    index('impressions_channel').on(t.channelId),
    index('impressions_broadcast').on(t.broadcastId),
    index('impressions_shown').on(t.shownAt),
    check('impressions_position', sql`${t.position} >= 0`),
  ],
);

/** Of everybody, guests too, without names. */
export const impressionCounts = pgTable(
  'impression_counts',
  { channelId: ofChannel(), day: day().notNull(), place: text().$type<Place>().notNull(), shown: count('shown'), opened: count('opened') },
  (t) => [primaryKey({ columns: [t.channelId, t.day, t.place] })],
);

/** Channels that somebody does not want to be shown. */
export const hiddenChannels = pgTable(
  'hidden_channels',
  { userId: ofUser(), channelId: ofChannel(), hiddenAt: instant('hidden_at').notNull() },
  (t) => [primaryKey({ columns: [t.userId, t.channelId] }), index('hidden_channels_channel').on(t.channelId)],
);

/** What somebody chose about their own data; no row: the defaults. */
export const privacyChoices = pgTable('privacy_choices', { userId: ofUser().primaryKey(), keepsHistory: boolean('keeps_history').notNull() });

export const scheduled = pgTable(
  'scheduled',
  {
    id: text().$type<ScheduledId>().primaryKey(),
    channelId: ofChannel(),
    title: text().notNull(),
    category: text().$type<Category>().notNull(),
    startsAt: instant('starts_at').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [index('scheduled_channel').on(t.channelId, t.startsAt), index('scheduled_starts').on(t.startsAt), check('scheduled_title_length', sql`char_length(${t.title}) between 1 and 200`)],
);

/** Who wants to be told when it begins. */
export const reminders = pgTable(
  'reminders',
  { scheduledId: text('scheduled_id').$type<ScheduledId>().notNull().references(() => scheduled.id, { onDelete: 'cascade' }), userId: ofUser() },
  (t) => [primaryKey({ columns: [t.scheduledId, t.userId] }), index('reminders_user').on(t.userId)],
);

export const notices = pgTable(
  'notices',
  {
    /** Sorts by time. */
    id: text().$type<NoticeId>().primaryKey(),
    userId: ofUser(),
    channelId: ofChannel(),
    broadcastId: ofBroadcast(),
    kind: text().$type<'live'>().notNull(),
    createdAt: instant('created_at').notNull(),
    readAt: instant('read_at'),
  },
  (t) => [
    uniqueIndex('notices_once').on(t.userId, t.broadcastId, t.kind),
    index('notices_user').on(t.userId, t.id.desc().nullsFirst()),
    index('notices_channel').on(t.channelId),
    index('notices_broadcast').on(t.broadcastId),
  ],
);

/** A browser that takes web push. */
export const pushSubscriptions = pgTable(
  'push_subscriptions',
  {
    id: text().$type<PushId>().primaryKey(),
    userId: ofUser(),
    endpoint: text().notNull(),
    p256dh: text().notNull(),
    auth: text().notNull(),
    locale: text().$type<'en' | 'zh-CN'>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [unique('push_subscriptions_endpoint').on(t.endpoint), index('push_subscriptions_user').on(t.userId), check('push_subscriptions_endpoint_length', sql`char_length(${t.endpoint}) <= 1000`)],
);

/** What a model has learned, as it writes itself down. */
export const modelStates = pgTable('model_states', { name: text().primaryKey(), state: jsonb().notNull(), savedAt: instant('saved_at').notNull() });
