// Stripe as our server meets it: an API that begins payments and gives money back, and signed words about them.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Stripe from 'stripe';

export const WEBHOOK_SECRET = 'whsec_of_the_tests';

export type Asked = { readonly path: string; readonly form: URLSearchParams; readonly idempotencyKey: string };

export type FakeStripe = {
  /** For STRIPE_API. */
  readonly url: string;
  /** What our server asked for, oldest first. */
  readonly asked: Asked[];
  /** From now on every request fails. */
  isDown: boolean;
  close(): void;
};

export const startFakeStripe = async (): Promise<FakeStripe> => {
  const asked: Asked[] = [];
  let sessions = 0;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const idempotencyKey = String(request.headers['idempotency-key'] ?? '');
      asked.push({ path: request.url ?? '', form: new URLSearchParams(body), idempotencyKey });
      response.setHeader('content-type', 'application/json');
      if (fake.isDown) return response.writeHead(402).end(JSON.stringify({ error: { type: 'card_error', message: 'canary of the provider' } }));
      sessions += 1;
      if (request.url === '/v1/checkout/sessions') return response.end(JSON.stringify({ id: `cs_${sessions}`, object: 'checkout.session', url: `https://checkout.stripe.test/${sessions}` }));
      return response.end(JSON.stringify({ id: `re_${sessions}`, object: 'refund' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeStripe = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, isDown: false, close: () => void server.close() };
  return fake;
};

let events = 0;
export const eventOf = (type: string, object: Record<string, unknown>, id = `evt_${(events += 1)}`): string =>
  JSON.stringify({ id, object: 'event', type, api_version: '2026-01-01', created: 1, data: { object } });

type Signing = { readonly secret?: string; readonly timestamp?: number };

/** Posts an event as Stripe does: no cookie, no Origin, a signature. */
export const tell = (server: { readonly url: string }, payload: string, { secret = WEBHOOK_SECRET, ...when }: Signing = {}): Promise<Response> =>
  fetch(new URL('/api/payments/stripe', server.url), {
    method: 'POST', body: payload,
    headers: { 'content-type': 'application/json', 'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret, ...when }) },
  });
