// What a payment provider is to us: a way to begin paying, a way to give money back, and its word about what happened, which comes
// when it likes, more than once, and in any order.

import type { TopUpId } from '../../../shared/ids.ts';

export type TopUp = { readonly topUpId: TopUpId; readonly coins: number; readonly price: number; readonly currency: string };

export type Begun = {
  /** Where the browser goes to pay. */
  readonly payUrl: string;
  /** The provider's own name for this payment, if it has one already. */
  readonly sessionRef: string | null;
};

/** What a provider says. `amount` and `currency`: what was really paid. */
export type Word =
  | { readonly is: 'paid'; readonly topUpId: TopUpId; readonly paymentRef: string | null; readonly amount: number; readonly currency: string }
  | { readonly is: 'failed'; readonly topUpId: TopUpId }
  | { readonly is: 'refunded' | 'charged_back' | 'dispute_won'; readonly paymentRef: string };

export type Provider = {
  readonly name: 'sandbox' | 'stripe';
  /** Throws `payment_failed`. */
  begin(topUp: TopUp): Promise<Begun>;
  /** Throws `payment_failed`. */
  giveBack(topUp: TopUp & { readonly paymentRef: string | null }): Promise<void>;
};

/** Moves no money: a page of ours where one says whether it shall work. */
export const createSandbox = (): Provider => ({
  name: 'sandbox',
  begin: async ({ topUpId }) => ({ payUrl: `/topup/${topUpId}`, sessionRef: null }),
  giveBack: async () => {},
});
