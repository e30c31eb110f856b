// What `gifts` needs of the server's database: people with coins and logins, put there at once, and the two measures that the
// ledger is held against: one transaction for each gift, and COPY of the same rows into the same tables.

import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Sql } from 'postgres';

export type Person = { readonly userId: string; readonly channelId: string; readonly handle: string; readonly cookie: string };

const COINS = 1_000_000_000;

/** Accounts with a channel, a login and coins. */
export const addPeople = async (sql: Sql, count: number): Promise<Person[]> => {
  const people = Array.from({ length: count }, (_, at) => {
    const token = randomBytes(32).toString('base64url');
    return { at, userId: `user-${at}`, channelId: `channel-${at}`, handle: `ch${at}`, token, cookie: `qiao=${token}` };
  });
  const of = (value: (person: (typeof people)[number]) => string): string[] => people.map(value);
  const textArray = (values: readonly string[]): string => values.join(',');
  const ids = textArray(of(({ userId }) => userId));
  const channelIds = textArray(of(({ channelId }) => channelId));
  const handles = textArray(of(({ handle }) => handle));
  const hashes = textArray(of(({ token }) => createHash('sha256').update(token).digest('hex')));
  await sql`insert into users (id, name, name_key, display_name, password_hash, created_at)
    select id, id, id, id, '$argon2id$none', now() from unnest(string_to_array(${ids}, ',')) as u(id)`;
  await sql`insert into sessions (id, token_hash, user_id, created_at, last_seen_at, expires_at, user_agent, address)
    select 'session-' || id, decode(hash, 'hex'), id, now(), now(), now() + interval '1 day', '', ''
    from unnest(string_to_array(${ids}, ','), string_to_array(${hashes}, ',')) as u(id, hash)`;
  await sql`insert into channels (id, owner_user_id, handle, handle_key, display_name, about, category, created_at)
    select channel, id, handle, handle, handle, '', 'talk', now()
    from unnest(string_to_array(${ids}, ','), string_to_array(${channelIds}, ','), string_to_array(${handles}, ',')) as u(id, channel, handle)`;
  await sql`insert into accounts (id, kind, user_id, balance) select 'wallet:' || id, 'wallet', id, ${COINS}::bigint from unnest(string_to_array(${ids}, ',')) as u(id)`;
  await sql`insert into accounts (id, kind, channel_id, balance) select 'earnings:' || id, 'earnings', id, 0 from unnest(string_to_array(${channelIds}, ',')) as u(id)`;
  await sql`update accounts set balance = balance - ${String(COINS)}::bigint * ${count} where id = 'issued'`;
  return people;
};

let lastId = 0;
const nextId = (): string => `zz-one-${String((lastId += 1)).padStart(9, '0')}`;

/** What a server would do without batches: lock, look, write, and wait for the disk, for each gift alone. */
const giveOne = async (sql: Sql, { userId }: Person, channelId: string, broadcastId: string): Promise<void> => {
  const id = nextId();
  const [wallet, earnings] = [`wallet:${userId}`, `earnings:${channelId}`];
  await sql.begin(async (tx) => {
    const rows = await tx<{ id: string; balance: string }[]>`select id, balance from accounts where id in (${earnings}, 'revenue', ${wallet}) order by id for update`;
    const balance = new Map(rows.map((row) => [row.id, Number(row.balance)]));
    const after = (account: string, change: number): number => (balance.get(account) ?? 0) + change;
    await tx`insert into transfers (id, kind, key, fingerprint, debit_id, credit_id, amount, fee, debit_after, credit_after, fee_after, at)
      values (${id}, 'gift', ${`give/${userId}/${id}`}, ${`gift/${channelId}/rose/1`}, ${wallet}, ${earnings}, 10, 3, ${after(wallet, -10)}, ${after(earnings, 7)}, ${after('revenue', 3)}, now())`;
    await tx`update accounts set balance = balance + case id when 'revenue' then 3 when ${earnings} then 7 else -10 end where id in (${earnings}, 'revenue', ${wallet})`;
    await tx`insert into gift_sends (transfer_id, channel_id, broadcast_id, user_id, role, fan_level, gift_id, quantity, coins, combo_id, combo_count, given_at)
      values (${id}, ${channelId}, ${broadcastId}, ${userId}, 'viewer', 0, 'rose', 1, 10, ${id}, 1, now())`;
  });
};

/** Gifts a second over so many connections, all to one channel. */
export const oneByOne = async (
  sql: Sql,
  p: { readonly people: readonly Person[]; readonly channelId: string; readonly broadcastId: string; readonly connections: number; readonly seconds: number },
): Promise<number> => {
  const startMs = performance.now();
  const untilMs = startMs + p.seconds * 1000;
  let given = 0;
  await Promise.all(
    Array.from({ length: p.connections }, async (_, at) => {
      for (let turn = at; performance.now() < untilMs; turn += p.connections) {
        const person = p.people[turn % p.people.length];
        if (!person) throw new Error('nobody');
        await giveOne(sql, person, p.channelId, p.broadcastId);
        given += 1;
      }
    }),
  );
  return given / ((performance.now() - startMs) / 1000);
};

const TABLES = {
  transfers: ['id', 'kind', 'key', 'fingerprint', 'debit_id', 'credit_id', 'amount', 'fee', 'debit_after', 'credit_after', 'fee_after', 'at'],
  gift_sends: [
    'transfer_id', 'channel_id', 'broadcast_id', 'user_id', 'role', 'fan_level', 'gift_id', 'quantity', 'coins', 'combo_id', 'combo_count', 'seen_at', 'seen_error_ms', 'given_at',
  ],
} as const;
let copies = 0;

/** Rows of `count` gifts that were given, under other names, into the same tables by COPY: gifts a second, commits included. */
export const byCopy = async (sql: Sql, count: number): Promise<number> => {
  copies += 1;
  const newName = (column: string): string => (['id', 'key', 'transfer_id'].includes(column) ? `'c${copies}-' || ${column}` : column);
  const texts: [string, string][] = [];
  for (const [table, columns] of Object.entries(TABLES)) {
    const order = table === 'transfers' ? `kind = 'gift' order by id` : `true order by transfer_id`;
    const rows = await sql.unsafe<Record<string, string | null>[]>(`select ${columns.map((column) => `(${newName(column)})::text as "${column}"`).join(', ')} from ${table} where ${order} limit ${count}`);
    texts.push([`copy ${table} (${columns.join(', ')}) from stdin`, rows.map((row) => columns.map((column) => row[column] ?? '\\N').join('\t')).join('\n') + '\n']);
  }
  const startMs = performance.now();
  await sql.begin(async (tx) => {
    for (const [command, text] of texts) await pipeline(Readable.from([text]), await tx.unsafe(command).writable());
  });
  return count / ((performance.now() - startMs) / 1000);
};
