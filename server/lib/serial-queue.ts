// Runs tasks one after the other, in order, and lets only so many wait. Tasks handle their own errors; one that throws all
// the same is told to `failed` and does not stop the queue.

export type SerialQueue = {
  /** False when `max` tasks are waiting, or after close(): the task will not run. */
  push(task: () => void | Promise<void>): boolean;
  /** Forgets what waits, lets the running task end, then runs `last`; nothing runs after it. */
  close(last?: () => void | Promise<void>): void;
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
};

export const createSerialQueue = (deps: { max: number; failed: (error: unknown) => void }): SerialQueue => {
  let waiting: (() => void | Promise<void>)[] = [];
  let running = false;
  let closed = false;
  let idleWaiters: (() => void)[] = [];

  const run = async (): Promise<void> => {
    running = true;
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      try {
        await task();
      } catch (error) {
        deps.failed(error);
      }
    }
    running = false;
    const waiters = idleWaiters;
    idleWaiters = [];
    for (const resolve of waiters) resolve();
  };

  return {
    push(task) {
      if (closed || waiting.length >= deps.max) return false;
      waiting.push(task);
      if (!running) void run();
      return true;
    },
    close(last) {
      if (closed) return;
      closed = true;
      waiting = last ? [last] : [];
      if (!running) void run();
    },
    idle: () => (running ? new Promise((resolve) => idleWaiters.push(resolve)) : Promise.resolve()),
  };
};
