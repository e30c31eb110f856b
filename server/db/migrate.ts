// Brings the tables to this version's state: runs the numbered SQL of migrations/ that the database has not seen, forward
// only, all or nothing. Servers that start together do it one after the other.

import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { Sql } from 'postgres';
import type { Log } from '../lib/log.ts';
import type { Connection } from './client.ts';

const FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));
/** Any number that nobody else locks: "qiao" in ASCII. */
const LOCK_KEY = 0x7169616f;
const CONNECT_TIMEOUT_S = 5;

const lastApplied = async (client: Sql): Promise<number> => {
  const [table] = await client`select to_regclass('drizzle.__drizzle_migrations') is not null as is_there`;
  if (!table?.['is_there']) return 0;
  const [row] = await client`select coalesce(max(created_at), 0) as last from drizzle.__drizzle_migrations`;
  return Number(row?.['last']);
};

const check = async (client: Sql): Promise<void> => {
  const [row] = await client`select current_setting('server_encoding') as encoding`;
  if (row?.['encoding'] !== 'UTF8') throw new Error(`The database must be in UTF8, not ${String(row?.['encoding'])}.`);
};

/** Throws the driver's error if there is no database, and a sentence if this database is not for us. */
export const migrate = async (deps: { readonly connection: Connection; readonly log: Log }): Promise<void> => {
  // A connection of its own, without the pool's time limits: building an index may take long.
  const options = { max: 1, connect_timeout: CONNECT_TIMEOUT_S, fetch_types: false, onnotice: () => undefined };
  const client = typeof deps.connection === 'string' ? postgres(deps.connection, options) : postgres({ ...deps.connection, ...options });
  try {
    await check(client);
    // Held by this one connection, and let go with it, also when we die.
    await client`select pg_advisory_lock(${LOCK_KEY})`;
    const newest = readMigrationFiles({ migrationsFolder: FOLDER }).at(-1)?.folderMillis ?? 0;
    const before = await lastApplied(client);
    if (before > newest) throw new Error('This database was made by a newer Qiao. Start that version, or restore an older backup.');
    if (before === newest) return;
    const db = drizzle(client);
    await db.execute(sql`set statement_timeout = 0`);
    await applyMigrations(db, { migrationsFolder: FOLDER });
    deps.log.info({ from: before, to: newest }, 'database migrated');
  } finally {
    await client.end();
  }
};
