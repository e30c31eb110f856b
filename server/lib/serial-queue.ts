// Runs tasks one after the other, in order, and lets only so many wait. One that overlaps is begun in its turn and not waited
// for. Tasks handle their own errors; one that throws all the same is told to `failed` and does not stop the queue. A class, since
// each connection has one: closures of its own would cost each of them half a kilobyte.

type Task = () => void | Promise<void>;
type Waiting = { readonly task: Task; readonly overlaps: boolean };

const ONE_BY_ONE = { overlaps: false };

export class SerialQueue {
  readonly #max: number;
  readonly #failed: (error: unknown) => void;
  /** Null while nothing waits, which is nearly always. */
  #waiting: Waiting[] | null = null;
  #idleWaiters: (() => void)[] | null = null;
  #last: Task | null = null;
  #overlapping = 0;
  #isRunning = false;
  #isClosed = false;

  constructor(deps: { readonly max: number; readonly failed: (error: unknown) => void }) {
    this.#max = deps.max;
    this.#failed = deps.failed;
  }

  /** False when `max` tasks wait or overlap, or after close(): the task will not run. */
  push(task: Task, how: { readonly overlaps: boolean } = ONE_BY_ONE): boolean {
    if (this.#isClosed || (this.#waiting?.length ?? 0) + this.#overlapping >= this.#max) return false;
    (this.#waiting ??= []).push({ task, overlaps: how.overlaps });
    if (!this.#isRunning) void this.#run();
    return true;
  }

  /** Forgets what waits, lets end what was begun, then runs `last`; nothing runs after it. */
  close(last?: Task): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting = null;
    this.#last = last ?? null;
    this.#rest();
  }

  /** Resolves when nothing runs or waits. */
  idle(): Promise<void> {
    if (!this.#isRunning && this.#overlapping === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#idleWaiters ??= []).push(resolve));
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let next = this.#waiting?.shift(); next; next = this.#waiting?.shift()) {
      if (next.overlaps) void this.#begin(next.task);
      else await this.#attempt(next.task);
    }
    this.#waiting = null;
    this.#isRunning = false;
    this.#rest();
  }

  async #begin(task: Task): Promise<void> {
    this.#overlapping += 1;
    await this.#attempt(task);
    this.#overlapping -= 1;
    this.#rest();
  }

  async #attempt(task: Task): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#failed(error);
    }
  }

  #rest(): void {
    if (this.#isRunning || this.#overlapping > 0) return;
    const last = this.#last;
    if (last) {
      this.#last = null;
      this.#waiting = [{ task: last, overlaps: false }];
      return void this.#run();
    }
    const waiters = this.#idleWaiters;
    this.#idleWaiters = null;
    for (const resolve of waiters ?? []) resolve();
  }
}
