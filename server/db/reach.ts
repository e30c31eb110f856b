// The database of a server that may be running just now: for commands that look at it from beside. Where no server runs, the built-in
// database is started for the time being.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectDatabase } from './client.ts';
import type { Connection, Database } from './client.ts';
import { clusterPaths, DATABASE_USER } from './cluster.ts';
import { openDatabase } from './open.ts';
import type { OpenDatabaseDeps } from './open.ts';

const DATABASE = 'postgres';

/** PostgreSQL writes into its lock file where it listens: process, folder, start, port, socket folder. Null: it does not run. */
const runningIn = async (dataDir: string): Promise<Connection | null> => {
  const paths = clusterPaths(dataDir);
  try {
    const [pid, , , port, host] = (await readFile(join(paths.cluster, 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 0);
    if (!host) return null;
    return { host, port: Number(port), user: DATABASE_USER, password: await readFile(paths.passwordFile, 'utf8'), database: DATABASE };
  } catch {
    return null; // no file, or nobody behind it
  }
};

export const reachDatabase = async (deps: OpenDatabaseDeps): Promise<Database> => {
  const { place, clock, log } = deps;
  const connection = 'url' in place ? place.url : await runningIn(place.dataDir);
  return connection === null ? openDatabase(deps) : connectDatabase({ connection, clock, log });
};
