// Opens the database that the configuration names: the built-in one in a folder, or any server by its URL.

import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { connectDatabase } from './client.ts';
import type { Connection, Database } from './client.ts';
import { startEmbedded } from './embedded.ts';
import { isOutage } from './failures.ts';
import { migrate } from './migrate.ts';

const START_PATIENCE_MS = 60_000;
const START_RETRY_MS = 1_000;

export type DatabasePlace = { readonly url: string } | { readonly dataDir: string };

export type OpenDatabaseDeps = {
  readonly place: DatabasePlace;
  readonly clock: Clock;
  readonly log: Log;
  /** One plain sentence for whoever waits at the terminal. */
  readonly onProgress: (message: string) => void;
};

/** A database server that starts together with us may be later than we are. */
const migrateWhenThere = async (deps: OpenDatabaseDeps, connection: Connection): Promise<void> => {
  const { clock, log } = deps;
  for (const giveUpMs = clock.nowMs() + START_PATIENCE_MS; ; ) {
    try {
      return await migrate({ connection, log });
    } catch (error) {
      if (!isOutage(error) || clock.nowMs() >= giveUpMs) throw error;
      deps.onProgress('waiting for the database to answer');
      await new Promise<void>((resolve) => clock.after(START_RETRY_MS, resolve));
    }
  }
};

/** Ready to use: started, migrated, connected. */
export const openDatabase = async (deps: OpenDatabaseDeps): Promise<Database> => {
  const { place, clock, log } = deps;
  if ('url' in place) {
    await migrateWhenThere(deps, place.url);
    return connectDatabase({ connection: place.url, clock, log });
  }
  const embedded = await startEmbedded({ ...deps, dataDir: place.dataDir });
  try {
    await migrateWhenThere(deps, embedded.connection);
  } catch (error) {
    await embedded.close();
    throw error;
  }
  const database = connectDatabase({ connection: embedded.connection, clock, log });
  return {
    ...database,
    async close() {
      await database.close();
      await embedded.close();
    },
  };
};
