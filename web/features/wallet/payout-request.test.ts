import { expect, test } from 'vitest';
import type { PayoutId } from '../../../shared/ids.ts';
import type { PayoutView } from '../../../shared/wallet-routes.ts';
import { ApiError } from '../../live/http.ts';
import { amountOf, coinsFault, PayoutRequest } from './payout-request.svelte.ts';

const TERMS = { available: 5_000, payoutCoinsMin: 1_000 };
const ANSWER: PayoutView = {
  payoutId: 'p' as PayoutId, coins: 1_000, amount: 700, currency: 'USD', destination: 'here', state: 'requested', requestedAtMs: 0, decidedAtMs: null, note: '',
};

test.each([
  [Number.NaN, 'not_whole'], [1_000.5, 'not_whole'], [0, 'not_whole'], [-5, 'not_whole'],
  [999, 'too_few'], [1_000, null], [5_000, null], [5_001, 'too_many'],
])('%d coins: %s', (coins, fault) => {
  expect(coinsFault(coins, TERMS)).toBe(fault);
});

test('the amount is what the server counts: whole smallest units, rounded down', () => {
  expect(amountOf(1_001, { hundredCoins: 70 })).toBe(700);
  expect(amountOf(1_000, { hundredCoins: 70 })).toBe(700);
});

test('typed text is a number or none', () => {
  const request = new PayoutRequest(() => Promise.resolve(ANSWER));
  request.typedCoins = ' ';
  expect(request.coins).toBeNaN();
  request.typedCoins = '12a';
  expect(request.coins).toBeNaN();
  request.typedCoins = ' 1200 ';
  expect(request.coins).toBe(1_200);
});

test('sent again after a failure it is the same request; another sum or place is another one', async () => {
  const keys: string[] = [];
  let isDown = true;
  const request = new PayoutRequest(({ key }) => {
    keys.push(key);
    return isDown ? Promise.reject(new ApiError('unreachable', 'away')) : Promise.resolve(ANSWER);
  });
  request.typedCoins = '1000';
  request.destination = 'here';
  expect(await request.send()).toBe(false);
  expect(await request.send()).toBe(false);
  request.destination = 'there';
  isDown = false;
  expect(await request.send()).toBe(true);
  expect(await request.send()).toBe(true);
  expect(keys[1]).toBe(keys[0]);
  expect(new Set(keys).size).toBe(3);
});
