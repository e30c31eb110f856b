// A real PostgreSQL for one test file: started before its tests, emptied before each, gone afterwards. About 0.7 s for a
// file; tests of other files cannot disturb it, and one may kill it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { connectDatabase } from '../../server/db/client.ts';
import type { Database } from '../../server/db/client.ts';
import { startEmbedded } from '../../server/db/embedded.ts';
import type { EmbeddedPostgres } from '../../server/db/embedded.ts';
import { migrate } from '../../server/db/migrate.ts';
import { createSystemClock } from '../../server/lib/clock.ts';
import { createLog } from '../../server/lib/log.ts';
import { until } from './wait.ts';

export type TestDatabase = Database & {
  readonly embedded: EmbeddedPostgres;
  /** SIGKILL to the server; resolves when the next statement would fail. */
  kill(): Promise<void>;
  /** Until queries work again. */
  isBack(): Promise<void>;
};

/** Real time: what is tested is a real server. */
export const startTestDatabase = async (): Promise<TestDatabase> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'qiao-test-'));
  const clock = createSystemClock();
  const log = createLog({ level: 'silent' });
  const embedded = await startEmbedded({ dataDir, clock, log, onProgress: () => undefined, isDurable: false });
  await migrate({ connection: embedded.connection, log });
  const database = connectDatabase({ connection: embedded.connection, clock, log });
  return {
    ...database,
    embedded,
    async kill() {
      const pid = embedded.pid();
      if (pid === null) throw new Error('no server to kill');
      process.kill(pid, 'SIGKILL');
      await until('the killed server to be gone', () => embedded.pid() !== pid);
    },
    async isBack() {
      await until('the database to be back', () => database.run(async (db) => await db.execute('select 1')));
    },
    async close() {
      await database.close();
      await embedded.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** Money stays when its people go, so a test that begins anew has to go behind the triggers. */
const MONEY = ['red_packet_claims', 'red_packets', 'super_chats', 'gift_sends', 'goals', 'fans', 'payouts', 'top_ups', 'payment_events', 'transfers'];
const empty = (database: TestDatabase): Promise<unknown> =>
  database.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    for (const table of MONEY) await sql`delete from ${sql(table)}`;
    await sql`delete from accounts where user_id is not null or channel_id is not null`;
    await sql`update accounts set balance = 0`;
    await sql`set local session_replication_role = origin`;
    await sql`delete from users`; // everything else hangs on a user; quicker than truncate where there is little
  });

/** The file's database, behind a function: it exists only once the tests run. */
export const useTestDatabase = (): (() => TestDatabase) => {
  let database: TestDatabase | null = null;
  const get = (): TestDatabase => {
    if (!database) throw new Error('asked for the database before the tests run');
    return database;
  };
  beforeAll(async () => {
    database = await startTestDatabase();
  }, 60_000);
  beforeEach(async () => {
    await empty(get());
  });
  afterAll(async () => {
    await database?.close();
  });
  return get;
};
