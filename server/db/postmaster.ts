// One run of the PostgreSQL server as a child process: from spawn to exit. Starting it again is embedded.ts's business.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { POSTGRES_ENVIRONMENT } from './postgres-user.ts';
import type { PostgresUser } from './postgres-user.ts';

export type Postmaster = {
  readonly pid: number;
  /** Rejects if it ends before it takes connections. */
  readonly ready: Promise<void>;
  /** Never rejects; a sentence that says how it ended. */
  readonly exited: Promise<string>;
  /** Fast shutdown: transactions are rolled back, data is flushed. After STOP_PATIENCE_MS without the flush. */
  stop(): Promise<void>;
};

export type PostmasterOptions = {
  readonly clusterDir: string;
  readonly socketDir: string;
  readonly port: number;
  /** False lets a power cut lose data, for speed: tests only. A killed server still loses nothing. */
  readonly isDurable: boolean;
};

const STOP_PATIENCE_MS = 10_000;
const LINE_CHARS_MAX = 500;
const CONNECTIONS_MAX = 40;

const settings = (options: PostmasterOptions): Record<string, string> => ({
  listen_addresses: '', // the Unix socket alone: nothing on the network, no port to collide
  unix_socket_directories: options.socketDir,
  unix_socket_permissions: '0700',
  port: String(options.port),
  max_connections: String(CONNECTIONS_MAX),
  timezone: 'UTC',
  lc_messages: 'C', // the ready line is recognised by its words
  // Errors of single statements are ours to handle and log; the server tells of itself alone.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  log_line_prefix: '',
  ...(options.isDurable ? {} : { fsync: 'off', full_page_writes: 'off' }),
});

type PostmasterDeps = { readonly binaries: PostgresBinaries; readonly user: PostgresUser; readonly clock: Clock; readonly log: Log };

export const startPostmaster = (deps: PostmasterDeps, options: PostmasterOptions): Postmaster => {
  const flags = Object.entries(settings(options)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { program, args, ...ids } = deps.user.command(deps.binaries.postgres, ['-D', options.clusterDir, ...flags]);
  // Detached: Ctrl-C in a terminal reaches the whole group, and the database must outlive our drain.
  const child = spawn(program, args, { ...ids, detached: true, stdio: ['ignore', 'ignore', 'pipe'], env: POSTGRES_ENVIRONMENT });

  const endWithUs = (): void => void child.kill('SIGINT');
  process.once('exit', endWithUs);
  let isRunning = true;
  let lastLine = '';
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not start: ${error.message}`));
    child.once('close', (code, signal) => resolve(`ended with ${signal ?? `code ${String(code)}`}: ${lastLine}`));
  }).finally(() => {
    isRunning = false;
    process.off('exit', endWithUs);
  });

  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastLine = line.slice(0, LINE_CHARS_MAX);
      deps.log.debug({ line: lastLine }, 'postgres says');
      if (line.includes('ready to accept connections')) resolve();
    });
    void exited.then((how) => reject(new Error(`PostgreSQL ${how}`)));
  });
  ready.catch(() => undefined); // whoever waits for it hears it; nobody has to

  return {
    pid: child.pid ?? -1,
    ready,
    exited,
    async stop() {
      if (!isRunning) return;
      child.kill('SIGINT');
      const hurry = deps.clock.after(STOP_PATIENCE_MS, () => void child.kill('SIGQUIT'));
      await exited;
      hurry();
    },
  };
};
