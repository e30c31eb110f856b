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
  /** Once for each key: what was posted before with another sum was posted all the same. */
  const once = async (transfer: Transfer): Promise<void> => {
    await ledger.post(transfer).catch((error: unknown) => {
      if (codeOf(error) !== 'key_reused') throw error;
    });
  };
  const owes = async (userId: UserId): Promise<boolean> => ((await ledger.balances([debtOf(userId)])).get(debtOf(userId))?.balance ?? 0) < 0;

  /** As much of what is owed as the wallet has, at most so many coins. */
  const payDebt = async (userId: UserId, key: string, kind: Transfer['kind'], coinsMax: number): Promise<void> => {
    for (let turn = 1; ; turn += 1) {
      const balances = await ledger.balances([walletOf(userId), debtOf(userId)]);
      const amount = Math.min(balances.get(walletOf(userId))?.balance ?? 0, -(balances.get(debtOf(userId))?.balance ?? 0), coinsMax);
      if (amount <= 0) return;
      try {
        return await once({ kind, key, fingerprint: 'debt', debit: walletOf(userId), credit: debtOf(userId), amount, mayUseFrozen: true });
      } catch (error) {
        if (codeOf(error) !== 'insufficient_coins' || turn === TRIES_MAX) throw error;
      }
    }
  };

  const isPosted = async ({ userId, coins }: Part, key: string): Promise<boolean> => (await ledger.find({ key, fingerprint: `${userId}/${coins}` })) !== null;
  /** From 1: a dispute that was won may be followed by another one, or by a refund. Each turn's coins go once and come back once. */
  const keyIn = (what: 'back' | 'won', { topUpId }: Part, turn: number): string => `${what}/${topUpId}${turn === 1 ? '' : `/${turn}`}`;
  /** The first whose coins have not come back. */
  const turnOf = async (part: Part): Promise<number> => {
    let turn = 1;
    while (await isPosted(part, keyIn('won', part, turn))) turn += 1;
    return turn;
  };
  const giveAs = async (kind: 'top_up' | 'correction', key: string, { userId, coins }: Part): Promise<void> => {
    await once({ kind, key, fingerprint: `${userId}/${coins}`, debit: 'issued', credit: walletOf(userId), amount: coins });
    await payDebt(userId, `${key}/debt`, 'correction', coins);
  };

  return {
    give: (part: Part): Promise<void> => giveAs('top_up', `topup/${part.topUpId}`, part),
    /** What was taken back comes again; if it has come already, only what was left undone is done. */
    async giveAgain(part: Part): Promise<void> {
      const turn = await turnOf(part);
      const taken = (await isPosted(part, keyIn('back', part, turn))) ? turn : turn - 1;
      if (taken > 0) await giveAs('correction', keyIn('won', part, taken), part);
    },
    wasGivenAgain: (part: Part): Promise<boolean> => isPosted(part, keyIn('won', part, 1)),
    /** All of it becomes a debt, and the wallet pays what it can. True: something is still owed. */
    async takeBack(part: Part, kind: 'refund' | 'charge_back'): Promise<boolean> {
      const { userId, coins } = part;
      const key = keyIn('back', part, await turnOf(part));
      await once({ kind, key, fingerprint: `${userId}/${coins}`, debit: debtOf(userId), credit: 'issued', amount: coins, mayUseFrozen: true });
      await payDebt(userId, `${key}/paid`, kind, coins);
      return owes(userId);
    },
    owes,
  };
};

export type Credit = ReturnType<typeof createCredit>;
