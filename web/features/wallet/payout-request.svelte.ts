// Asking for a payout: what is typed, whether it can be asked, and the asking. Invariant: the same sum to the same place is one request,
// however often it is sent until it is answered.

import type { RequestKey } from '../../../shared/ids.ts';
import type { EarningsView, PayoutView } from '../../../shared/wallet-routes.ts';
import { newKey } from '../../live/request-key.ts';
import { Submission } from '../../submission.svelte.ts';

type Body = { readonly key: RequestKey; readonly coins: number; readonly destination: string };
export type CoinsFault = 'not_whole' | 'too_few' | 'too_many';

/** Why so many coins cannot be paid out; null: they can. */
export const coinsFault = (coins: number, { available, payoutCoinsMin }: Pick<EarningsView, 'available' | 'payoutCoinsMin'>): CoinsFault | null => {
  if (!Number.isSafeInteger(coins) || coins < 1) return 'not_whole';
  if (coins < payoutCoinsMin) return 'too_few';
  return coins > available ? 'too_many' : null;
};

/** In the currency's smallest unit, as the server counts it. */
export const amountOf = (coins: number, { hundredCoins }: Pick<EarningsView, 'hundredCoins'>): number => Math.floor((coins * hundredCoins) / 100);

export class PayoutRequest {
  readonly submission = new Submission();
  typedCoins = $state('');
  destination = $state('');
  readonly coins = $derived(this.typedCoins.trim() === '' ? Number.NaN : Number(this.typedCoins.trim()));
  readonly #send: (body: Body) => Promise<PayoutView>;
  #sent: Body | null = null;

  constructor(send: (body: Body) => Promise<PayoutView>) {
    this.#send = send;
  }

  /** True: it is asked for. */
  async send(): Promise<boolean> {
    const { coins } = this;
    const destination = this.destination.trim();
    const isSame = this.#sent?.coins === coins && this.#sent.destination === destination;
    const body = { key: isSame && this.#sent ? this.#sent.key : newKey(), coins, destination };
    this.#sent = body;
    const isDone = await this.submission.run(() => this.#send(body));
    if (isDone) this.#sent = null;
    return isDone;
  }
}
