// Against a real PostgreSQL: no table that names people may be forgotten, neither in the file nor at the end.

import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { ChannelId, UserId } from '../../../shared/ids.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { addChannel, addUsers } from '../../../tests/support/rows.ts';
import { CHANNEL_ROWS, createPrivacyStore, EXPORT_PARTS, OWN_ROWS } from './store.ts';

const database = useTestDatabase();
const ada = 'ada' as UserId;

/** Every column with a foreign key to this table, as `table.column`. */
const namedBy = async (target: 'users' | 'channels'): Promise<string[]> => {
  const rows = (await database().run((db) => db.execute(sql`
    select t.relname || '.' || a.attname as name from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_attribute a on a.attrelid = t.oid and a.attnum = any(c.conkey)
    where c.contype = 'f' and c.confrelid = ${target}::regclass`))) as unknown as { name: string }[];
  return rows.map(({ name }) => name).sort();
};

/** Looked after by name, or books, which must not change; a nameless row is what they point to then. */
const NOT_OWN = [
  'sessions.user_id', 'channels.owner_user_id', 'watch_sessions.user_id', 'sanctions.given_by', // see erase
  'moderation_log.actor_user_id', 'moderation_log.target_user_id', // the log is never changed
  'accounts.user_id', 'top_ups.user_id', 'payouts.decided_by', 'super_chats.user_id', 'fans.user_id', 'red_packets.user_id', 'red_packet_claims.user_id',
];
const BOOKS_OF_CHANNELS = ['accounts', 'payouts', 'super_chats', 'fans', 'red_packets'];
const WITH_BROADCASTS_OR_NAMED = ['broadcasts', 'goals', 'watch_sessions', 'impressions', 'pinned_lines'];

test('[Y4] every table that names a person is looked after when they leave', async () => {
  expect(await namedBy('users')).toEqual([...OWN_ROWS.map(([table, column]) => `${table}.${column}`), ...NOT_OWN].sort());
});

test('[Y4] and every one that names a channel', async () => {
  const tables = [...new Set((await namedBy('channels')).map((name) => name.split('.')[0]))].sort();
  expect(tables).toEqual([...new Set([...CHANNEL_ROWS, ...BOOKS_OF_CHANNELS, ...WITH_BROADCASTS_OR_NAMED])].sort());
});

test('[Y3] a part that is longer than a page is had page by page, each row once, and every part can be read', async () => {
  await addUsers(database(), ['ada', 'bob']);
  const channels = ['c1', 'c2', 'c3', 'c4', 'c5'];
  for (const channelId of channels) await addChannel(database(), { ownerId: `owner${channelId}`, channelId: channelId as ChannelId });
  for (const who of ['ada', 'bob']) for (const id of channels) await database().run((db) => db.execute(sql`insert into follows (channel_id, user_id, followed_at) values (${id}, ${who}, now())`));
  const store = createPrivacyStore(database());
  const seen: unknown[] = [];
  let before: string | null = null;
  for (let pages = 0; pages < 3; pages += 1) {
    const page: Awaited<ReturnType<typeof store.exportPart>> = await store.exportPart(ada, 'follows', before, 2);
    seen.push(...page.rows.map((row) => row['channel_id']));
    before = page.next;
  }
  expect([seen, before]).toEqual([['c5', 'c4', 'c3', 'c2', 'c1'], null]);
  for (const part of EXPORT_PARTS) expect([part, (await store.exportPart(ada, part, null, 10)).next]).toEqual([part, null]);
});

test('[Y3] the file says nothing of a shadow ban', async () => {
  await addUsers(database(), ['ada', 'mod']);
  await addChannel(database(), { ownerId: 'host', channelId: 'c1' as ChannelId });
  for (const [id, kind, lifted] of [['s1', 'ban', '2026-01-01'], ['s2', 'shadow_ban', null]])
    await database().run((db) => db.execute(sql`
      insert into sanctions (id, channel_id, user_id, kind, reason, given_by, given_at, lifted_at) values (${id}, 'c1', 'ada', ${kind}, 'rude', 'mod', now(), ${lifted}::timestamptz)`));
  const { rows } = await createPrivacyStore(database()).exportPart(ada, 'sanctions', null, 10);
  expect(rows.map(({ id, reason }) => [id, reason])).toEqual([['s1', 'rude']]);
});
