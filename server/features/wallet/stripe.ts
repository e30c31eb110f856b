// Stripe as a payment provider: Checkout for paying, signed webhooks for its word. The only place that knows the package, and the
// secrets; neither leaves it. The amount is told to Stripe by us, and checked again when it comes back.

import Stripe from 'stripe';
import type { TopUpId } from '../../../shared/ids.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Log } from '../../lib/log.ts';
import type { Provider, Word } from './provider.ts';

export type StripeSettings = {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Where people reach us, without a slash at the end. */
  readonly publicUrl: () => string;
  /** Another place than Stripe's own; in tests. */
  readonly api?: { readonly host: string; readonly port: number; readonly protocol: 'http' | 'https' };
};

const TIMEOUT_MS = 8_000; // shorter than a route may take
const RETRIES = 1;

const refOf = (ref: string | { readonly id: string } | null | undefined): string | null => (typeof ref === 'string' ? ref : (ref?.id ?? null));

/** What an event means to us; null: nothing. */
export const wordOf = (event: Stripe.Event): Word | null => {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded': {
      const session = event.data.object;
      if (session.payment_status !== 'paid' || session.client_reference_id === null) return null; // the bank has not decided yet
      return {
        is: 'paid', topUpId: session.client_reference_id as TopUpId, paymentRef: refOf(session.payment_intent),
        amount: session.amount_total ?? 0, currency: (session.currency ?? '').toUpperCase(),
      };
    }
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired': {
      const id = event.data.object.client_reference_id;
      return id === null ? null : { is: 'failed', topUpId: id as TopUpId };
    }
    case 'charge.refunded': {
      const charge = event.data.object;
      const paymentRef = refOf(charge.payment_intent);
      return paymentRef !== null && charge.amount_refunded >= charge.amount ? { is: 'refunded', paymentRef } : null;
    }
    case 'charge.dispute.created': {
      const paymentRef = refOf(event.data.object.payment_intent);
      return paymentRef === null ? null : { is: 'charged_back', paymentRef };
    }
    case 'charge.dispute.closed': {
      const paymentRef = refOf(event.data.object.payment_intent);
      return paymentRef !== null && event.data.object.status === 'won' ? { is: 'dispute_won', paymentRef } : null;
    }
    default:
      return null;
  }
};

export const createStripe = (settings: StripeSettings, log: Log) => {
  const stripe = new Stripe(settings.secretKey, {
    timeout: TIMEOUT_MS, maxNetworkRetries: RETRIES, telemetry: false,
    ...(settings.api ?? {}),
  });
  /** Stripe's own words may hold more than people should see. */
  const asking = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const { type, code } = error as { type?: string; code?: string };
      log.error({ type, code }, 'stripe refused');
      throw new AppError('payment_failed', 'the payment provider does not answer as it should');
    }
  };
  const provider: Provider = {
    name: 'stripe',
    async begin({ topUpId, coins, price, currency }) {
      const back = `${settings.publicUrl()}/topup/${topUpId}`;
      const session = await asking(stripe.checkout.sessions.create(
        {
          mode: 'payment', client_reference_id: topUpId, success_url: back, cancel_url: back,
          line_items: [{ quantity: 1, price_data: { currency: currency.toLowerCase(), unit_amount: price, product_data: { name: `${coins} coins` } } }],
        },
        { idempotencyKey: `topup-${topUpId}` },
      ));
      if (!session.url) throw new AppError('payment_failed', 'no address to pay at');
      return { payUrl: session.url, sessionRef: session.id };
    },
    async giveBack({ topUpId, paymentRef }) {
      if (paymentRef === null) throw new AppError('payment_failed', 'no payment to give back');
      await asking(stripe.refunds.create({ payment_intent: paymentRef }, { idempotencyKey: `refund-${topUpId}` }));
    },
  };
  return {
    provider,
    /** Throws `permission_denied` for what Stripe has not signed, or signed too long ago. */
    read(body: Buffer, signature: string): { readonly id: string; readonly kind: string; readonly word: Word | null } {
      let event: Stripe.Event;
      try {
        event = stripe.webhooks.constructEvent(body, signature, settings.webhookSecret);
      } catch {
        throw new AppError('permission_denied', 'not signed by the payment provider');
      }
      return { id: event.id, kind: event.type, word: wordOf(event) };
    },
  };
};

export type StripeProvider = ReturnType<typeof createStripe>;
