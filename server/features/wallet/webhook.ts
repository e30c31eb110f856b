// Where the payment provider tells what happened. Each event counts once; one that cannot be worked off now is answered with an
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
    if (word === null) {
      if (kind.startsWith('charge.')) deps.log.warn({ event: id, kind }, 'payment event without effect'); // a partial refund, a lost dispute
      return taken;
    }
    if (await deps.store.hasEvent(id)) return taken;
    try {
      await deps.topUps.heard(word);
    } catch (error) {
      // One about a payment that is not ours, or not known yet: it comes again.
      if (error instanceof AppError) deps.log.warn({ event: id, kind, code: error.code }, 'payment event put off');
      throw error;
    }
    // Only now: a server that died in the middle must do it again, and each step is done once anyhow.
    await deps.store.keepEvent(id, kind);
    return taken;
  },
});
