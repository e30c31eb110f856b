// Coins of top-ups: they come when the provider says so, and go again when the money does (rules L3, L4). Each step is a transfer with
// a key of its own, so that a word that comes twice, or a server that dies between two steps, does nothing twice.

import type { TopUpId, UserId } from '../../../shared/ids.ts';
import { debtOf, walletOf } from '../../ledger/accounts.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import { AppError } from '../../lib/app-error.ts';

type Part = { readonly topUpId: TopUpId; readonly userId: UserId; readonly coins: number };

/** Somebody else may move the same coins between looking and taking. */
const TRIES_MAX = 5;

const codeOf = (error: unknown): string | null => (error instanceof AppError ? error.code : null);

export const createCredit = ({ ledger }: { readonly ledger: Ledger }) => {
  /** Once for each key: posted before, with other sums, is posted all the same. */
  const once = async (transfers: readonly Transfer[]): Promise<void> => {
    await ledger.postTogether(transfers).catch((error: unknown) => {
      if (codeOf(error) !== 'key_reused') throw error;
    });
  };
  const balanceOf = async (id: ReturnType<typeof walletOf>): Promise<number> => (await ledger.balances([id])).get(id)?.balance ?? 0;

  /** As much of a debt as these coins can pay. */
  const payDebt = async (userId: UserId, key: string, coins: number): Promise<void> => {
    const owed = -(await balanceOf(debtOf(userId)));
    const amount = Math.min(owed, coins);
    if (amount > 0) await once([{ kind: 'correction', key, fingerprint: 'debt', debit: walletOf(userId), credit: debtOf(userId), amount, mayUseFrozen: true }]);
  };

  return {
    /** `why`: a part of the key, and the line in the statement. */
    async give({ topUpId, userId, coins }: Part, why: 'topup' | 'won'): Promise<void> {
      const key = `${why}/${topUpId}`;
      await once([{ kind: why === 'topup' ? 'top_up' : 'correction', key, fingerprint: `${userId}/${coins}`, debit: 'issued', credit: walletOf(userId), amount: coins }]);
      await payDebt(userId, `${key}/debt`, coins);
    },
    /** Takes what is there, and writes the rest down as a debt. True: there is a debt now. */
    async takeBack({ topUpId, userId, coins }: Part, kind: 'refund' | 'charge_back'): Promise<boolean> {
      const base = { kind, fingerprint: `${userId}/${coins}`, credit: 'issued', mayUseFrozen: true } as const;
      for (let turn = 0; turn < TRIES_MAX; turn += 1) {
        const there = Math.min(coins, Math.max(0, await balanceOf(walletOf(userId))));
        const fromWallet: Transfer[] = there > 0 ? [{ ...base, key: `back/${topUpId}`, debit: walletOf(userId), amount: there }] : [];
        const fromDebt: Transfer[] = coins > there ? [{ ...base, key: `back/${topUpId}/debt`, debit: debtOf(userId), amount: coins - there }] : [];
        try {
          await once([...fromWallet, ...fromDebt]);
          break;
        } catch (error) {
          if (codeOf(error) !== 'insufficient_coins' || turn === TRIES_MAX - 1) throw error;
        }
      }
      return (await balanceOf(debtOf(userId))) < 0;
    },
    owes: async (userId: UserId): Promise<boolean> => (await balanceOf(debtOf(userId))) < 0,
  };
};

export type Credit = ReturnType<typeof createCredit>;
