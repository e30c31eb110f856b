// Lets one process at a time do a long piece of work for the whole machine: a second `npm start` beside a first one waits
// for the build instead of repeating it. The lock of a process that has died, or that is too old, is free.
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 500;
/** After a restart of the machine its number may belong to some other process. */
const LONGEST_HELD_MS = 60 * 60_000;

export type Release = () => void;

/** Takes the lock, or returns undefined if another process has it. */
export function tryLock(path: string): Release | undefined {
  if (!isHeld(path)) rmSync(path, { force: true });
  // Written first and linked then, so that a lock always says whose it is.
  const ours = `${path}.${process.pid}`;
  writeFileSync(ours, String(process.pid));
  try {
    linkSync(ours, path);
    return () => rmSync(path, { force: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
    throw error;
  } finally {
    rmSync(ours, { force: true });
  }
}

export async function lockWhenFree(path: string): Promise<Release> {
  for (;;) {
    const release = tryLock(path);
    if (release) return release;
    await pause(LOOK_AGAIN_MS);
  }
}

function isHeld(path: string): boolean {
  try {
    if (Date.now() - statSync(path).mtimeMs > LONGEST_HELD_MS) return false;
    return process.kill(Number(readFileSync(path, 'utf8')), 0);
  } catch (error) {
    // Another user's process may not be signalled, but it lives. A lock that is not there has no owner.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
