// What is asked of the ledger and what comes of it: types only.

import type { TransferId } from '../../shared/ids.ts';
import type { TransferKind } from '../../shared/wallet-routes.ts';
import type { Statements } from '../db/client.ts';
import type { AccountId } from './accounts.ts';

/** The transaction of a batch, for recorders. */
export type Tx = Statements;

export type Transfer = {
  readonly kind: TransferKind;
  /** Unique among all transfers ever, so it begins with whose key it is: `gift/<user>/<key>`. */
  readonly key: string;
  /** What the key stands for: all that makes the transfer another one if it differs. */
  readonly fingerprint: string;
  readonly debit: AccountId;
  readonly credit: AccountId;
  /** Whole coins, above zero. */
  readonly amount: number;
  /** Of the amount: goes to `revenue` and not to the credit side. */
  readonly fee?: number;
  readonly reverses?: TransferId;
  /** A frozen wallet gives nothing, except for what an operator or a provider takes. */
  readonly mayUseFrozen?: boolean;
  /** The row that goes with it: taken to the recorder of that name, in this transaction. */
  readonly record?: { readonly by: string; readonly about: unknown };
};

export type Posted = {
  readonly transferId: TransferId;
  readonly atMs: number;
  /** False: this key was posted before, and this is what became of it then. */
  readonly isNew: boolean;
  /** Balances after it. */
  readonly debitAfter: number;
  readonly creditAfter: number;
  /** What its recorder made of it; null for a key that was posted before. */
  readonly recorded: unknown;
};

/**
 * Writes the rows that go with transfers. `compose` sees the accepted ones of a batch in their order and gives a row for each;
 * it is asked again if the batch is tried again, so it must not take anything for done before `kept`.
 */
export type Recorder = {
  readonly compose: (accepted: readonly { readonly transferId: TransferId; readonly atMs: number; readonly about: unknown }[]) => readonly unknown[];
  /** Within the batch's transaction. */
  readonly write: (tx: Tx, rows: readonly unknown[]) => Promise<void>;
  /** The rows are there for good: what the next `compose` builds on. In the order of the commits, as is `committed`. */
  readonly kept?: (rows: readonly unknown[]) => void;
  /** The same, for telling people: before anybody is answered, perhaps while the next batch is being written. */
  readonly committed?: (rows: readonly unknown[]) => void;
};
