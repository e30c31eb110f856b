// The built-in PostgreSQL, kept running: made on the first start, started again when it dies, stopped on close. One server
// process of ours owns it; what an earlier, killed one left running is ended first.

import { mkdir, writeFile } from 'node:fs/promises';
import type { Cancel, Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { clusterPaths, DATABASE_USER, makeSocketDir, prepareCluster } from './cluster.ts';
import { clearLeftover } from './leftover.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { findPostgresUser } from './postgres-user.ts';
import { startPostmaster } from './postmaster.ts';
import type { Postmaster } from './postmaster.ts';

const PORT = 5432; // only a part of the socket's name
const RESTART_MS_MIN = 50;
const RESTART_MS_MAX = 5_000;
/** A run at least this long was a good one: the next restart is quick again. */
const GOOD_RUN_MS = 60_000;
const PROGRESS_MS = 2_000;

export type EmbeddedPostgres = {
  readonly connection: { host: string; port: number; user: string; password: string; database: string };
  /** Of the running server, null while there is none. */
  pid(): number | null;
  close(): Promise<void>;
};

export type EmbeddedDeps = {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onProgress: (message: string) => void;
  /** False lets a power cut lose data, for speed: tests only. A killed server still loses nothing. */
  readonly isDurable?: boolean;
};

type Supervised = { readonly first: Promise<void>; pid(): number | null; close(): Promise<void> };

/** Keeps one postmaster running until close(). `first` tells how the first start went. */
const supervise = (deps: Pick<EmbeddedDeps, 'clock' | 'log'>, start: () => Postmaster): Supervised => {
  const { clock, log } = deps;
  let current: Postmaster | null = null;
  let isClosing = false;
  let retry: Cancel = () => undefined;
  let delayMs = RESTART_MS_MIN;

  const launch = async (): Promise<void> => {
    const startedMs = clock.nowMs();
    const postmaster = start();
    current = postmaster;
    void postmaster.exited.then((how) => {
      current = null;
      if (clock.nowMs() - startedMs >= GOOD_RUN_MS) delayMs = RESTART_MS_MIN;
      if (!isClosing) launchAgain(how);
    });
    await postmaster.ready;
    log.info({ pid: postmaster.pid }, 'postgres started');
  };
  const launchAgain = (how: string): void => {
    log.error({ how, restartInMs: delayMs }, 'postgres ended');
    retry = clock.after(delayMs, () => {
      launch().catch(() => undefined); // it ended before it was ready, and `exited` has said so
    });
    delayMs = Math.min(delayMs * 2, RESTART_MS_MAX);
  };
  const close = async (): Promise<void> => {
    isClosing = true;
    retry();
    await current?.stop();
  };

  const first = launch().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { first, pid: () => current?.pid ?? null, close };
};

export const startEmbedded = async (deps: EmbeddedDeps): Promise<EmbeddedPostgres> => {
  const { clock, log, isDurable = true } = deps;
  const paths = clusterPaths(deps.dataDir);
  await mkdir(paths.root, { recursive: true, mode: 0o700 });
  const binaries = await findPostgresBinaries();
  const user = await findPostgresUser([binaries.postgres, paths.root]);
  const password = await prepareCluster({ binaries, user, onProgress: deps.onProgress }, paths, isDurable);
  const cleared = await clearLeftover({ clock }, paths);
  if (cleared !== 'nothing') log.info({ cleared }, 'cleared up after a killed server');
  await writeFile(paths.ownerFile, String(process.pid));
  const socket = await makeSocketDir(paths, user);

  const supervised = supervise(deps, () =>
    startPostmaster({ binaries, user, clock, log }, { clusterDir: paths.cluster, socketDir: socket.dir, port: PORT, isDurable }),
  );
  // After a crash it may have much to replay.
  const stopProgress = clock.every(PROGRESS_MS, () => deps.onProgress('waiting for the database to be ready'));
  await supervised.first.finally(stopProgress);
  return {
    connection: { host: socket.dir, port: PORT, user: DATABASE_USER, password, database: 'postgres' },
    pid: supervised.pid,
    async close() {
      await supervised.close();
      await socket.remove();
    },
  };
};
