// Coins of top-ups on a real ledger: what is said twice happens once, whatever the wallet did in between.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TopUpId, UserId } from '../../../shared/ids.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { addChannel, addUsers } from '../../../tests/support/rows.ts';
import { debtOf } from '../../ledger/accounts.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { CHANNEL, gift, startLedger, topUp, wallet } from '../../ledger/testing.ts';
import { createCredit } from './credit.ts';

const database = useTestDatabase();
const ADA = 'ada' as UserId;
const part = (id: string, coins: number) => ({ topUpId: id as TopUpId, userId: ADA, coins });

let ledger: Ledger;
beforeEach(async () => {
  await addChannel(database(), { ownerId: 'owner', channelId: CHANNEL });
  await addUsers(database(), ['ada']);
  ledger = startLedger(database());
});
afterEach(() => ledger.close());

const sums = async (): Promise<number[]> => {
  const balances = await ledger.balances([wallet('ada'), debtOf(ADA)]);
  return [...balances.values()].map(({ balance }) => balance);
};

test('[L3] given once, however often and at the same time', async () => {
  const credit = createCredit({ ledger });
  await Promise.all([1, 2, 3, 4].map(() => credit.give(part('t', 500))));
  expect(await sums()).toEqual([500, 0]);
});

test('[L4] taken back once, though the wallet is another one when it is asked for again', async () => {
  const credit = createCredit({ ledger });
  await credit.give(part('t', 500));
  await ledger.post(gift('ada', '1', 450));
  expect(await credit.takeBack(part('t', 500), 'refund')).toBe(true);
  expect(await sums()).toEqual([0, -450]);
  await ledger.post(topUp('ada', 2_000));
  await credit.takeBack(part('t', 500), 'refund');
  expect(await sums()).toEqual([2_000, -450]);
});

test('[L4] the next coins pay the debt first, as far as they go', async () => {
  const credit = createCredit({ ledger });
  await credit.give(part('t', 500));
  await ledger.post(gift('ada', '1', 500));
  await credit.takeBack(part('t', 500), 'charge_back');
  await credit.give(part('u', 200));
  expect(await sums()).toEqual([0, -300]);
  // At the same time: together they pay what is owed, and no coin more.
  await Promise.all(['v', 'w'].map((id) => credit.give(part(id, 200))));
  expect([await sums(), await credit.owes(ADA)]).toEqual([[100, 0], false]);
});
