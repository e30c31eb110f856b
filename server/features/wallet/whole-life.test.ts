// Whatever happens to a person's coins, in whatever order and at the same time (payments, gifts, refunds, charge-backs, disputes won,
// payouts, thawing): the money stays right after every step.

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChannelId, PayoutId, RequestKey, TopUpId, UserId } from '../../../shared/ids.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { addChannel, addUsers } from '../../../tests/support/rows.ts';
import { debtOf, earningsOf, payoutsOf, walletOf } from '../../ledger/accounts.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { reconcile } from '../../ledger/reconcile/reconcile.ts';
import { startLedger } from '../../ledger/testing.ts';
import { AppError } from '../../lib/app-error.ts';
import { createSystemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createPayouts, payoutRecorders } from './payouts.ts';
import type { Payouts } from './payouts.ts';
import { createWalletStore } from './store.ts';
import { createTopUps } from './top-ups.ts';
import type { TopUps } from './top-ups.ts';

const COINS = 500;
const LATER_MS = 30 * 86_400_000;
const database = useTestDatabase();

let ledger: Ledger;
let topUps: TopUps;
let payouts: Payouts;
/** Each run has people of its own, since what the ledger has written stays. */
let runs = 0;
let ada: UserId;
let owner: UserId;
let channelId: ChannelId;
/** What was begun in this run; a step names one by a number. */
let bought: TopUpId[];
let asked: PayoutId[];
let given: number;
let isThawedByHand: boolean;

beforeEach(async () => {
  await addUsers(database(), ['olga']);
  const system = createSystemClock();
  const store = createWalletStore(database());
  const log = createLog({ level: 'silent' });
  ledger = startLedger(database(), { recorders: payoutRecorders(store) });
  const provider = { name: 'stripe' as const, begin: async ({ topUpId }: { topUpId: TopUpId }) => ({ payUrl: `https://pay.test/${topUpId}`, sessionRef: null }), giveBack: async () => {} };
  topUps = createTopUps({ clock: system, log, store, ledger, provider, packages: [{ packageId: 'p', coins: COINS, price: 499 }], currency: 'USD' });
  const terms = { currency: 'USD', platformSharePercent: 30, payoutCoinsMin: 1, payoutWaitDays: 7, payoutHundredCoins: 70 };
  payouts = createPayouts({ clock: { ...system, nowMs: () => system.nowMs() + LATER_MS }, log, store, ledger, terms });
});
afterEach(() => ledger.close());

const begin = async (): Promise<void> => {
  runs += 1;
  [ada, owner, channelId] = [`ada${runs}` as UserId, `owner${runs}` as UserId, `channel${runs}` as ChannelId];
  [bought, asked, given, isThawedByHand] = [[], [], 0, false];
  await addChannel(database(), { ownerId: owner, channelId });
  await addUsers(database(), [ada]);
};
/** As a gift moves them; a transfer of that kind would need its row among the gifts. */
const give = (coins: number) =>
  ledger.post({ kind: 'correction', key: `gift/${randomUUID()}`, fingerprint: `${coins}`, debit: walletOf(ada), credit: earningsOf(channelId), amount: coins, fee: Math.floor(coins * 0.3) });

type Spending = { readonly do: 'gift' | 'payout'; readonly coins: number };
type Step =
  | Spending
  | { readonly do: 'buy' }
  | { readonly do: 'thaw' }
  | { readonly do: 'refunded' | 'charged_back' | 'dispute_won' | 'refund' | 'pay_again' | 'reject' | 'pay_out'; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('buy' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('thaw' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('gift' as const, 'payout' as const), coins: fc.integer({ min: 1, max: 700 }) }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constantFrom('refunded' as const, 'charged_back' as const, 'charged_back' as const, 'dispute_won' as const, 'refund' as const, 'pay_again' as const, 'reject' as const, 'pay_out' as const),
      which: fc.nat(5),
    }),
  },
);

/** What may be refused is refused with a code; anything else fails the test. */
const orRefused = async <T>(work: Promise<T>): Promise<T | null> =>
  work.catch((error: unknown) => {
    if (error instanceof AppError && error.code !== 'internal') return null;
    throw error;
  });
const refOf = (id: TopUpId): string => `pi_${id}`;
const isPaid = (id: TopUpId): Promise<void> => topUps.heard({ is: 'paid', topUpId: id, paymentRef: refOf(id), amount: 499, currency: 'USD' });

const spend = async ({ do: what, coins }: Spending): Promise<void> => {
  if (what === 'gift') {
    if (await orRefused(give(coins))) given += coins;
    return;
  }
  const payout = await orRefused(payouts.request(channelId, owner, { key: randomUUID() as RequestKey, coins, destination: 'somewhere' }));
  if (payout) asked.push(payout.payoutId);
};

const take = async (one: Step): Promise<void> => {
  if (one.do === 'buy') {
    const { topUp } = await topUps.start(ada, { key: randomUUID() as RequestKey, packageId: 'p' });
    bought.push(topUp.topUpId);
    return isPaid(topUp.topUpId);
  }
  if (one.do === 'thaw') {
    isThawedByHand = true;
    return topUps.thaw(ada);
  }
  if ('coins' in one) return spend(one);
  if (one.do === 'reject' || one.do === 'pay_out') {
    const id = asked[one.which % Math.max(asked.length, 1)];
    if (id) await orRefused(payouts.decide(id, 'olga' as UserId, { decision: one.do === 'reject' ? 'rejected' : 'paid', note: '' }));
    return;
  }
  const id = bought[one.which % Math.max(bought.length, 1)];
  if (!id) return;
  if (one.do === 'refund') await orRefused(topUps.refund(id, ''));
  else if (one.do === 'pay_again') await orRefused(isPaid(id));
  else await orRefused(topUps.heard({ is: one.do, paymentRef: refOf(id) }));
};

const isRight = async (): Promise<void> => {
  const accounts = await ledger.balances([walletOf(ada), debtOf(ada), earningsOf(channelId), payoutsOf(channelId)]);
  const of = (id: Parameters<typeof accounts.get>[0]): number => accounts.get(id)?.balance ?? 0;
  const states = await Promise.all(bought.map(async (id) => (await topUps.show(ada, id)).state));
  const [coins, debt] = [of(walletOf(ada)), of(debtOf(ada))];
  expect(Math.min(coins, of(earningsOf(channelId)), of(payoutsOf(channelId)), -debt)).toBeGreaterThanOrEqual(0);
  // Every coin that was bought and not taken back is in the wallet or was given away.
  expect(coins + debt).toBe(states.filter((state) => state === 'paid').length * COINS - given);
  // What is owed is paid with what there is.
  if (debt < 0) expect(coins).toBe(0);
  if (!isThawedByHand) expect(accounts.get(walletOf(ada))?.isFrozen ?? false).toBe(debt < 0 || states.includes('charged_back'));
  expect((await reconcile(database())).faults).toEqual([]);
};

const RUNS = 25;

test('[L3] [L4] [L5] after any steps, one by one or at once, no coin is lost or made, and a wallet is frozen when it should be', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }), async (rounds) => {
      await begin();
      for (const round of rounds) {
        await Promise.all(round.map(take));
        await isRight();
      }
    }),
    { numRuns: RUNS },
  );
}, 120_000);
