// Every table. What must always hold is said here, as keys and checks, so that no bug and no second server can break it;
// limits that only good manners need stay in shared/limits.ts. After a change: `npm run db:generate`.

import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Category } from '../../shared/categories.ts';
import type { BroadcastId, ChannelId, ImageId, SessionId, UserId } from '../../shared/ids.ts';
import type { EventData } from '../../shared/messages.ts';
import type { Visibility } from '../../shared/messages/broadcasts.ts';
import { bytea, instant, whole } from './columns.ts';

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
