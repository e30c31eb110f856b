// The table of what can be found: one row for each channel, with its words and those of what is on air there for everybody.
// Triggers of the migration mark a row as stale when its channel or a broadcast changes; server/features/search/ reads it anew.

import { sql } from 'drizzle-orm';
import { boolean, customType, index, pgTable, text } from 'drizzle-orm/pg-core';
import type { ChannelId } from '../../shared/ids.ts';
import { channels } from './schema.ts';

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

export const searchEntries = pgTable(
  'search_entries',
  {
    channelId: text('channel_id').$type<ChannelId>().primaryKey().references(() => channels.id, { onDelete: 'cascade' }),
    /** Folded words, made by us and not by PostgreSQL, so that they are the same in every database whatever its locale. */
    words: tsvector().notNull().default(''),
    /** Those of names, titles and tags: few, for what is looked at in every row that was found. */
    names: tsvector().notNull().default(''),
    /** A public broadcast is on air. */
    isLive: boolean('is_live').notNull().default(false),
    isStale: boolean('is_stale').notNull().default(true),
  },
  (t) => [
    // Two, so that what is live, few and looked at first, never waits for all that match. Without a list of what is not sorted in yet, which
    // every search would have to read.
    index('search_entries_words').using('gin', t.words).with({ fastupdate: false }).where(sql`not ${t.isLive}`),
    index('search_entries_live').using('gin', t.words).with({ fastupdate: false }).where(sql`${t.isLive}`),
    index('search_entries_stale').on(t.channelId).where(sql`${t.isStale}`),
  ],
);
