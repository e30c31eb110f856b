// Top-ups on a real ledger, with a provider that only remembers what it was asked: money and coins go the same way, each time.

import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RequestKey, TopUpId, UserId } from '../../../shared/ids.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { addChannel, addUsers } from '../../../tests/support/rows.ts';
import { debtOf } from '../../ledger/accounts.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { CHANNEL, gift, startLedger, wallet } from '../../ledger/testing.ts';
import { createSystemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import type { Provider } from './provider.ts';
import { createWalletStore } from './store.ts';
import type { WalletStore } from './store.ts';
import { createTopUps } from './top-ups.ts';
import type { TopUps } from './top-ups.ts';

const database = useTestDatabase();
const ADA = 'ada' as UserId;

let ledger: Ledger;
let store: WalletStore;
let topUps: TopUps;
let start: (kept: WalletStore) => TopUps;
let givenBack: TopUpId[];
beforeEach(async () => {
  await addChannel(database(), { ownerId: 'owner', channelId: CHANNEL });
  await addUsers(database(), ['ada']);
  ledger = startLedger(database());
  store = createWalletStore(database());
  givenBack = [];
  const provider: Provider = {
    name: 'stripe',
    begin: async ({ topUpId }) => ({ payUrl: `https://pay.test/${topUpId}`, sessionRef: null }),
    giveBack: async ({ topUpId }) => void givenBack.push(topUpId),
  };
  const packages = [{ packageId: 'coins-500', coins: 500, price: 499 }];
  start = (kept) => createTopUps({ clock: createSystemClock(), log: createLog({ level: 'silent' }), store: kept, ledger, provider, packages, currency: 'USD' });
  topUps = start(store);
});
afterEach(() => ledger.close());

const bought = async (): Promise<{ id: TopUpId; ref: string }> => {
  const { topUp } = await topUps.start(ADA, { key: randomUUID() as RequestKey, packageId: 'coins-500' });
  const ref = `pi_${topUp.topUpId}`;
  await topUps.heard({ is: 'paid', topUpId: topUp.topUpId, paymentRef: ref, amount: 499, currency: 'USD' });
  return { id: topUp.topUpId, ref };
};
const stateOf = async (id: TopUpId): Promise<string> => (await topUps.show(ADA, id)).state;
const adas = async () => {
  const balances = await ledger.balances([wallet('ada'), debtOf(ADA)]);
  return { coins: balances.get(wallet('ada'))?.balance, debt: balances.get(debtOf(ADA))?.balance, isFrozen: balances.get(wallet('ada'))?.isFrozen };
};

test('[L4] a refund after a dispute that was won takes the coins, as it gives the money back', async () => {
  const { id, ref } = await bought();
  await topUps.heard({ is: 'charged_back', paymentRef: ref });
  await topUps.heard({ is: 'dispute_won', paymentRef: ref });
  expect(await adas()).toEqual({ coins: 500, debt: 0, isFrozen: false });
  await topUps.refund(id, '');
  expect([givenBack, await stateOf(id)]).toEqual([[id], 'refunded']);
  expect(await adas()).toEqual({ coins: 0, debt: 0, isFrozen: false });
});

test('[L4] a payment may be disputed again after it was won: its coins go and come each time', async () => {
  const { id, ref } = await bought();
  for (let turn = 0; turn < 3; turn += 1) {
    await topUps.heard({ is: 'charged_back', paymentRef: ref });
    expect([await adas(), await stateOf(id)]).toEqual([{ coins: 0, debt: 0, isFrozen: true }, 'charged_back']);
    await topUps.heard({ is: 'dispute_won', paymentRef: ref });
    expect([await adas(), await stateOf(id)]).toEqual([{ coins: 500, debt: 0, isFrozen: false }, 'paid']);
  }
});

test('[L4] a server that died before it wrote the state down gives and takes nothing twice', async () => {
  const { id, ref } = await bought();
  await topUps.heard({ is: 'charged_back', paymentRef: ref });
  await store.setState(id, ['charged_back'], 'paid');
  await topUps.heard({ is: 'charged_back', paymentRef: ref });
  expect([await adas(), await stateOf(id)]).toEqual([{ coins: 0, debt: 0, isFrozen: true }, 'charged_back']);
  await topUps.heard({ is: 'dispute_won', paymentRef: ref });
  await store.setState(id, ['paid'], 'charged_back');
  await topUps.heard({ is: 'dispute_won', paymentRef: ref });
  expect([await adas(), await stateOf(id)]).toEqual([{ coins: 500, debt: 0, isFrozen: false }, 'paid']);
});

test('[L4] a server that died after the coins came back still pays the debt with them', async () => {
  const { id, ref } = await bought();
  await ledger.post(gift('ada', '1', 200));
  await topUps.heard({ is: 'charged_back', paymentRef: ref });
  await ledger.post({ kind: 'correction', key: `won/${id}`, fingerprint: `${ADA}/500`, debit: 'issued', credit: wallet('ada'), amount: 500 });
  await topUps.heard({ is: 'dispute_won', paymentRef: ref });
  expect([await adas(), await stateOf(id)]).toEqual([{ coins: 300, debt: 0, isFrozen: false }, 'paid']);
});

test('[L4] words said at the same time count once', async () => {
  const { id, ref } = await bought();
  await ledger.post(gift('ada', '1', 200));
  await Promise.all([1, 2, 3].map(() => topUps.heard({ is: 'charged_back', paymentRef: ref })));
  expect([await adas(), await stateOf(id)]).toEqual([{ coins: 0, debt: -200, isFrozen: true }, 'charged_back']);
  await Promise.all([1, 2, 3].map(() => topUps.heard({ is: 'dispute_won', paymentRef: ref })));
  expect([await adas(), await stateOf(id)]).toEqual([{ coins: 300, debt: 0, isFrozen: false }, 'paid']);
});

test('[L4] a payment that looks whether the wallet may be thawed while a charge-back comes leaves it frozen', async () => {
  const { ref } = await bought();
  let chargedBack: Promise<void> | null = null;
  const real = store;
  topUps = start({
    ...real,
    async hasChargeBack(userId) {
      const has = await real.hasChargeBack(userId);
      // The word comes between the look and what follows from it, and has all the time that it needs.
      chargedBack ??= topUps.heard({ is: 'charged_back', paymentRef: ref });
      for (let look = 0; look < 50; look += 1) await real.hasChargeBack(userId);
      return has;
    },
  });
  await bought();
  await Promise.resolve(chargedBack);
  expect(await adas()).toEqual({ coins: 500, debt: 0, isFrozen: true });
});
