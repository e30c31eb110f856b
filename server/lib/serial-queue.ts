// Runs tasks one after the other, in order, and lets only so many wait. One that overlaps is begun in its turn and not waited
// for. Tasks handle their own errors; one that throws all the same is told to `failed` and does not stop the queue.

type Task = () => void | Promise<void>;

export type SerialQueue = {
  /** False when `max` tasks wait or overlap, or after close(): the task will not run. */
  push(task: Task, how?: { readonly overlaps: boolean }): boolean;
  /** Forgets what waits, lets end what was begun, then runs `last`; nothing runs after it. */
  close(last?: Task): void;
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
};

export const createSerialQueue = (deps: { max: number; failed: (error: unknown) => void }): SerialQueue => {
  let waiting: { readonly task: Task; readonly overlaps: boolean }[] = [];
  let running = false;
  let overlapping = 0;
  let closed = false;
  let last: Task | null = null;
  let idleWaiters: (() => void)[] = [];

  const attempt = async (task: Task): Promise<void> => {
    try {
      await task();
    } catch (error) {
      deps.failed(error);
    }
  };

  const begin = async (task: Task): Promise<void> => {
    overlapping += 1;
    await attempt(task);
    overlapping -= 1;
    rest();
  };

  const run = async (): Promise<void> => {
    running = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (next.overlaps) void begin(next.task);
      else await attempt(next.task);
    }
    running = false;
    rest();
  };

  const rest = (): void => {
    if (running || overlapping > 0) return;
    if (last) {
      waiting = [{ task: last, overlaps: false }];
      last = null;
      return void run();
    }
    const waiters = idleWaiters;
    idleWaiters = [];
    for (const resolve of waiters) resolve();
  };

  return {
    push(task, { overlaps } = { overlaps: false }) {
      if (closed || waiting.length + overlapping >= deps.max) return false;
      waiting.push({ task, overlaps });
      if (!running) void run();
      return true;
    },
    close(task) {
      if (closed) return;
      closed = true;
      waiting = [];
      last = task ?? null;
      rest();
    },
    idle: () => (running || overlapping > 0 ? new Promise((resolve) => idleWaiters.push(resolve)) : Promise.resolve()),
  };
};
