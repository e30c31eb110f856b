// Proves that the money is right, from the tables alone: `npm run reconcile`. Says which row is off.

import { createChecks } from './store.ts';
import type { ReconcileDatabase } from './store.ts';

export type Reconciled = {
  /** For whoever reads it at a terminal. */
  readonly lines: readonly string[];
  readonly faults: readonly string[];
};

export const reconcile = async (database: ReconcileDatabase): Promise<Reconciled> => {
  const lines: string[] = [];
  const faults: string[] = [];
  for (const { claim, find } of createChecks(database)) {
    const found = await find();
    lines.push(`${found.length === 0 ? 'ok     ' : 'WRONG  '}${claim}`, ...found.map((words) => `       ${words}`));
    faults.push(...found);
  }
  return { lines, faults };
};
