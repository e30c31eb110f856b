// THE MONEY: coins move between accounts in transfers that are judged in the order in which they came, committed many at a time,
// and answered only after the commit. Knows no feature; what a transfer was for is written in the same transaction by a recorder.
// Invariants: the sum over all accounts is zero; no wallet is below zero; one key is one transfer, for ever.

import { AppError } from '../lib/app-error.ts';
import type { AccountId } from './accounts.ts';
import { createPipeline } from './pipeline.ts';
import type { PipelineDeps } from './pipeline.ts';
import type { Posted, Transfer } from './transfer.ts';

export type Ledger = {
  /**
   * Throws `insufficient_coins`, `wallet_frozen`, `key_reused`, `busy` (too much waits), or `database_unavailable`: then it is not
   * known whether it happened, and the same key again tells.
   */
  post(transfer: Transfer): Promise<Posted>;
  /** All of them or none. */
  postTogether(transfers: readonly Transfer[]): Promise<readonly Posted[]>;
  /** What was posted under this key; null: nothing yet. Throws `key_reused`, `database_unavailable`. */
  find(transfer: Pick<Transfer, 'key' | 'fingerprint'>): Promise<Posted | null>;
  /** 0 for one that has never moved anything. */
  balances(ids: readonly AccountId[]): Promise<ReadonlyMap<AccountId, { readonly balance: number; readonly isFrozen: boolean }>>;
  setFrozen(id: AccountId, isFrozen: boolean): Promise<void>;
  /** Before the first transfer of this process: the order of the ledger holds over restarts, whatever the clock says. Throws `database_unavailable`. */
  restore(): Promise<void>;
  /** Told after each commit, before those who posted are answered. */
  onCommitted(listener: (changed: ReadonlyMap<AccountId, number>) => void): void;
  close(): Promise<void>;
};

export const createLedger = (deps: PipelineDeps): Ledger => {
  const pipeline = createPipeline(deps);
  return {
    post: async (transfer) => {
      const [posted] = await pipeline.post([transfer]);
      if (!posted) throw new Error('a transfer without an outcome');
      return posted;
    },
    postTogether: (transfers) => pipeline.post(transfers),
    async find({ key, fingerprint }) {
      const known = await deps.store.find(key);
      if (!known) return null;
      if (known.fingerprint !== fingerprint) throw new AppError('key_reused');
      const { transferId, atMs, debitAfter, creditAfter } = known;
      return { transferId, atMs, isNew: false, debitAfter, creditAfter, recorded: null };
    },
    balances: (ids) => deps.store.balances(ids),
    setFrozen: (id, isFrozen) => deps.store.setFrozen(id, isFrozen),
    restore: pipeline.restore,
    onCommitted: pipeline.onCommitted,
    close: pipeline.close,
  };
};
