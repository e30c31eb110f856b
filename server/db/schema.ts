// Every table. What must always hold is said here, as keys and checks, so that no bug and no second server can break it;
// limits that only good manners need stay in shared/limits.ts. After a change: `npm run db:generate`.

import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, index, integer, jsonb, pgTable, primaryKey, smallint, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Category } from '../../shared/categories.ts';
import type {
  BroadcastId, ChannelId, ImageId, LineId, LogId, PollId, QuestionId, ReportId, RequestKey, SessionId, UserId,
} from '../../shared/ids.ts';
import type { EventData } from '../../shared/messages.ts';
import type { SpokenLanguage } from '../../shared/spoken-languages.ts';
import type { Visibility } from '../../shared/messages/broadcasts.ts';
import type { DanmakuColor, DanmakuPlace } from '../../shared/messages/chat.ts';
import type { HeldLine, ModerationAct, Report, RoomRules, SanctionKind } from '../../shared/messages/moderation.ts';
import type { Reaction } from '../../shared/messages/reactions.ts';
import type { Role } from '../../shared/permissions.ts';
import { bytea, instant, whole } from './columns.ts';

const ofChannel = () => text('channel_id').$type<ChannelId>().notNull().references(() => channels.id, { onDelete: 'cascade' });
const ofUser = (name = 'user_id') => text(name).$type<UserId>().notNull().references(() => users.id, { onDelete: 'cascade' });
/** Null: nothing was on air. */
const ofBroadcast = () => text('broadcast_id').$type<BroadcastId>().references(() => broadcasts.id, { onDelete: 'set null' });
/** The frame that somebody saw: capture time in the server's clock, and the bound of its error. */
const seenColumns = () => ({ seenAt: instant('seen_at'), seenErrorMs: integer('seen_error_ms') });

export const users = pgTable(
  'users',
  {
    id: text().$type<UserId>().primaryKey(),
    name: text().notNull(),
    /** What the name looks like, so that no two names look alike; see features/accounts/names.ts. */
    nameKey: text('name_key').notNull().unique(),
    displayName: text('display_name').notNull(),
    passwordHash: text('password_hash').notNull(),
    locale: text().$type<'en' | 'zh-CN'>(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    check('users_name_length', sql`char_length(${t.name}) between 1 and 100`),
    check('users_name_key_length', sql`char_length(${t.nameKey}) between 1 and 400`),
    check('users_display_name_length', sql`char_length(${t.displayName}) between 1 and 100`),
    check('users_password_hash_kind', sql`${t.passwordHash} like '$argon2id$%'`),
  ],
);

export const sessions = pgTable(
  'sessions',
  {
    id: text().$type<SessionId>().primaryKey(),
    /** SHA-256 of the cookie: who reads this table cannot log in with it. */
    tokenHash: bytea('token_hash').notNull().unique(),
    userId: text('user_id').$type<UserId>().notNull().references(() => users.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    userAgent: text('user_agent').notNull(),
    address: text().notNull(),
  },
  (t) => [
    index('sessions_user_id').on(t.userId, t.createdAt),
    index('sessions_expires_at').on(t.expiresAt),
    check('sessions_token_hash_length', sql`octet_length(${t.tokenHash}) = 32`),
    check('sessions_user_agent_length', sql`char_length(${t.userAgent}) <= 200`),
    check('sessions_address_length', sql`char_length(${t.address}) <= 64`),
  ],
);

export const images = pgTable(
  'images',
  {
    id: text().$type<ImageId>().primaryKey(),
    ownerUserId: text('owner_user_id').$type<UserId>().notNull().references(() => users.id, { onDelete: 'cascade' }),
    mime: text().$type<'image/jpeg' | 'image/png' | 'image/webp'>().notNull(),
    bytes: bytea().notNull(),
    sha256: bytea().notNull(),
    width: integer().notNull(),
    height: integer().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    unique('images_owner_sha256').on(t.ownerUserId, t.sha256),
    // Lets a foreign key say "an image of the same owner".
    unique('images_owner_id').on(t.ownerUserId, t.id),
    check('images_mime_kind', sql`${t.mime} in ('image/jpeg', 'image/png', 'image/webp')`),
    check('images_bytes_length', sql`octet_length(${t.bytes}) between 1 and 1048576`),
    check('images_sha256_length', sql`octet_length(${t.sha256}) = 32`),
    check('images_size', sql`${t.width} > 0 and ${t.height} > 0`),
  ],
);

export const channels = pgTable(
  'channels',
  {
    id: text().$type<ChannelId>().primaryKey(),
    ownerUserId: text('owner_user_id').$type<UserId>().notNull().unique('channels_owner').references(() => users.id, { onDelete: 'cascade' }),
    handle: text().notNull(),
    handleKey: text('handle_key').notNull().unique('channels_handle_key'),
    displayName: text('display_name').notNull(),
    about: text().notNull(),
    category: text().$type<Category>().notNull(),
    avatarImageId: text('avatar_image_id').$type<ImageId>(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    foreignKey({ name: 'channels_own_avatar', columns: [t.ownerUserId, t.avatarImageId], foreignColumns: [images.ownerUserId, images.id] }),
    index('channels_avatar_image_id').on(t.avatarImageId),
    check('channels_handle_shape', sql`${t.handle} ~ '^[A-Za-z][A-Za-z0-9_]{2,23}$'`),
    check('channels_handle_key_shape', sql`${t.handleKey} = lower(${t.handle})`),
    check('channels_display_name_length', sql`char_length(${t.displayName}) between 1 and 100`),
    check('channels_about_length', sql`char_length(${t.about}) <= 2000`),
  ],
);

export const broadcasts = pgTable(
  'broadcasts',
  {
    id: text().$type<BroadcastId>().primaryKey(),
    channelId: text('channel_id').$type<ChannelId>().notNull().references(() => channels.id, { onDelete: 'cascade' }),
    title: text().notNull(),
    category: text().$type<Category>().notNull(),
    tags: text().array().notNull(),
    visibility: text().$type<Visibility>().notNull(),
    /** The secret of a private link, readable: its owner may ask for the link again. */
    linkKey: text('link_key'),
    coverImageId: text('cover_image_id').$type<ImageId>().references(() => images.id, { onDelete: 'set null' }),
    /** Of what is said; null: the host did not say. */
    language: text().$type<SpokenLanguage>(),
    startedAt: instant('started_at').notNull(),
    endedAt: instant('ended_at'),
    endReason: text('end_reason').$type<EventData<'broadcast.ended'>['reason']>(),
    lastAliveAt: instant('last_alive_at').notNull(),
    peakViewers: integer('peak_viewers').notNull().default(0),
    /** Viewers times milliseconds: divided by the length it is the average. */
    viewerMs: whole('viewer_ms').notNull().default(0),
  },
  (t) => [
    uniqueIndex('broadcasts_one_unfinished').on(t.channelId).where(sql`${t.endedAt} is null`),
    index('broadcasts_channel_started').on(t.channelId, t.startedAt.desc().nullsFirst()),
    index('broadcasts_cover_image_id').on(t.coverImageId),
    check('broadcasts_title_length', sql`char_length(${t.title}) between 1 and 200`),
    check('broadcasts_tags_count', sql`cardinality(${t.tags}) <= 10`),
    check('broadcasts_visibility_kind', sql`${t.visibility} in ('public', 'unlisted', 'private')`),
    check('broadcasts_link_key_if_private', sql`(${t.visibility} = 'private') = (${t.linkKey} is not null)`),
    check('broadcasts_end_has_reason', sql`(${t.endedAt} is null) = (${t.endReason} is null)`),
    check('broadcasts_viewers', sql`${t.peakViewers} >= 0 and ${t.viewerMs} >= 0`),
  ],
);

export const chatLines = pgTable(
  'chat_lines',
  {
    /** Sorts by the order in which the server took the lines. */
    id: text().$type<LineId>().primaryKey(),
    channelId: ofChannel(),
    broadcastId: ofBroadcast(),
    userId: ofUser(),
    /** The page's own name for the line: sent twice, it is said once. */
    key: text().$type<RequestKey>().notNull(),
    role: text().$type<Role>().notNull(),
    fanLevel: smallint('fan_level').notNull().default(0),
    text: text().notNull(),
    color: text().$type<DanmakuColor>().notNull(),
    place: text().$type<DanmakuPlace>().notNull(),
    replyToId: text('reply_to_id').$type<LineId>(),
    mentions: text().array().$type<UserId[]>().notNull(),
    saidAt: instant('said_at').notNull(),
    ...seenColumns(),
    editedAt: instant('edited_at'),
    state: text().$type<'shown' | 'held' | 'rejected' | 'deleted'>().notNull(),
    holdCause: text('hold_cause').$type<HeldLine['cause']>(),
    /** Said under a shadow ban: its author alone sees it. */
    isShadow: boolean('is_shadow').notNull(),
    /** The sanction that took it down; lifting that one brings it back. */
    hiddenBy: text('hidden_by'),
  },
  (t) => [
    uniqueIndex('chat_lines_key').on(t.channelId, t.userId, t.key),
    index('chat_lines_channel').on(t.channelId, t.id.desc().nullsFirst()),
    index('chat_lines_user').on(t.userId, t.channelId),
    index('chat_lines_broadcast').on(t.broadcastId, t.seenAt),
    index('chat_lines_held').on(t.channelId, t.id).where(sql`${t.state} = 'held'`),
    check('chat_lines_text_length', sql`char_length(${t.text}) between 1 and 600`),
    check('chat_lines_state_kind', sql`${t.state} in ('shown', 'held', 'rejected', 'deleted')`),
    check('chat_lines_seen_has_error', sql`(${t.seenAt} is null) = (${t.seenErrorMs} is null)`),
  ],
);

export const pinnedLines = pgTable('pinned_lines', {
  channelId: ofChannel().primaryKey(),
  lineId: text('line_id').$type<LineId>().notNull().unique('pinned_lines_line').references(() => chatLines.id, { onDelete: 'cascade' }),
});

/** How many of each kind came in for a second of the picture. */
export const reactionCounts = pgTable(
  'reaction_counts',
  {
    broadcastId: text('broadcast_id').$type<BroadcastId>().notNull().references(() => broadcasts.id, { onDelete: 'cascade' }),
    /** Of the broadcast's timeline. */
    second: integer().notNull(),
    reaction: text().$type<Reaction>().notNull(),
    count: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.broadcastId, t.second, t.reaction] }),
    check('reaction_counts_positive', sql`${t.second} >= 0 and ${t.count} > 0`),
  ],
);

export const polls = pgTable(
  'polls',
  {
    id: text().$type<PollId>().primaryKey(),
    channelId: ofChannel(),
    broadcastId: ofBroadcast(),
    question: text().notNull(),
    options: text().array().notNull(),
    openedAt: instant('opened_at').notNull(),
    openedFrameAt: instant('opened_frame_at'),
    closedAt: instant('closed_at'),
    closedFrameAt: instant('closed_frame_at'),
  },
  (t) => [
    index('polls_channel').on(t.channelId, t.openedAt.desc().nullsFirst()),
    index('polls_broadcast').on(t.broadcastId),
    uniqueIndex('polls_one_open').on(t.channelId).where(sql`${t.closedAt} is null`),
    check('polls_question_length', sql`char_length(${t.question}) between 1 and 280`),
    check('polls_options_count', sql`cardinality(${t.options}) between 2 and 10`),
  ],
);

export const pollVotes = pgTable(
  'poll_votes',
  {
    pollId: text('poll_id').$type<PollId>().notNull().references(() => polls.id, { onDelete: 'cascade' }),
    userId: ofUser(),
    option: smallint().notNull(),
    votedAt: instant('voted_at').notNull(),
    ...seenColumns(),
  },
  (t) => [primaryKey({ columns: [t.pollId, t.userId] }), index('poll_votes_user').on(t.userId), check('poll_votes_option', sql`${t.option} between 0 and 9`)],
);

export const questions = pgTable(
  'questions',
  {
    id: text().$type<QuestionId>().primaryKey(),
    channelId: ofChannel(),
    broadcastId: ofBroadcast(),
    userId: ofUser(),
    key: text().$type<RequestKey>().notNull(),
    role: text().$type<Role>().notNull(),
    fanLevel: smallint('fan_level').notNull().default(0),
    text: text().notNull(),
    askedAt: instant('asked_at').notNull(),
    ...seenColumns(),
    state: text().$type<'open' | 'answered' | 'removed'>().notNull(),
    answer: text(),
    answerSeenAt: instant('answer_seen_at'),
    answerSeenErrorMs: integer('answer_seen_error_ms'),
  },
  (t) => [
    uniqueIndex('questions_key').on(t.channelId, t.userId, t.key),
    index('questions_user').on(t.userId),
    index('questions_broadcast').on(t.broadcastId),
    index('questions_channel').on(t.channelId, t.askedAt.desc().nullsFirst()),
    check('questions_text_length', sql`char_length(${t.text}) between 1 and 560`),
    check('questions_answer_length', sql`char_length(${t.answer}) between 1 and 1000`),
    check('questions_state_kind', sql`${t.state} in ('open', 'answered', 'removed')`),
  ],
);

export const questionVotes = pgTable(
  'question_votes',
  {
    questionId: text('question_id').$type<QuestionId>().notNull().references(() => questions.id, { onDelete: 'cascade' }),
    userId: ofUser(),
    ...seenColumns(),
  },
  (t) => [primaryKey({ columns: [t.questionId, t.userId] }), index('question_votes_user').on(t.userId)],
);

export const follows = pgTable(
  'follows',
  {
    channelId: ofChannel(),
    userId: ofUser(),
    followedAt: instant('followed_at').notNull(),
    /** To be told when it goes live. */
    wantsNotices: boolean('wants_notices').notNull().default(true),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.userId] }), index('follows_user').on(t.userId)],
);

export const moderators = pgTable(
  'moderators',
  { channelId: ofChannel(), userId: ofUser(), namedAt: instant('named_at').notNull() },
  (t) => [primaryKey({ columns: [t.channelId, t.userId] }), index('moderators_user').on(t.userId)],
);

export const roomRules = pgTable('room_rules', {
  channelId: ofChannel().primaryKey(),
  rules: jsonb().$type<RoomRules>().notNull(),
  /** What holds again when the shield is lowered. */
  rulesBeforeShield: jsonb('rules_before_shield').$type<RoomRules>(),
  blockedWords: text('blocked_words').array().notNull(),
  heldWords: text('held_words').array().notNull(),
});

export const sanctions = pgTable(
  'sanctions',
  {
    id: text().primaryKey(),
    channelId: ofChannel(),
    userId: ofUser(),
    kind: text().$type<SanctionKind>().notNull(),
    reason: text().notNull(),
    givenBy: ofUser('given_by'),
    givenAt: instant('given_at').notNull(),
    until: instant('until'),
    liftedAt: instant('lifted_at'),
  },
  (t) => [
    index('sanctions_user').on(t.userId),
    index('sanctions_given_by').on(t.givenBy),
    uniqueIndex('sanctions_one_in_force').on(t.channelId, t.userId).where(sql`${t.liftedAt} is null`),
    check('sanctions_kind_kind', sql`${t.kind} in ('time_out', 'ban', 'shadow_ban')`),
    check('sanctions_time_out_ends', sql`${t.kind} <> 'time_out' or ${t.until} is not null`),
  ],
);

export const reports = pgTable(
  'reports',
  {
    id: text().$type<ReportId>().primaryKey(),
    channelId: ofChannel(),
    lineId: text('line_id').$type<LineId>().notNull().references(() => chatLines.id, { onDelete: 'cascade' }),
    filedBy: ofUser('filed_by'),
    reason: text().$type<Report['reason']>().notNull(),
    note: text().notNull(),
    filedAt: instant('filed_at').notNull(),
    decidedAt: instant('decided_at'),
    isUpheld: boolean('is_upheld'),
  },
  (t) => [
    uniqueIndex('reports_once').on(t.lineId, t.filedBy),
    index('reports_filed_by').on(t.filedBy),
    index('reports_open').on(t.channelId, t.filedAt).where(sql`${t.decidedAt} is null`),
  ],
);

/** Who did what to whom; nothing is ever changed or taken out. */
export const moderationLog = pgTable(
  'moderation_log',
  {
    id: text().$type<LogId>().primaryKey(),
    channelId: ofChannel(),
    act: text().$type<ModerationAct>().notNull(),
    actorUserId: ofUser('actor_user_id'),
    targetUserId: text('target_user_id').$type<UserId>().references(() => users.id, { onDelete: 'set null' }),
    detail: text().notNull(),
    at: instant().notNull(),
  },
  (t) => [
    index('moderation_log_channel').on(t.channelId, t.id.desc().nullsFirst()),
    index('moderation_log_actor').on(t.actorUserId),
    index('moderation_log_target').on(t.targetUserId),
  ],
);
