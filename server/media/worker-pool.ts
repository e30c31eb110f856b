// Keeps the media workers alive: as many as asked for, dead ones replaced with back-off, hung ones killed. Says who died, and knows nothing of
// what ran there. Invariant: each slot has at most one process, and it is always the slot's port.

import type { types } from 'mediasoup';
import { AppError } from '../lib/app-error.ts';
import type { Cancel, Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { watchWorker } from './worker-watch.ts';
import { isRunnable, killWorker, startWorker, stopWorker } from './worker.ts';
import type { MediaWorker, WorkerSettings } from './worker.ts';

/** `restarts`: how often another process had to take its place. */
export type WorkerHealth = { readonly alive: boolean; readonly pid: number | null; readonly restarts: number };
export type WorkerUsage = types.WorkerResourceUsage & { readonly pid: number };

export type WorkerPoolDeps = {
  readonly settings: WorkerSettings & { readonly workers: number };
  readonly log: Log;
  readonly clock: Clock;
  readonly started: (worker: MediaWorker) => void;
  /** Told when all its mediasoup objects are closed, before another takes its place. */
  readonly died: (worker: MediaWorker) => void;
};

type Slot = {
  readonly index: number;
  worker: MediaWorker | null;
  /** Deaths and failed starts without a good stretch between them. */
  failures: number;
  startedAtMs: number;
  starts: number;
};

const WAIT_MS = 3_000; // a worker starts in ~50 ms, so this is for a machine in trouble
const GOOD_STRETCH_MS = 10_000;
const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 10_000;

/** The first restart is at once: viewers are looking at a frozen picture. */
export const backoffMs = (failures: number): number =>
  failures <= 1 ? 0 : Math.min(BACKOFF_MS_MIN * 2 ** (failures - 2), BACKOFF_MS_MAX);

export class WorkerPool {
  readonly #deps: WorkerPoolDeps;
  readonly #slots: readonly Slot[];
  readonly #waiting = new Set<(worker: MediaWorker) => void>();
  readonly #restarts = new Set<Cancel>();
  readonly #starting = new Set<Promise<void>>();
  #closing = false;

  constructor(deps: WorkerPoolDeps) {
    this.#deps = deps;
    this.#slots = Array.from({ length: deps.settings.workers }, (_, index) => ({ index, worker: null, failures: 0, startedAtMs: 0, starts: 0 }));
  }

  /** Rejects, with nothing left running, when one of the workers does not start: that is a fault of the set-up. */
  async open(): Promise<void> {
    const started = await Promise.allSettled(this.#slots.map((slot) => this.#start(slot)));
    const failed = started.find((result) => result.status === 'rejected');
    if (!failed) return;
    await this.close();
    throw failed.reason;
  }

  /** The least loaded worker outside `except`, or null. */
  spare(except: ReadonlySet<MediaWorker>): MediaWorker | null {
    const workers = this.#alive().filter((worker) => !except.has(worker));
    return workers.reduce<MediaWorker | null>((best, worker) => (best && best.load <= worker.load ? best : worker), null);
  }

  /** The least loaded worker; if all are dead, the first that is back. Throws `media_unavailable`. */
  async any(): Promise<MediaWorker> {
    if (this.#closing) throw new AppError('media_unavailable', 'shutting down');
    return this.spare(new Set()) ?? this.#next();
  }

  health(): readonly WorkerHealth[] {
    return this.#slots.map(({ worker, starts }) => ({ alive: worker !== null, pid: worker?.process.pid ?? null, restarts: Math.max(0, starts - 1) }));
  }

  async usage(): Promise<readonly WorkerUsage[]> {
    const asked = this.#alive().map(async ({ process }) => ({ ...(await process.getResourceUsage()), pid: process.pid }));
    const answers = await Promise.allSettled(asked); // a worker may die under the question
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const cancel of this.#restarts) cancel();
    await Promise.allSettled(this.#starting);
    await Promise.all(this.#alive().map((worker) => stopWorker(worker, this.#deps.clock)));
    for (const slot of this.#slots) slot.worker = null;
  }

  #alive(): MediaWorker[] {
    return this.#slots.flatMap(({ worker }) => worker ?? []);
  }

  async #start(slot: Slot): Promise<void> {
    const { settings, clock, log, started } = this.#deps;
    const worker = await startWorker(settings, slot.index);
    if (this.#closing) return stopWorker(worker, clock);
    slot.worker = worker;
    slot.startedAtMs = clock.nowMs();
    slot.starts += 1;
    started(worker);
    const stopWatching = watchWorker({
      clock,
      ask: () => worker.process.getResourceUsage(),
      isRunnable: () => isRunnable(worker),
      hangs: () => {
        log.error({ worker: slot.index, pid: worker.process.pid }, 'media worker hangs');
        killWorker(worker); // and it has died
      },
    });
    worker.process.observer.once('close', stopWatching);
    worker.process.once('died', (err) => {
      stopWatching();
      this.#lost(slot, worker, err);
    });
    log.info({ worker: slot.index, pid: worker.process.pid }, 'media worker started');
    for (const take of this.#waiting) take(worker);
    this.#waiting.clear();
  }

  #lost(slot: Slot, worker: MediaWorker, err: Error): void {
    const { log, clock, died } = this.#deps;
    slot.worker = null;
    slot.failures = clock.nowMs() - slot.startedAtMs > GOOD_STRETCH_MS ? 1 : slot.failures + 1;
    if (this.#closing) return;
    log.error({ worker: slot.index, pid: worker.process.pid, err }, 'media worker died');
    this.#restart(slot); // before the others are told: whatever they do, the slot is being filled again
    died(worker);
  }

  #restart(slot: Slot): void {
    const { log, clock } = this.#deps;
    const cancel = clock.after(backoffMs(slot.failures), () => {
      this.#restarts.delete(cancel);
      const attempt = this.#start(slot).catch((err: unknown) => {
        slot.failures += 1;
        log.error({ worker: slot.index, err, failures: slot.failures }, 'media worker did not start');
        if (!this.#closing) this.#restart(slot);
      });
      this.#starting.add(attempt);
      void attempt.finally(() => this.#starting.delete(attempt));
    });
    this.#restarts.add(cancel);
  }

  #next(): Promise<MediaWorker> {
    return new Promise((resolve, reject) => {
      const take = (worker: MediaWorker): void => {
        cancel();
        resolve(worker);
      };
      const cancel = this.#deps.clock.after(WAIT_MS, () => {
        this.#waiting.delete(take);
        reject(new AppError('media_unavailable', 'no media worker', { retryAfterMs: WAIT_MS }));
      });
      this.#waiting.add(take);
    });
  }
}
