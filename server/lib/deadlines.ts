// One timer for many things that may take equally long each: a timer for every request would cost more than most requests do.

import type { Cancel, Clock } from './clock.ts';

export type Deadlines = {
  /** `late` runs once the time is over, unless it is cancelled before. */
  watch(late: () => void): Cancel;
  close(): void;
};

export const createDeadlines = (deps: { readonly clock: Clock; readonly afterMs: number }): Deadlines => {
  const { clock, afterMs } = deps;
  // In the order of their ends, since all take equally long.
  const watched = new Set<{ readonly dueMs: number; readonly late: () => void }>();
  let timer: Cancel | null = null;

  const arm = (delayMs: number): void => {
    timer = clock.after(delayMs, () => {
      timer = null;
      for (const one of watched) {
        const restMs = one.dueMs - clock.nowMs();
        if (restMs > 0) return arm(restMs);
        watched.delete(one);
        one.late();
      }
    });
  };

  return {
    watch(late) {
      const one = { dueMs: clock.nowMs() + afterMs, late };
      watched.add(one);
      // Stays set when all is done in time: what comes next would only set it again.
      if (timer === null) arm(afterMs);
      return () => void watched.delete(one);
    },
    close() {
      watched.clear();
      timer?.();
      timer = null;
    },
  };
};
