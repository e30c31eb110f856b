// Where the payment provider tells what happened. Each event is taken once; one that cannot be worked off now is answered with an
// error, and the provider sends it again, for days if it must.

import type { Log } from '../../lib/log.ts';
import { AppError } from '../../lib/app-error.ts';
import type { WalletStore } from './store.ts';
import type { StripeProvider } from './stripe.ts';
import type { TopUps } from './top-ups.ts';

const BODY_BYTES_MAX = 256 * 1024;

type Request = { readonly body: Buffer; header(name: string): string };

export const stripeWebhook = (deps: { readonly store: WalletStore; readonly topUps: TopUps; readonly stripe: StripeProvider; readonly log: Log }) => ({
  method: 'POST' as const,
  path: '/api/payments/stripe',
  bodyBytesMax: BODY_BYTES_MAX,
  /** A server's request has no Origin; the signature is what counts. */
  isFromServers: true,
  async handle({ body, header }: Request) {
    const { id, kind, word } = deps.stripe.read(body, header('stripe-signature'));
    const taken = { status: 200, type: 'application/json', body: '{}' };
    if (word === null || !(await deps.store.takeEvent(id, kind))) return taken;
    try {
      await deps.topUps.heard(word);
    } catch (error) {
      // So that it counts when it comes again. One about a payment that is not ours, or not known yet, too.
      await deps.store.forgetEvent(id);
      if (!(error instanceof AppError)) throw error;
      deps.log.warn({ event: id, kind, code: error.code }, 'payment event put off');
      throw error;
    }
    return taken;
  },
});
