// Buying with Stripe: what we ask of it, and its words about what happened, which come signed, more than once, and in any order.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCloser } from '../../server/lib/closer.ts';
import type { TopUpView } from '../../shared/wallet-routes.ts';
import { register } from '../support/client.ts';
import type { Client, Person } from '../support/client.ts';
import { balanceOf } from '../support/coins.ts';
import { eventOf, startFakeStripe, tell, WEBHOOK_SECRET } from '../support/fake-stripe.ts';
import type { FakeStripe } from '../support/fake-stripe.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { expectUnharmed } from '../support/unharmed.ts';

const closer = createCloser();
let stripe: FakeStripe;
let server: TestServer;
let operator: Person;
beforeAll(async () => {
  stripe = await startFakeStripe();
  closer.add('stripe', stripe.close);
  server = await startServer({ env: { STRIPE_SECRET_KEY: 'sk_test_of_the_tests', STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET, STRIPE_API: stripe.url, OPERATORS: 'olga', LOG_LEVEL: 'info' } });
  closer.add('server', async () => void (await server.stop()));
  operator = await register(server, 'olga');
});
afterAll(() => closer.close());

const refused = (code: string) => expect.objectContaining({ code }) as Error;

const begin = async () => {
  const person = await register(server);
  const { topUp, payUrl } = await person.client.call('topup.start', { body: { key: randomUUID(), packageId: 'coins-550' } });
  return { client: person.client, topUp, payUrl, paymentRef: `pi_${topUp.topUpId}` };
};
const sessionOf = (topUp: TopUpView, more: Record<string, unknown> = {}) => ({
  id: 'cs', object: 'checkout.session', client_reference_id: topUp.topUpId, payment_intent: `pi_${topUp.topUpId}`, payment_status: 'paid', amount_total: 499, currency: 'usd', ...more,
});
const paid = (topUp: TopUpView, more: Record<string, unknown> = {}): string => eventOf('checkout.session.completed', sessionOf(topUp, more));
const refundOf = (paymentRef: string): string => eventOf('charge.refunded', { object: 'charge', payment_intent: paymentRef, amount: 499, amount_refunded: 499 });
const stateOf = async (client: Client, { topUpId }: TopUpView): Promise<string> => (await client.call('topup.show', { path: { topUpId } })).state;
const statusOf = async (telling: Promise<Response>): Promise<number> => (await telling).status;

test('[L3] the browser is sent to pay what the package costs; the coins come with the signed word, once, however often it is said', async () => {
  const { client, topUp, payUrl } = await begin();
  expect(payUrl).toMatch(/^https:\/\/checkout\.stripe\.test\//);
  const { form, idempotencyKey } = stripe.asked.find((one) => one.form.get('client_reference_id') === topUp.topUpId) ?? { form: new URLSearchParams(), idempotencyKey: '' };
  expect([form.get('line_items[0][price_data][unit_amount]'), form.get('line_items[0][price_data][currency]'), form.get('mode')]).toEqual(['499', 'usd', 'payment']);
  expect(form.get('success_url')).toBe(`${server.url}/topup/${topUp.topUpId}`);
  expect(idempotencyKey).toContain(topUp.topUpId);
  expect([await stateOf(client, topUp), await balanceOf(client)]).toEqual(['open', 0]);
  const word = paid(topUp);
  expect(await Promise.all([word, word, paid(topUp)].map((one) => statusOf(tell(server, one))))).toEqual([200, 200, 200]);
  expect(await statusOf(tell(server, word))).toBe(200);
  expect([await stateOf(client, topUp), await balanceOf(client)]).toEqual(['paid', 550]);
});

test('what Stripe has not signed, or signed long ago, or what is not its words, changes nothing', async () => {
  const { client, topUp } = await begin();
  const word = paid(topUp);
  expect(await statusOf(tell(server, word, { secret: 'whsec_of_somebody' }))).toBe(403);
  expect(await statusOf(tell(server, word, { timestamp: Math.floor(Date.now() / 1000) - 3_600 }))).toBe(403);
  expect(await statusOf(fetch(`${server.url}/api/payments/stripe`, { method: 'POST', body: word }))).toBe(403);
  expect(await statusOf(tell(server, 'no json'))).toBe(403);
  expect(await statusOf(tell(server, 'x'.repeat(300_000)))).toBe(413);
  expect([await stateOf(client, topUp), await balanceOf(client)]).toEqual(['open', 0]);
  await expectUnharmed(server);
});

test('another amount or currency than was asked for is not credited', async () => {
  const { client, topUp } = await begin();
  for (const wrong of [{ amount_total: 1 }, { currency: 'jpy' }]) expect(await statusOf(tell(server, paid(topUp, wrong)))).toBe(402);
  expect(await statusOf(tell(server, paid({ ...topUp, topUpId: 'nobody' as TopUpView['topUpId'] })))).toBe(404);
  expect([await stateOf(client, topUp), await balanceOf(client)]).toEqual(['open', 0]);
});

test('a bank that takes its time: nothing at first, then coins, or none', async () => {
  const [one, other] = [await begin(), await begin()];
  for (const { topUp } of [one, other]) expect(await statusOf(tell(server, paid(topUp, { payment_status: 'unpaid' })))).toBe(200);
  expect(await balanceOf(one.client)).toBe(0);
  await tell(server, eventOf('checkout.session.async_payment_succeeded', sessionOf(one.topUp)));
  await tell(server, eventOf('checkout.session.async_payment_failed', sessionOf(other.topUp, { payment_status: 'unpaid' })));
  expect([await balanceOf(one.client), await stateOf(one.client, one.topUp)]).toEqual([550, 'paid']);
  expect([await balanceOf(other.client), await stateOf(other.client, other.topUp)]).toEqual([0, 'failed']);
  // Late, and of no weight any more.
  await tell(server, eventOf('checkout.session.expired', sessionOf(one.topUp)));
  expect(await stateOf(one.client, one.topUp)).toBe('paid');
});

test('a refund whose word overtakes that of the payment is put off until it can be true', async () => {
  const { client, topUp, paymentRef } = await begin();
  const refund = refundOf(paymentRef);
  expect(await statusOf(tell(server, refund))).toBe(404); // Stripe says it again later
  await tell(server, paid(topUp));
  expect(await balanceOf(client)).toBe(550);
  expect(await statusOf(tell(server, refund))).toBe(200);
  expect(await statusOf(tell(server, refund))).toBe(200);
  expect([await stateOf(client, topUp), await balanceOf(client)]).toEqual(['refunded', 0]);
  await tell(server, paid(topUp));
  expect(await balanceOf(client)).toBe(0);
});

test('[L4] a charge-back freezes the wallet and takes its coins; a dispute that is won gives them back', async () => {
  const { client, topUp, paymentRef } = await begin();
  await tell(server, paid(topUp));
  await tell(server, eventOf('charge.dispute.created', { object: 'dispute', payment_intent: paymentRef, status: 'needs_response' }));
  expect(await client.call('wallet.show')).toMatchObject({ balance: 0, isFrozen: true });
  expect(await stateOf(client, topUp)).toBe('charged_back');
  await tell(server, eventOf('charge.dispute.closed', { object: 'dispute', payment_intent: paymentRef, status: 'lost' }));
  expect(await client.call('wallet.show')).toMatchObject({ balance: 0, isFrozen: true });
  await tell(server, eventOf('charge.dispute.closed', { object: 'dispute', payment_intent: paymentRef, status: 'won' }));
  expect(await client.call('wallet.show')).toMatchObject({ balance: 550, isFrozen: false });
  expect(await stateOf(client, topUp)).toBe('paid');
});

test('that a dispute was won counts also when it is said before the dispute itself', async () => {
  const { client, topUp, paymentRef } = await begin();
  await tell(server, paid(topUp));
  const won = eventOf('charge.dispute.closed', { object: 'dispute', payment_intent: paymentRef, status: 'won' });
  expect(await statusOf(tell(server, won))).toBe(404); // put off
  await tell(server, eventOf('charge.dispute.created', { object: 'dispute', payment_intent: paymentRef, status: 'needs_response' }));
  expect(await balanceOf(client)).toBe(0);
  expect(await statusOf(tell(server, won))).toBe(200);
  expect(await statusOf(tell(server, eventOf('charge.dispute.closed', { object: 'dispute', payment_intent: paymentRef, status: 'won' })))).toBe(200);
  expect(await client.call('wallet.show')).toMatchObject({ balance: 550, isFrozen: false });
});

test('an operator’s refund asks Stripe to give the money back, and its word about that takes nothing twice', async () => {
  const { client, topUp, paymentRef } = await begin();
  await tell(server, paid(topUp));
  await operator.client.call('operator.refund', { path: { topUpId: topUp.topUpId }, body: { note: '' } });
  expect(stripe.asked.find(({ path, form }) => path === '/v1/refunds' && form.get('payment_intent') === paymentRef)?.idempotencyKey).toContain(topUp.topUpId);
  expect(await statusOf(tell(server, refundOf(paymentRef)))).toBe(200);
  const { lines } = await client.call('wallet.statement');
  expect(lines.map(({ kind, coins, balance }) => [kind, coins, balance])).toEqual([['refund', -550, 0], ['top_up', 550, 550]]);
});

test('a provider that refuses is said in our words, and the same key tries again; there is no sandbox beside it', async () => {
  const { client } = await register(server);
  const body = { key: randomUUID(), packageId: 'coins-100' };
  stripe.isDown = true;
  await expect(client.call('topup.start', { body })).rejects.toEqual(refused('payment_failed'));
  stripe.isDown = false;
  const { topUp } = await client.call('topup.start', { body });
  await expect(client.call('topup.sandbox', { path: { topUpId: topUp.topUpId }, body: { outcome: 'pay' } })).rejects.toEqual(refused('not_found'));
  expect(await client.call('wallet.show')).toMatchObject({ provider: 'stripe', balance: 0 });
  expect(server.output()).not.toMatch(/canary of the provider|sk_test|whsec/);
});
