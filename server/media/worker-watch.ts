// Notices a media worker that hangs: alive as a process, and answering nothing any more. Asks for a small thing a few times a
// second. Invariant: a worker that only has too much to do, or a machine on which nobody gets on, is not taken for one that hangs;
// killing it would make the trouble worse. So only turns of our own that came in time count, and one that wants to run has longer.

import type { Cancel, Clock } from '../lib/clock.ts';

const ASK_EVERY_MS = 250;
/** Without an answer, asleep or stopped: 1.5 s, which with the way back stays below the 3 s that a viewer may lose. */
const MISSES_ASLEEP_MAX = 6;
/** Without an answer, running: 15 s. */
const MISSES_MAX = 60;
const LATE_MS = 100;

export type WorkerWatchDeps = {
  readonly clock: Clock;
  /** Answered by a worker that lives. */
  readonly ask: () => Promise<unknown>;
  /** Does its process run, or would it if it got the processor? */
  readonly isRunnable: () => boolean;
  /** Told once; the watch is over then. */
  readonly hangs: () => void;
};

export const watchWorker = ({ clock, ask, isRunnable, hangs }: WorkerWatchDeps): Cancel => {
  let isWaiting = false;
  let [misses, missesAsleep] = [0, 0];
  let dueMs = clock.nowMs() + ASK_EVERY_MS;

  const answered = (): void => {
    isWaiting = false;
    [misses, missesAsleep] = [0, 0];
  };
  const look = (): void => {
    const isLate = clock.nowMs() - dueMs > LATE_MS;
    dueMs = clock.nowMs() + ASK_EVERY_MS;
    if (!isWaiting) {
      isWaiting = true;
      ask().then(answered, stop); // refused: it is dead, and others tell
      return;
    }
    if (isLate) return;
    misses += 1;
    missesAsleep = isRunnable() ? 0 : missesAsleep + 1;
    if (misses < MISSES_MAX && missesAsleep < MISSES_ASLEEP_MAX) return;
    stop();
    hangs();
  };
  const stop = clock.every(ASK_EVERY_MS, look);
  return stop;
};
