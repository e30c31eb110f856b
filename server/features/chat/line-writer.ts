// Takes lines to the database behind people's backs: many in one statement, tried again until they are there. Invariant: what
// was added or changed is kept until a write of it, begun afterwards, has succeeded; only what the database refuses for good
// is given up, alone and with an error in the log. Bounded: when too much waits, `admit` refuses new lines.

import type { LineId, RoomId } from '../../../shared/ids.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Cancel, Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Metrics } from '../../lib/metrics.ts';
import { idOf } from './line.ts';
import type { SaidEntry } from './line.ts';

const FLUSH_MS = 100;
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 5_000;
const WAITING_LINES_MAX = 10_000;
const BATCH_LINES_MAX = 500; // 19 parameters each; PostgreSQL takes 65,535
/** At the end of the process: a database that restarts with us is waited for, one that is gone is not. */
const CLOSE_PATIENCE_MS = 8_000;
const LAST_TRY_MS = 500;

type Write = (entries: readonly SaidEntry[]) => Promise<void>;

export type LineWriterDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Both read the entries before they wait. `insert` passes over lines that are there; `update` writes what may change. */
  readonly store: { readonly insert: Write; readonly update: Write };
};

const batchesOf = (entries: Iterable<SaidEntry>): SaidEntry[][] => {
  const all = [...entries];
  return Array.from({ length: Math.ceil(all.length / BATCH_LINES_MAX) }, (_, at) => all.slice(at * BATCH_LINES_MAX, (at + 1) * BATCH_LINES_MAX));
};

export const createLineWriter = (deps: LineWriterDeps) => {
  const { clock, log, store } = deps;
  const fresh = new Map<LineId, SaidEntry>();
  /** Of the fresh ones: those that a failed write may have written all the same, as they were then. */
  const tried = new Set<LineId>();
  const changed = new Map<LineId, SaidEntry>();
  /** Of the changed ones: those that changed since the last write of them began. */
  const stale = new Set<LineId>();
  const jobs = new Map<string, () => Promise<void>>();
  let running: Promise<unknown> | null = null;
  let timer: Cancel | null = null;
  let retryMs = RETRY_MS_MIN;
  let isPutOff = false;
  deps.metrics.gauge('qiao_chat_lines_waiting', 'Chat lines that are not in the database yet.', [], () => fresh.size + changed.size);

  const waiting = (): number => fresh.size + changed.size + jobs.size;

  /** One line that the database refuses must not keep the others. */
  const writeAll = async (entries: readonly SaidEntry[], write: Write): Promise<void> => {
    try {
      await write(entries);
    } catch (error) {
      if (error instanceof AppError) throw error; // Away, or overloaded: all are tried again.
      if (entries.length > 1) for (const entry of entries) await writeAll([entry], write);
      else log.error({ err: error, line: entries[0]?.said.lineId }, 'chat line cannot be written');
    }
  };

  const writeFresh = async (): Promise<void> => {
    for (const batch of batchesOf(fresh.values())) {
      for (const entry of batch) tried.add(idOf(entry));
      await writeAll(batch, store.insert);
      for (const entry of batch) {
        fresh.delete(idOf(entry));
        tried.delete(idOf(entry));
      }
    }
  };
  const writeChanged = async (): Promise<void> => {
    for (const batch of batchesOf(changed.values())) {
      for (const entry of batch) stale.delete(idOf(entry));
      await writeAll(batch, store.update);
      for (const entry of batch) if (!stale.has(idOf(entry))) changed.delete(idOf(entry));
    }
  };
  const runJobs = async (): Promise<void> => {
    for (const [key, job] of [...jobs]) {
      await job().catch((error: unknown) => {
        if (error instanceof AppError) throw error;
        log.error({ err: error }, 'chat change cannot be written');
      });
      if (jobs.get(key) === job) jobs.delete(key);
    }
  };

  const plan = (delayMs: number): void => {
    timer ??= clock.after(delayMs, () => {
      timer = null;
      void pass();
    });
  };
  const ended = (error: unknown): unknown => {
    running = null;
    if (error === null) {
      if (isPutOff) log.info('chat lines are written again');
      isPutOff = false;
      retryMs = RETRY_MS_MIN;
      if (waiting() > 0) plan(FLUSH_MS);
      return null;
    }
    if (!isPutOff) log.warn({ err: error, waiting: waiting() }, 'chat lines are put off');
    isPutOff = true;
    plan(retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    return error;
  };

  /** Writes all that waits now. Never rejects: gives the fault that stopped it, or null. */
  const pass = (): Promise<unknown> =>
    (running ??= writeFresh()
      .then(writeChanged)
      .then(runJobs)
      .then(() => null, (error: unknown) => error)
      .then(ended));

  /** Resolves when all that waits at this moment is written; throws `database_unavailable` or `busy`. */
  const flush = async (): Promise<void> => {
    await running; // It may have begun before the newest line came.
    if (waiting() === 0) return;
    const fault = await pass();
    if (fault !== null) throw fault;
  };

  return {
    /** Throws `busy` when so much waits that nothing more can be promised. */
    admit(): void {
      if (fresh.size >= WAITING_LINES_MAX) throw new AppError('busy', 'too many lines wait to be written', { retryAfterMs: RETRY_MS_MAX });
    },
    add(entry: SaidEntry): void {
      fresh.set(idOf(entry), entry);
      plan(FLUSH_MS);
    },
    /** Text or state of a line are others now. */
    change(entry: SaidEntry): void {
      const lineId = idOf(entry);
      if (fresh.has(lineId) && !tried.has(lineId)) return; // Its first write will say it.
      changed.set(lineId, entry);
      stale.add(lineId);
      plan(FLUSH_MS);
    },
    /** Another write, done after the lines that wait. Of two with the same key the newer one is done, in its own turn. */
    alsoWrite(key: string, job: () => Promise<void>): void {
      jobs.delete(key);
      jobs.set(key, job);
      plan(FLUSH_MS);
    },
    /** A line that the database does not know yet, or not as it is. */
    find: (lineId: LineId): SaidEntry | null => changed.get(lineId) ?? fresh.get(lineId) ?? null,
    /** Lines that no write has brought to the database yet, oldest first. */
    newIn: (roomId: RoomId): SaidEntry[] => [...fresh.values()].filter((entry) => entry.roomId === roomId),
    /** These, and those that are there but not as they are now. */
    waitingIn: (roomId: RoomId): SaidEntry[] => [...new Set([...fresh.values(), ...changed.values()])].filter((entry) => entry.roomId === roomId),
    flush,
    waiting,
    async close(): Promise<void> {
      const untilMs = clock.nowMs() + CLOSE_PATIENCE_MS;
      for (;;) {
        const fault = await flush().then(() => null, (error: unknown) => error);
        if (waiting() === 0) break;
        if (clock.nowMs() >= untilMs) {
          log.error({ err: fault, waiting: waiting() }, 'chat lines are lost');
          break;
        }
        if (fault !== null) await new Promise<void>((resolve) => clock.after(LAST_TRY_MS, resolve));
      }
      timer?.();
      timer = null;
    },
  };
};

export type LineWriter = ReturnType<typeof createLineWriter>;
