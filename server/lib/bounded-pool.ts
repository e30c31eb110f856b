// Runs at most so many tasks at a time and lets only so many wait: for work that eats CPU, such as argon2.

import { AppError } from './app-error.ts';

export type BoundedPool = {
  /** Gives the task's own result or error; rejects with `busy` when too many wait. */
  run<T>(task: () => Promise<T>): Promise<T>;
};

export const createBoundedPool = (limits: { runningMax: number; waitingMax: number }): BoundedPool => {
  const waiting: (() => void)[] = [];
  let running = 0;

  /** A place is handed from the task that ends to the first that waits, so nobody can slip in between. */
  const takePlace = (): Promise<void> | void => {
    if (running < limits.runningMax) {
      running += 1;
      return;
    }
    if (waiting.length >= limits.waitingMax) throw new AppError('busy', 'too many are waiting', { retryAfterMs: 1_000 });
    return new Promise((resolve) => waiting.push(resolve));
  };
  const leavePlace = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  return {
    async run(task) {
      await takePlace();
      try {
        return await task();
      } finally {
        leavePlace();
      }
    },
  };
};
