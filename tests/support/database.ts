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
    await get().sql`delete from users`; // everything hangs on a user; quicker than truncate where there is little
  });
  afterAll(async () => {
    await database?.close();
  });
  return get;
};
