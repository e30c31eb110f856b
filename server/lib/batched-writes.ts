// Writes that are accepted now and done soon, many in one statement: kept by key until the database has taken them, tried
// again while it is away. What is waiting survives everything but the end of the process; it is bounded, so ask `isFull`
// before accepting what must not be lost. Rows that the schema itself refuses are given up, alone, with a word in the log.

import { AppError } from './app-error.ts';
import type { Cancel, Clock } from './clock.ts';
import type { Log } from './log.ts';

const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 15_000;
const BATCH_ROWS_MAX = 500;
const WAITING_ROWS_MAX = 100_000;

export type BatchedWrites<R> = {
  /** False: too many wait already, and this one is not kept. */
  put(key: string, row: R): boolean;
  isFull(): boolean;
  /** Everything put so far is written when this resolves; rejects with `database_unavailable` or `busy`. */
  flush(): Promise<void>;
  waiting(): number;
  /** One last try. */
  close(): Promise<void>;
};

export type BatchedWritesDeps<R> = {
  readonly clock: Clock;
  readonly log: Log;
  /** For the log. */
  readonly what: string;
  /** How long a row may wait for company. */
  readonly delayMs: number;
  readonly waitingMax?: number;
  /** Two rows of one key become one; without this the newer one holds. */
  readonly merge?: (earlier: R, later: R) => R;
  readonly write: (rows: R[]) => Promise<void>;
};

type Batch<R> = readonly (readonly [key: string, row: R])[];

export const createBatchedWrites = <R>(deps: BatchedWritesDeps<R>): BatchedWrites<R> => {
  const { clock, log, what, waitingMax = WAITING_ROWS_MAX, merge = (_, later) => later } = deps;
  const waiting = new Map<string, R>();
  let running: Promise<void> | null = null;
  let timer: Cancel | null = null;
  let retryMs = RETRY_MS_MIN; // after the next failure
  let isClosed = false;

  const take = (count: number): Batch<R> => {
    const batch: [string, R][] = [];
    for (const [key, row] of waiting) {
      if (batch.length === count) break;
      batch.push([key, row]);
      waiting.delete(key);
    }
    return batch;
  };
  const putBack = (batch: Batch<R>): void => {
    for (const [key, row] of batch) {
      const later = waiting.get(key);
      waiting.set(key, later === undefined ? row : merge(row, later));
    }
  };

  /** One bad row must not keep the others from being written: the batch is halved until it stands alone. */
  const deliver = async (batch: Batch<R>): Promise<void> => {
    try {
      await deps.write(batch.map(([, row]) => row));
    } catch (error) {
      if (error instanceof AppError) {
        putBack(batch);
        throw error;
      }
      if (batch.length === 1) return log.error({ err: error, what }, 'row refused by the database');
      const middle = Math.ceil(batch.length / 2);
      const rest = batch.slice(middle);
      await deliver(batch.slice(0, middle)).catch((outage: unknown) => {
        putBack(rest);
        throw outage;
      });
      await deliver(rest);
    }
  };

  /** Only what waits now: a stream that does not end must not keep a flush waiting. */
  const drain = async (): Promise<void> => {
    for (let left = waiting.size; left > 0; left -= BATCH_ROWS_MAX) await deliver(take(Math.min(left, BATCH_ROWS_MAX)));
  };

  const schedule = (delayMs: number): void => {
    if (isClosed || timer || waiting.size === 0) return;
    timer = clock.after(delayMs, () => {
      timer = null;
      void run().catch(() => {}); // said in the log, and tried again
    });
  };

  const succeeded = (): number => {
    retryMs = RETRY_MS_MIN;
    return deps.delayMs;
  };
  const failed = (error: unknown): number => {
    const waitMs = retryMs;
    log.warn({ err: error, what, waiting: waiting.size, waitMs }, 'writes put off');
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    return waitMs;
  };

  const run = (): Promise<void> => {
    const ended = (nextMs: number): void => {
      running = null;
      schedule(nextMs);
    };
    running ??= drain().then(
      () => ended(succeeded()),
      (error: unknown) => {
        ended(failed(error));
        throw error;
      },
    );
    return running;
  };

  const flush = async (): Promise<void> => {
    if (running) await running.catch(() => {}); // it began without the newest rows
    if (waiting.size > 0) await run();
  };

  return {
    put(key, row) {
      const earlier = waiting.get(key);
      if (earlier === undefined && waiting.size >= waitingMax) return false;
      waiting.set(key, earlier === undefined ? row : merge(earlier, row));
      if (!running) schedule(deps.delayMs);
      return true;
    },
    isFull: () => waiting.size >= waitingMax,
    flush,
    waiting: () => waiting.size,
    async close() {
      isClosed = true;
      timer?.();
      timer = null;
      await flush().catch(() => log.error({ what, lost: waiting.size }, 'writes lost: the database was away at the end'));
    },
  };
};
