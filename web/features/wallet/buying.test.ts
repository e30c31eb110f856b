import { expect, test } from 'vitest';
import type { TopUpId } from '../../../shared/ids.ts';
import { ApiError } from '../../live/http.ts';
import { Buying, type BuyingDeps } from './buying.svelte.ts';
import { offersOf } from './packages.ts';

const begun = (packageId: string) => ({
  topUp: { topUpId: packageId as TopUpId, coins: 100, price: 99, currency: 'USD', provider: 'sandbox' as const, state: 'open' as const, startedAtMs: 0 },
  payUrl: `/topup/${packageId}`,
});

test('the best package is the one with the most coins for the money, and the others say how far they are from the dearest', () => {
  const offers = offersOf([{ packageId: 'b', coins: 550, price: 499 }, { packageId: 'a', coins: 100, price: 99 }, { packageId: 'c', coins: 6_500, price: 4_999 }]);
  expect(offers.map(({ packageId, bonusPercent, isBest }) => [packageId, bonusPercent, isBest])).toEqual([['a', 0, false], ['b', 9, false], ['c', 28, true]]);
});

test('nothing is called best where all are equal or there is nothing to choose', () => {
  const isBest = (packages: Parameters<typeof offersOf>[0]): boolean => offersOf(packages).some((offer) => offer.isBest);
  expect(isBest([{ packageId: 'a', coins: 100, price: 100 }, { packageId: 'b', coins: 200, price: 200 }])).toBe(false);
  expect(isBest([{ packageId: 'a', coins: 100, price: 100 }])).toBe(false);
});

test('a package that failed is tried again under the same key, and a bought one gets a new key', async () => {
  const keys: string[] = [];
  const went: string[] = [];
  let isDown = true;
  const start: BuyingDeps['start'] = ({ key, packageId }) => {
    keys.push(key);
    return isDown ? Promise.reject(new ApiError('unreachable', 'away')) : Promise.resolve(begun(packageId));
  };
  const buying = new Buying({ start, goTo: (url) => void went.push(url) });
  await buying.buy('a');
  expect(buying.submission.code).toBe('unreachable');
  expect(buying.packageId).toBeNull();
  isDown = false;
  await buying.buy('a');
  await buying.buy('a');
  expect(went).toEqual(['/topup/a', '/topup/a']);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

test('two quick taps begin one top-up', async () => {
  let started = 0;
  const buying = new Buying({ start: async ({ packageId }) => ((started += 1), begun(packageId)), goTo: () => {} });
  await Promise.all([buying.buy('a'), buying.buy('b')]);
  expect(started).toBe(1);
});
