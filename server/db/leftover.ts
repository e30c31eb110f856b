// What a killed server of ours leaves behind: a PostgreSQL that still runs on our folder, or its lock file. Never touches a
// database that another living server owns, and never a process that is not the PostgreSQL of this folder.

import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from '../lib/clock.ts';
import type { ClusterPaths } from './cluster.ts';

const run = promisify(execFile);
const POLL_MS = 25;
const FAST_STOP_MS_MAX = 10_000;
const HARD_STOP_MS_MAX = 5_000;

const readOr = (path: string, otherwise: string): Promise<string> => readFile(path, 'utf8').catch(() => otherwise);

/** The parent of process `pid` if that is the PostgreSQL of this folder, else null. */
const parentOfPostmaster = async (pid: number, clusterDir: string): Promise<number | null> => {
  try {
    if (process.platform === 'linux') {
      // PostgreSQL works inside its folder. The command's name in stat may hold spaces and brackets: count from the last ')'.
      if ((await readlink(`/proc/${pid}/cwd`)) !== (await realpath(clusterDir))) return null;
      const afterName = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(')').at(-1) ?? '';
      return Number(afterName.trim().split(' ')[1]);
    }
    const { stdout } = await run('ps', ['-o', 'ppid=,command=', '-p', String(pid)]);
    return stdout.includes(clusterDir) ? Number.parseInt(stdout, 10) : null;
  } catch {
    return null; // gone, or not ours to look at
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Is it gone in time? */
const stop = async (clock: Clock, pid: number, clusterDir: string, signal: NodeJS.Signals, patienceMs: number): Promise<boolean> => {
  process.kill(pid, signal);
  const giveUpMs = clock.nowMs() + patienceMs;
  while (clock.nowMs() < giveUpMs) {
    if ((await parentOfPostmaster(pid, clusterDir)) === null) return true;
    await new Promise<void>((resolve) => clock.after(POLL_MS, resolve));
  }
  return false;
};

/**
 * Makes the folder free for a new PostgreSQL. The owner file holds the process id of the server that started the last one:
 * a child whose parent died has another parent, so a PostgreSQL whose parent is that owner has a living owner.
 */
export const clearLeftover = async (deps: { clock: Clock }, paths: ClusterPaths): Promise<'nothing' | 'lock' | 'server'> => {
  const clusterDir = paths.cluster;
  const lockFile = join(clusterDir, 'postmaster.pid');
  const [first = '', ...rest] = (await readOr(lockFile, '')).split('\n');
  const pid = Number.parseInt(first, 10);
  if (!(pid > 0)) return 'nothing';
  const parent = await parentOfPostmaster(pid, clusterDir);
  if (parent === null) {
    if (!isAlive(pid)) return 'nothing'; // PostgreSQL sees for itself that such a lock is stale
    // After a reboot, or in a new container, the number may be anybody's, and PostgreSQL would refuse to start. It takes a
    // lock in its parent's name for stale and still checks the rest of the file, so that is safer than deleting it.
    await writeFile(lockFile, [String(process.pid), ...rest].join('\n'));
    return 'lock';
  }
  const owner = Number.parseInt(await readOr(paths.ownerFile, ''), 10);
  if (parent === owner) throw new Error(`Another server (process ${owner}) uses this data folder. Stop it, or set another DATA_DIR.`);
  const isStopped =
    (await stop(deps.clock, pid, clusterDir, 'SIGINT', FAST_STOP_MS_MAX)) || (await stop(deps.clock, pid, clusterDir, 'SIGQUIT', HARD_STOP_MS_MAX));
  if (!isStopped) throw new Error(`A PostgreSQL of an earlier run (process ${pid}) does not stop. Stop it by hand.`);
  return 'server';
};
