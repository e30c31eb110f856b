// What may be paid out, and when, on a real ledger. Time passes for the payouts alone: the ledger commits by the machine's clock.

import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RequestKey, UserId } from '../../../shared/ids.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { addChannel, addUsers } from '../../../tests/support/rows.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { CHANNEL, EARNINGS, gift, startLedger, topUp } from '../../ledger/testing.ts';
import { createSystemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createPayouts, payoutRecorders } from './payouts.ts';
import type { Payouts } from './payouts.ts';
import { createWalletStore } from './store.ts';

const DAY_MS = 86_400_000;
const OWNER = 'owner' as UserId;
const OPERATOR = 'olga' as UserId;
const database = useTestDatabase();

let ledger: Ledger;
let payouts: Payouts;
let passedMs: number;
beforeEach(async () => {
  await addChannel(database(), { ownerId: OWNER, channelId: CHANNEL });
  await addUsers(database(), ['ada', 'olga']);
  passedMs = 0;
  const system = createSystemClock();
  const clock = { ...system, nowMs: () => system.nowMs() + passedMs };
  const store = createWalletStore(database());
  ledger = startLedger(database(), { clock, recorders: payoutRecorders(store) });
  const terms = { currency: 'USD', platformSharePercent: 30, payoutCoinsMin: 100, payoutWaitDays: 7, payoutHundredCoins: 70 };
  payouts = createPayouts({ clock, log: createLog({ level: 'silent' }), store, ledger, terms });
  await ledger.post(topUp('ada', 10_000));
});
afterEach(() => ledger.close());

const shown = async () => {
  const { available, waiting, requested, paidOut } = await payouts.earnings(CHANNEL, OWNER);
  return { available, waiting, requested, paidOut };
};
const ask = (coins: number, key = randomUUID() as RequestKey) => payouts.request(CHANNEL, OWNER, { key, coins, destination: 'somewhere' });
const earnings = async (): Promise<number | undefined> => (await ledger.balances([EARNINGS])).get(EARNINGS)?.balance;

test('[L5] what was earned waits, and may be paid out when it is old enough, each gift by its own age', async () => {
  await ledger.post(gift('ada', '1', 1_000)); // 700 for the channel
  expect(await shown()).toEqual({ available: 0, waiting: 700, requested: 0, paidOut: 0 });
  await expect(ask(100)).rejects.toMatchObject({ code: 'payout_refused' });
  passedMs = 6 * DAY_MS;
  await ledger.post(gift('ada', '2', 500));
  expect(await shown()).toMatchObject({ available: 0, waiting: 1_050 });
  passedMs = 7 * DAY_MS + 60_000;
  expect(await shown()).toMatchObject({ available: 700, waiting: 350 });
  await expect(ask(701)).rejects.toMatchObject({ code: 'payout_refused' });
  await ask(700);
  expect(await shown()).toEqual({ available: 0, waiting: 350, requested: 700, paidOut: 0 });
  expect(await earnings()).toBe(350);
});

test('[L5] what an operator rejects comes back at once and does not wait anew; what is paid is gone', async () => {
  await ledger.post(gift('ada', '1', 1_000));
  passedMs = 8 * DAY_MS;
  const { payoutId } = await ask(400);
  await payouts.decide(payoutId, OPERATOR, { decision: 'rejected', note: 'not now' });
  expect(await shown()).toEqual({ available: 700, waiting: 0, requested: 0, paidOut: 0 });
  const again = await ask(400);
  expect(again.amount).toBe(280);
  await payouts.decide(again.payoutId, OPERATOR, { decision: 'paid', note: '' });
  expect(await shown()).toEqual({ available: 300, waiting: 0, requested: 0, paidOut: 400 });
});

test('[L5] the same request again is the same payout, also when nothing is left', async () => {
  await ledger.post(gift('ada', '1', 1_000));
  passedMs = 8 * DAY_MS;
  const key = randomUUID() as RequestKey;
  const asked = await Promise.all([1, 2, 3].map(() => ask(700, key)));
  expect(new Set(asked.map(({ payoutId }) => payoutId)).size).toBe(1);
  expect(await ask(700, key)).toEqual(asked[0]);
  expect(await shown()).toEqual({ available: 0, waiting: 0, requested: 700, paidOut: 0 });
});
