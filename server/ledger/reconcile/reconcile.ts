// Proves that the money is right, from the tables alone: `npm run reconcile`. Says which row is off.

import type { CheckName } from '../../../shared/operator-routes.ts';
import { createChecks } from './store.ts';
import type { ReconcileDatabase } from './store.ts';

export type Reconciled = {
  /** For whoever reads it at a terminal. */
  readonly lines: readonly string[];
  readonly faults: readonly string[];
  /** The same as numbers: what was asked, and how many rows are off. */
  readonly checks: readonly { readonly name: CheckName; readonly faults: number }[];
};

export const reconcile = async (database: ReconcileDatabase): Promise<Reconciled> => {
  const lines: string[] = [];
  const faults: string[] = [];
  const checks: { name: CheckName; faults: number }[] = [];
  for (const { name, claim, find } of createChecks(database)) {
    const found = await find();
    lines.push(`${found.length === 0 ? 'ok     ' : 'WRONG  '}${claim}`, ...found.map((words) => `       ${words}`));
    faults.push(...found);
    checks.push({ name, faults: found.length });
  }
  return { lines, faults, checks };
};
