// Many transfers in one commit: what comes in while a batch is on its way is the next batch. One batch at a time, so their order
// is the order of the ledger. What was committed is told and answered while PostgreSQL writes the batch after it, so that neither
// waits for the other. A batch whose commit was lost on the road is tried again as it is: its keys tell what had happened.

import type { TransferId } from '../../shared/ids.ts';
import { AppError } from '../lib/app-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Metrics } from '../lib/metrics.ts';
import { createOrderedIds } from '../lib/ordered-ids.ts';
import type { AccountId } from './accounts.ts';
import { judgeBatch } from './judge.ts';
import type { Verdict } from './judge.ts';
import type { Posted, Recorder, Transfer } from './transfer.ts';
import type { LedgerStore, NewTransfer } from './store.ts';
import type { Tx } from './transfer.ts';

export type PipelineDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly store: LedgerStore;
  readonly recorders?: Readonly<Record<string, Recorder>>;
  /** In tests and measurements. */
  readonly batchMax?: number;
};

/** So many in one transaction; more wait for the next. */
const BATCH_MAX = 1_000;
const WAITING_MAX = 20_000;
const RETRY_MS = 100;
/** Shorter than a request may take, so that its sender hears why. */
const GIVE_UP_MS = 8_000;
const BUSY_RETRY_MS = 500;

type Waiting = {
  readonly group: readonly Transfer[];
  readonly sinceMs: number;
  readonly done: (posted: readonly Posted[]) => void;
  readonly failed: (error: unknown) => void;
};
type Written = { readonly recorder: Recorder; readonly rows: readonly unknown[] };
type Outcome = {
  readonly verdicts: readonly Verdict[];
  readonly added: readonly (readonly NewTransfer[])[];
  readonly written: readonly Written[];
  readonly changed: ReadonlyMap<AccountId, number>;
  readonly rowOf: ReadonlyMap<TransferId, unknown>;
};

const isPassing = (error: unknown): boolean => error instanceof AppError && (error.code === 'database_unavailable' || error.code === 'busy');

/** What would be a bug of ours; people's own text never comes here, only a hash of it. */
const checkShape = ({ amount, fee = 0, key, fingerprint, debit, credit }: Transfer): void => {
  const areCoins = Number.isSafeInteger(amount) && amount > 0 && Number.isSafeInteger(fee) && fee >= 0 && fee <= amount;
  if (!areCoins || debit === credit) throw new Error('not a transfer of coins');
  if (![key, fingerprint].every((word) => /^[!-~]{1,400}$/.test(word))) throw new Error('a key and a fingerprint are words of plain letters');
};

export const createPipeline = (deps: PipelineDeps) => {
  const { clock, log, store } = deps;
  const recorders = deps.recorders ?? {};
  const batchMax = deps.batchMax ?? BATCH_MAX;
  let nextId = createOrderedIds(clock) as () => TransferId;
  const listeners: ((changed: ReadonlyMap<AccountId, number>) => void)[] = [];
  const sizes = deps.metrics.histogram('qiao_ledger_batch_size', 'Transfers that were asked for in one commit.', [1, 2, 5, 10, 50, 100, 500, 1_000]);
  const seconds = deps.metrics.histogram('qiao_ledger_commit_seconds', 'Time that one commit took.', [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10]);
  let waiting: Waiting[] = [];
  let running: Promise<void> | null = null;
  let isClosed = false;
  deps.metrics.gauge('qiao_ledger_waiting', 'Transfers that wait for a commit.', [], () => waiting.length);

  /** Each accepted transfer gets its row of its own recorder, in order. */
  const record = async (tx: Tx, added: readonly NewTransfer[]): Promise<{ written: Written[]; rowOf: Map<TransferId, unknown> }> => {
    const rowOf = new Map<TransferId, unknown>();
    const written: Written[] = [];
    for (const [name, recorder] of Object.entries(recorders)) {
      const own = added.filter(({ transfer }) => transfer.record?.by === name);
      if (own.length === 0) continue;
      const rows = recorder.compose(own.map(({ transferId, atMs, transfer }) => ({ transferId, atMs, about: transfer.record?.about })));
      own.forEach(({ transferId }, at) => rowOf.set(transferId, rows[at]));
      written.push({ recorder, rows });
      await recorder.write(tx, rows);
    }
    return { written, rowOf };
  };

  /** `attempt.last`: what was about to be committed when the road broke. If its transfers are there, it was. */
  const commit = (batch: readonly Waiting[], ids: ReadonlyMap<string, TransferId>, attempt: { last: Outcome | null }): Promise<Outcome> =>
    store.transaction(async (tx) => {
      const groups = batch.map(({ group }) => group);
      const all = groups.flat();
      const accountIds = [...new Set(all.flatMap(({ debit, credit, fee }) => (fee ? [debit, credit, 'revenue' as const] : [debit, credit])))].sort();
      const { balances, known } = await store.begin(tx, accountIds, all.map(({ key }) => key));
      const ours = attempt.last?.added.flat()[0];
      if (attempt.last && ours && known.get(ours.transfer.key)?.transferId === ours.transferId) return attempt.last;
      const before = new Map([...balances].map(([id, { balance }]) => [id, balance]));
      const verdicts = judgeBatch(groups, balances, known);
      const atMs = clock.nowMs();
      const added = verdicts.map((verdict) =>
        verdict.is === 'accepted' ? verdict.accepted.map((one): NewTransfer => ({ ...one, transferId: ids.get(one.transfer.key) ?? nextId(), atMs })) : []);
      const changed = new Map([...balances].flatMap(([id, { balance }]) => (balance === before.get(id) ? [] : [[id, balance] as const])));
      const fresh = added.flat();
      // They go out together, and PostgreSQL does them in this order: what is recorded points at its transfer.
      const writing = Promise.all([fresh.length > 0 ? store.write(tx, fresh, changed) : null, record(tx, fresh)]);
      await Promise.race([writing, new Promise((resolve) => setImmediate(resolve))]); // on its way
      answerEarlier();
      const [, { written, rowOf }] = await writing;
      return (attempt.last = { verdicts, added, written, changed, rowOf });
    });

  const postedOf = ({ transferId, atMs, debitAfter, creditAfter }: NewTransfer, recorded: unknown): Posted => ({ transferId, atMs, isNew: true, debitAfter, creditAfter, recorded });

  /** The next batch builds on it. */
  const keep = ({ written }: Outcome): void => { for (const { recorder, rows } of written) recorder.kept?.(rows); };

  const tell = ({ written, changed }: Outcome): void => {
    for (const { recorder, rows } of written) recorder.committed?.(rows);
    if (changed.size > 0) for (const listener of listeners) listener(changed);
  };

  /** Given up, and perhaps committed all the same by a database that only hung: it is told then, late but before what comes after it. */
  let unknown: Outcome[] = [];
  const recall = async (): Promise<void> => {
    for (const outcome of unknown) {
      const first = outcome.added.flat()[0];
      const found = first && (await store.find(first.transfer.key));
      if (first && found?.transferId === first.transferId) {
        keep(outcome);
        tell(outcome);
      }
      unknown = unknown.filter((one) => one !== outcome);
    }
  };

  const answer = (batch: readonly Waiting[], outcome: Outcome): void => {
    tell(outcome);
    const posted = outcome.added.map((group) => group.map((one) => postedOf(one, outcome.rowOf.get(one.transferId) ?? null)));
    batch.forEach(({ done, failed }, at) => {
      const verdict = outcome.verdicts[at];
      if (!verdict || verdict.is === 'refused') failed(verdict?.error ?? new Error('no verdict'));
      else if (verdict.is === 'known') done(verdict.known.map(({ fingerprint: _, ...one }) => ({ ...one, isNew: false, recorded: null })));
      else done(verdict.is === 'accepted' ? (posted[at] ?? []) : (posted[verdict.of] ?? []).map((one) => ({ ...one, isNew: false })));
    });
  };

  /** What was committed last and is not answered yet; nothing else is committed before it is. */
  let answerLast: (() => void) | null = null;
  const answerEarlier = (): void => {
    const answerIt = answerLast;
    answerLast = null;
    answerIt?.();
  };

  /** Tries until it is known what became of the batch, or it takes too long. What the database refuses for good is found by halves. */
  const settle = async (batch: readonly Waiting[], ids: ReadonlyMap<string, TransferId>): Promise<void> => {
    const attempt: { last: Outcome | null } = { last: null };
    for (;;) {
      try {
        const startMs = clock.nowMs();
        const outcome = await commit(batch, ids, attempt);
        seconds.observe((clock.nowMs() - startMs) / 1000);
        keep(outcome);
        answerEarlier();
        answerLast = () => answer(batch, outcome);
        return;
      } catch (error) {
        answerEarlier(); // it does not wait for what is tried again
        if (isPassing(error)) {
          const oldestMs = Math.min(...batch.map(({ sinceMs }) => sinceMs));
          if (isClosed || clock.nowMs() - oldestMs >= GIVE_UP_MS) {
            if (attempt.last) unknown.push(attempt.last);
            return batch.forEach(({ failed }) => failed(error));
          }
          await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
        } else if (batch.length > 1) {
          const half = Math.ceil(batch.length / 2);
          await settle(batch.slice(0, half), ids);
          return settle(batch.slice(half), ids);
        } else {
          log.error({ err: error, kinds: batch[0]?.group.map(({ kind }) => kind) }, 'transfer cannot be written');
          return batch.forEach(({ failed }) => failed(error));
        }
      }
    }
  };

  const takeBatch = (): Waiting[] => {
    let [count, transfers] = [0, 0];
    while (count < waiting.length && (count === 0 || transfers + (waiting[count]?.group.length ?? 0) <= batchMax)) transfers += waiting[count++]?.group.length ?? 0;
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return batch;
  };

  const run = async (): Promise<void> => {
    // What arrived in the same turn of the event loop goes together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      if (unknown.length > 0) await recall().catch(() => {}); // still away: the batch finds out for itself
      const batch = takeBatch();
      sizes.observe(batch.length);
      // The same ids whenever it is tried again, in the order in which they came.
      await settle(batch, new Map(batch.flatMap(({ group }) => group.map(({ key }) => [key, nextId()]))));
      if (waiting.length === 0) answerEarlier();
    }
    running = null;
  };

  return {
    post(group: readonly Transfer[]): Promise<readonly Posted[]> {
      for (const transfer of group) checkShape(transfer);
      if (isClosed) return Promise.reject(new AppError('draining'));
      if (waiting.length >= WAITING_MAX) return Promise.reject(new AppError('busy', 'too many transfers wait', { retryAfterMs: BUSY_RETRY_MS }));
      return new Promise((done, failed) => {
        waiting.push({ group, sinceMs: clock.nowMs(), done, failed });
        running ??= run();
      });
    },
    async restore(): Promise<void> {
      nextId = createOrderedIds(clock, await store.lastId()) as () => TransferId;
    },
    onCommitted: (listener: (changed: ReadonlyMap<AccountId, number>) => void): void => void listeners.push(listener),
    /** What was taken is settled; nothing more is. */
    async close(): Promise<void> {
      isClosed = true;
      await running;
    },
  };
};
