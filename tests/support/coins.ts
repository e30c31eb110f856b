// Coins for the people of a test, bought as they would be: with the built-in sandbox.

import { randomUUID } from 'node:crypto';
import type { TopUpView } from '../../shared/wallet-routes.ts';
import type { Client } from './client.ts';

/** Packages of the default configuration, largest first. */
const PACKAGES = [6_500, 1_200, 550, 100];

export const buyPackage = async (client: Client, coins: number): Promise<TopUpView> => {
  const { topUp } = await client.call('topup.start', { body: { key: randomUUID(), packageId: `coins-${coins}` } });
  return client.call('topup.sandbox', { path: { topUpId: topUp.topUpId }, body: { outcome: 'pay' } });
};

/** At least so many. */
export const topUp = async (client: Client, coins: number): Promise<void> => {
  for (let left = coins; left > 0; ) {
    const size = PACKAGES.find((one) => one <= left) ?? 100;
    await buyPackage(client, size);
    left -= size;
  }
};

export const balanceOf = async (client: Client): Promise<number> => (await client.call('wallet.show')).balance;
