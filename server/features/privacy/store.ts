// The SQL of people's own data: their choice, everything about them as a file, and erasing. Who moved money cannot be taken out of the
// books, so the database itself decides: a row that nothing lawful hangs on goes, any other one loses all that says whose it was.

import { count, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { ChannelId, SessionId, UserId } from '../../../shared/ids.ts';
import type { Database, Db } from '../../db/client.ts';
import { foreignKeyViolation } from '../../db/failures.ts';
import { privacyChoices, watchSessions } from '../../db/insight-schema.ts';

export type PrivacyDatabase = Pick<Database, 'run'>;
type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];
type Row = Readonly<Record<string, unknown>>;

/** Each part of the file: which rows, and by what they are in order, newest first. */
const PARTS = {
  account: ['users where id = $user', 'id'],
  logins: ['(select id, created_at, last_seen_at, expires_at, user_agent, address, user_id from sessions) s where user_id = $user', 'id'],
  choices: ['privacy_choices where user_id = $user', 'user_id'],
  channel: ['channels where owner_user_id = $user', 'id'],
  broadcasts: ['broadcasts where channel_id in (select id from channels where owner_user_id = $user)', 'id'],
  scheduled: ['scheduled where channel_id in (select id from channels where owner_user_id = $user)', 'id'],
  pictures: ['(select id, mime, width, height, created_at, owner_user_id from images) i where owner_user_id = $user', 'id'],
  stays: ['watch_sessions where user_id = $user', 'id'],
  impressions: ["(select *, broadcast_id || '/' || place as id from impressions) i where user_id = $user", 'id'],
  follows: ['follows where user_id = $user', 'channel_id'],
  hidden_channels: ['hidden_channels where user_id = $user', 'channel_id'],
  lines: ['(select id, channel_id, broadcast_id, user_id, text, said_at, edited_at, state from chat_lines) l where user_id = $user', 'id'],
  questions: ['(select id, channel_id, broadcast_id, user_id, text, asked_at, state, answer from questions) q where user_id = $user', 'id'],
  poll_votes: ['poll_votes where user_id = $user', 'poll_id'],
  question_votes: ['question_votes where user_id = $user', 'question_id'],
  gifts: ['gift_sends where user_id = $user', 'transfer_id'],
  super_chats: ['super_chats where user_id = $user', 'id'],
  red_packets: ['red_packets where user_id = $user', 'id'],
  red_packet_claims: ['red_packet_claims where user_id = $user', 'red_packet_id'],
  fan_of: ['fans where user_id = $user', 'channel_id'],
  top_ups: ['(select id, user_id, coins, price, currency, provider, state, started_at from top_ups) t where user_id = $user', 'id'],
  wallet: ["(select * from transfers) t where 'wallet:' || $user in (debit_id, credit_id)", 'id'],
  payouts: [
    '(select p.id, c.owner_user_id, coins, amount, currency, destination, state, requested_at, decided_at, note from payouts p join channels c on c.id = p.channel_id) p where owner_user_id = $user',
    'id',
  ],
  moderator_of: ['moderators where user_id = $user', 'channel_id'],
  moderation_acts: ['(select id, channel_id, actor_user_id, act, at from moderation_log) a where actor_user_id = $user', 'id'],
  // Who is under a shadow ban does not learn of it (rule M7), here neither.
  sanctions: ["(select id, channel_id, user_id, kind, reason, given_at, until, lifted_at from sanctions where kind <> 'shadow_ban') s where user_id = $user", 'id'],
  reports_filed: ['reports where filed_by = $user', 'id'],
  notices: ['notices where user_id = $user', 'id'],
  reminders: ['reminders where user_id = $user', 'scheduled_id'],
  push: ['(select id, endpoint, locale, created_at, user_id from push_subscriptions) p where user_id = $user', 'id'],
} as const satisfies Record<string, readonly [from: string, key: string]>;

export type ExportPart = keyof typeof PARTS;
export const EXPORT_PARTS = Object.keys(PARTS) as ExportPart[];
/** Never in a file, not even in the person's own. */
const SECRETS = ['password_hash', 'name_key', 'link_key', 'fingerprint', 'key', 'hidden_by', 'is_shadow'] as const;

const withoutSecrets = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([name]) => !(SECRETS as readonly string[]).includes(name)));

/** What a person wrote, chose or got, by the column that names them; it goes with them. */
export const OWN_ROWS: readonly (readonly [table: string, column: string])[] = [
  ['privacy_choices', 'user_id'], ['impressions', 'user_id'], ['notices', 'user_id'], ['reminders', 'user_id'], ['push_subscriptions', 'user_id'], ['follows', 'user_id'],
  ['poll_votes', 'user_id'], ['question_votes', 'user_id'], ['questions', 'user_id'], ['reports', 'filed_by'], ['chat_lines', 'user_id'], ['moderators', 'user_id'],
  ['sanctions', 'user_id'], ['hidden_channels', 'user_id'], ['images', 'owner_user_id'],
];
/** What a channel had, in whosever name; stays and rollups go with its broadcasts. */
export const CHANNEL_ROWS: readonly string[] = [
  'broadcasts', 'chat_lines', 'questions', 'polls', 'follows', 'moderators', 'sanctions', 'reports', 'moderation_log',
  'room_rules', 'scheduled', 'notices', 'channel_days', 'impression_counts', 'hidden_channels',
  'search_entries', // last: what changes before marks them to be read anew
];

/** False: something that must stay hangs on it, and nothing was changed. */
const tryTo = async (tx: Tx, remove: SQL): Promise<boolean> => {
  try {
    await tx.transaction(async (step) => void (await step.execute(remove)));
    return true;
  } catch (error) {
    if (foreignKeyViolation(error) === null) throw error;
    return false;
  }
};

const eraseChannel = async (tx: Tx, channelId: ChannelId, word: string): Promise<void> => {
  await tx.execute(sql`delete from goals where channel_id = ${channelId}`);
  if (await tryTo(tx, sql`delete from channels where id = ${channelId}`)) return;
  const handle = `gone_${word.slice(0, 18)}`;
  await tx.execute(sql`
    update channels set handle = ${handle}, handle_key = ${handle}, display_name = ${NOBODY}, about = '', avatar_image_id = null where id = ${channelId}`);
  for (const table of CHANNEL_ROWS) await tx.execute(sql`delete from ${sql.identifier(table)} where channel_id = ${channelId}`);
};

/** In every language. */
const NOBODY = '—';

const eraseUser = async (tx: Tx, userId: UserId, word: string): Promise<void> => {
  // What a moderator decided stays in force when they leave.
  await tx.execute(sql`
    update sanctions s set given_by = c.owner_user_id from channels c where c.id = s.channel_id and s.given_by = ${userId} and c.owner_user_id <> ${userId}`);
  await tx.execute(sql`update watch_sessions set user_id = null, is_new = null where user_id = ${userId}`);
  if (await tryTo(tx, sql`delete from users where id = ${userId}`)) return;
  for (const [table, column] of OWN_ROWS) await tx.execute(sql`delete from ${sql.identifier(table)} where ${sql.identifier(column)} = ${userId}`);
  await tx.execute(sql`update super_chats set text = ${NOBODY}, is_removed = true where user_id = ${userId}`);
  // No name that anybody can type leads here, and no password fits.
  await tx.execute(sql`
    update users set name = ${`gone-${word}`}, name_key = ${`gone:${word}`}, display_name = ${NOBODY}, password_hash = '$argon2id$gone', locale = null where id = ${userId}`);
};

export const createPrivacyStore = ({ run }: PrivacyDatabase) => ({
  async optedOut(): Promise<UserId[]> {
    const rows = await run((db) => db.select({ userId: privacyChoices.userId }).from(privacyChoices).where(eq(privacyChoices.keepsHistory, false)));
    return rows.map(({ userId }) => userId);
  },
  async choose(userId: UserId, keepsHistory: boolean): Promise<void> {
    await run((db) =>
      db.insert(privacyChoices).values({ userId, keepsHistory }).onConflictDoUpdate({ target: privacyChoices.userId, set: { keepsHistory: sql`excluded.keeps_history` } }),
    );
  },
  async stays(userId: UserId): Promise<number> {
    const [row] = await run((db) => db.select({ stays: count() }).from(watchSessions).where(eq(watchSessions.userId, userId)));
    return row?.stays ?? 0;
  },
  /** Coins that are theirs, and whether the books name them. */
  async money(userId: UserId): Promise<{ readonly coins: number; readonly hasBooks: boolean; readonly isOwed: boolean }> {
    const [row] = await run((db) =>
      db.execute<{ coins: string | null; books: string; owed: boolean | null }>(sql`
        select sum(balance) filter (where balance > 0) as coins, count(*) as books, bool_or(balance < 0 or is_frozen) as owed from accounts
        where user_id = ${userId} or channel_id in (select id from channels where owner_user_id = ${userId})`),
    );
    return { coins: Number(row?.coins ?? 0), hasBooks: Number(row?.books ?? 0) > 0, isOwed: row?.owed === true };
  },
  async deleteImpressions(userId: UserId): Promise<void> {
    await run((db) => db.execute(sql`delete from impressions where user_id = ${userId}`));
  },
  /** One page of a part; `before`: the key that the page before ended with. */
  async exportPart(userId: UserId, part: ExportPart, before: string | null, max: number): Promise<{ readonly rows: Row[]; readonly next: string | null }> {
    const [from, key] = PARTS[part];
    const [table = '', ...rest] = from.split('$user');
    const source = sql.join([sql.raw(table), ...rest.flatMap((piece) => [sql`${userId}::text`, sql.raw(piece)])]);
    const column = sql.identifier(key);
    const found = (await run((db) =>
      db.execute(sql`select * from ${source} and (${before}::text is null or ${column} < ${before}) order by ${column} desc limit ${max + 1}`),
    )) as unknown as Row[];
    const page = [...found].slice(0, max);
    return { rows: page.map(withoutSecrets), next: found.length > max ? String(page.at(-1)?.[key]) : null };
  },
  /** All or nothing. `word`: random, for the names of what has to stay. The logins that are over, and the channel that is gone. */
  erase: (userId: UserId, word: string): Promise<{ readonly sessionIds: SessionId[]; readonly channelId: ChannelId | null }> =>
    run((db) =>
      db.transaction(async (tx) => {
        await tx.execute(sql`select 1 from users where id = ${userId} for update`);
        const sessions = (await tx.execute(sql`delete from sessions where user_id = ${userId} returning id`)) as unknown as { id: SessionId }[];
        const [channel] = (await tx.execute(sql`select id from channels where owner_user_id = ${userId}`)) as unknown as { id: ChannelId }[];
        if (channel) await eraseChannel(tx, channel.id, word);
        await eraseUser(tx, userId, word);
        return { sessionIds: [...sessions].map(({ id }) => id), channelId: channel?.id ?? null };
      }),
    ),
});

export type PrivacyStore = ReturnType<typeof createPrivacyStore>;
