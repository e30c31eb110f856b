// What becomes of each transfer of a batch, in the order in which they came. Pure: balances in, verdicts and new balances out.
// Invariant: what is accepted leaves no account below zero but those that may be.

import { AppError } from '../lib/app-error.ts';
import { isDebt, mayBeOverdrawn } from './accounts.ts';
import type { AccountId } from './accounts.ts';
import type { Posted, Transfer } from './transfer.ts';

export type Balance = { balance: number; readonly isFrozen: boolean };
/** A transfer that is in the database already. */
export type Known = { readonly fingerprint: string } & Pick<Posted, 'transferId' | 'atMs' | 'debitAfter' | 'creditAfter'>;

export type Accepted = {
  readonly transfer: Transfer;
  readonly debitAfter: number;
  readonly creditAfter: number;
  readonly feeAfter: number | null;
};
/** Of transfers that go together or not at all. */
export type Verdict =
  | { readonly is: 'accepted'; readonly accepted: readonly Accepted[] }
  | { readonly is: 'known'; readonly known: readonly Known[] }
  /** The same, but earlier in this very batch: its outcome is that of the group with this number. */
  | { readonly is: 'repeated'; readonly of: number }
  | { readonly is: 'refused'; readonly error: AppError };

const NOTHING: Balance = { balance: 0, isFrozen: false };

const samePrints = (group: readonly Transfer[], others: readonly { readonly fingerprint: string }[]): boolean =>
  group.length === others.length && group.every(({ fingerprint }, at) => fingerprint === others[at]?.fingerprint);

/** Changes `balances` to what they are afterwards. */
export const judgeBatch = (groups: readonly (readonly Transfer[])[], balances: Map<AccountId, Balance>, known: ReadonlyMap<string, Known>): Verdict[] => {
  const seen = new Map<string, number>();
  const verdicts: Verdict[] = [];
  const balanceOf = (id: AccountId): Balance => balances.get(id) ?? NOTHING;

  const apply = (group: readonly Transfer[]): Verdict => {
    const before = new Map(group.flatMap(({ debit, credit }) => [debit, credit, 'revenue' as const]).map((id) => [id, balanceOf(id).balance] as const));
    const move = (id: AccountId, coins: number): number => {
      const balance = balanceOf(id).balance + coins;
      balances.set(id, { ...balanceOf(id), balance });
      return balance;
    };
    const accepted: Accepted[] = [];
    for (const transfer of group) {
      const { debit, credit, amount, fee = 0 } = transfer;
      const from = balanceOf(debit);
      const isShort = from.balance < amount && !mayBeOverdrawn(debit);
      // Nobody pays more than they owe, though two top-ups want to pay the same debt.
      const isTooMuch = isDebt(credit) && balanceOf(credit).balance + amount > 0;
      const code = from.isFrozen && !transfer.mayUseFrozen ? 'wallet_frozen' : isShort || isTooMuch ? 'insufficient_coins' : null;
      if (code !== null) {
        for (const [id, balance] of before) if (balances.has(id)) balances.set(id, { ...balanceOf(id), balance });
        return { is: 'refused', error: new AppError(code) };
      }
      accepted.push({ transfer, debitAfter: move(debit, -amount), creditAfter: move(credit, amount - fee), feeAfter: fee > 0 ? move('revenue', fee) : null });
    }
    return { is: 'accepted', accepted };
  };

  const judge = (group: readonly Transfer[]): Verdict => {
    const found = group.flatMap(({ key }) => known.get(key) ?? []);
    if (found.length > 0) return samePrints(group, found) ? { is: 'known', known: found } : { is: 'refused', error: new AppError('key_reused') };
    const at = group.map(({ key }) => seen.get(key)).find((number) => number !== undefined);
    if (at === undefined) return apply(group);
    return samePrints(group, groups[at] ?? []) ? { is: 'repeated', of: at } : { is: 'refused', error: new AppError('key_reused') };
  };

  groups.forEach((group, at) => {
    const verdict = judge(group);
    verdicts.push(verdict);
    // What was refused may be tried again under its key.
    if (verdict.is === 'accepted') for (const { key } of group) seen.set(key, at);
  });
  return verdicts;
};
