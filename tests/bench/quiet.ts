// Waits until the machine has nothing else to do, because pictures that a busy machine delays say nothing about ours. Reads
// Linux's own account of its processors.

import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from './run.ts';

const LOOK_MS = 1_000;
const BUSY_SHARE_MAX = 0.15;
const PATIENCE_MS = 120_000;

/** /proc/stat's first line: time spent since the start in user, nice, system, idle, iowait ... */
const processorTimes = (): { readonly idle: number; readonly total: number } => {
  const times = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/).slice(1, 9).map(Number);
  return { idle: (times[3] ?? 0) + (times[4] ?? 0), total: times.reduce((sum, time) => sum + time, 0) };
};

/** The share of all processors that is in use over the next second. */
const busyShare = async (): Promise<number> => {
  const before = processorTimes();
  await delay(LOOK_MS);
  const after = processorTimes();
  return 1 - (after.idle - before.idle) / (after.total - before.total);
};

/** Returns the share that was in use at last; after two minutes it goes on all the same, and the caller reports that share. */
export const waitForQuiet = async (progress: Progress): Promise<number> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const busy = await busyShare();
    if (busy <= BUSY_SHARE_MAX || performance.now() > deadline) return busy;
    progress(`waiting for a quiet machine: ${Math.round(busy * 100)} % busy`);
    await delay(4 * LOOK_MS);
  }
};
