// What creators earned, and how it is paid out (rule L5): set aside when it is asked for, in one transaction with the request, and
// decided once by an operator.

import { createHash, randomUUID } from 'node:crypto';
import type { ChannelId, PayoutId, UserId } from '../../../shared/ids.ts';
import type { RouteBody } from '../../../shared/routes.ts';
import type { EarningsView, PayoutView } from '../../../shared/wallet-routes.ts';
import { earningsOf, payoutsOf, walletOf } from '../../ledger/accounts.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Recorder } from '../../ledger/transfer.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import { createTurns } from '../../lib/turns.ts';
import { payoutView } from './store.ts';
import type { Decision, NewPayout, WalletStore } from './store.ts';

export type PayoutTerms = {
  readonly currency: string;
  readonly platformSharePercent: number;
  readonly payoutCoinsMin: number;
  readonly payoutWaitDays: number;
  /** Smallest units of the currency for a hundred coins. */
  readonly payoutHundredCoins: number;
};
export type PayoutsDeps = { readonly clock: Clock; readonly log: Log; readonly store: WalletStore; readonly ledger: Ledger; readonly terms: PayoutTerms };

const DAY_MS = 86_400_000;
export const REQUEST_RECORDER = 'payout';
export const DECISION_RECORDER = 'payout-decision';

export const payoutRecorders = (store: WalletStore): Readonly<Record<string, Recorder>> => ({
  [REQUEST_RECORDER]: { compose: (accepted) => accepted.map(({ about }) => about), write: (tx, rows) => store.addPayouts(tx, rows as readonly NewPayout[]) },
  [DECISION_RECORDER]: { compose: (accepted) => accepted.map(({ about }) => about), write: (tx, rows) => store.decidePayouts(tx, rows as readonly Decision[]) },
});

export const createPayouts = ({ clock, log, store, ledger, terms }: PayoutsDeps) => {
  /** One request of a channel after the other: two must not both count on the same coins. */
  const { inTurn } = createTurns<ChannelId>();

  const sums = async (channelId: ChannelId, ownerId: UserId) => {
    const [earnings, aside, wallet] = [earningsOf(channelId), payoutsOf(channelId), walletOf(ownerId)];
    const [balances, young] = await Promise.all([
      ledger.balances([earnings, aside, wallet]),
      store.earnedSince(earnings, clock.nowMs() - terms.payoutWaitDays * DAY_MS),
    ]);
    const balance = balances.get(earnings)?.balance ?? 0;
    const waiting = Math.min(balance, young);
    return { available: balance - waiting, waiting, requested: balances.get(aside)?.balance ?? 0, isFrozen: balances.get(wallet)?.isFrozen ?? false };
  };

  return {
    async earnings(channelId: ChannelId, ownerId: UserId): Promise<EarningsView> {
      const [now, rows, paidOut] = await Promise.all([sums(channelId, ownerId), store.payoutsOf(channelId), store.paidOut(channelId)]);
      return {
        ...now, paidOut, waitingDays: terms.payoutWaitDays, platformSharePercent: terms.platformSharePercent, payoutCoinsMin: terms.payoutCoinsMin,
        hundredCoins: terms.payoutHundredCoins, currency: terms.currency, payouts: rows.map(payoutView),
      };
    },
    request: (channelId: ChannelId, ownerId: UserId, { key, coins, destination }: RouteBody<'payout.request'>): Promise<PayoutView> =>
      inTurn(channelId, async () => {
        const where = cleanLine(destination);
        const before = await store.payoutAs(channelId, key);
        if (before) {
          if (before.coins !== coins || before.destination !== where) throw new AppError('key_reused');
          return payoutView(before);
        }
        if (where === '') throw new AppError('bad_request', 'where to pay is empty');
        const { available, isFrozen } = await sums(channelId, ownerId);
        if (isFrozen) throw new AppError('wallet_frozen');
        if (coins < terms.payoutCoinsMin || coins > available) throw new AppError('payout_refused', `at least ${terms.payoutCoinsMin}, at most ${available}`);
        const about: NewPayout = {
          id: randomUUID() as PayoutId, channelId, key, coins, amount: Math.floor((coins * terms.payoutHundredCoins) / 100), currency: terms.currency,
          destination: where, requestedAt: clock.nowMs(),
        };
        await ledger.post({
          kind: 'payout', key: `payout/${channelId}/${key}`, fingerprint: `${coins}/${createHash('sha256').update(where).digest('base64url')}`, debit: earningsOf(channelId), credit: payoutsOf(channelId), amount: coins,
          record: { by: REQUEST_RECORDER, about },
        });
        log.info({ payout: about.id, channel: channelId, coins }, 'payout requested');
        const row = await store.payoutAs(channelId, key);
        if (!row) throw new Error('a payout that was just written is not there');
        return payoutView(row);
      }),
    async decide(id: PayoutId, operatorId: UserId, { decision, note }: RouteBody<'operator.decidePayout'>): Promise<PayoutView> {
      const row = await store.payout(id);
      if (!row) throw new AppError('not_found', 'no such payout');
      if (row.state !== 'requested') throw new AppError('already_decided', `it is ${row.state}`);
      const about: Decision = { id, state: decision, decidedAt: clock.nowMs(), decidedBy: operatorId, note: cleanLine(note) };
      const isPaid = decision === 'paid';
      const ownerId = isPaid ? await store.ownerOf(row.channelId) : null;
      if (ownerId !== null && (await ledger.balances([walletOf(ownerId)])).get(walletOf(ownerId))?.isFrozen) throw new AppError('wallet_frozen');
      try {
        const { isNew } = await ledger.post({
          kind: isPaid ? 'payout' : 'payout_return', key: `payout-decision/${id}`, fingerprint: decision, debit: payoutsOf(row.channelId),
          credit: isPaid ? 'issued' : earningsOf(row.channelId), amount: row.coins, record: { by: DECISION_RECORDER, about },
        });
        if (!isNew) throw new AppError('already_decided');
      } catch (error) {
        if (error instanceof AppError && error.code === 'key_reused') throw new AppError('already_decided');
        throw error;
      }
      log.info({ payout: id, operator: operatorId, decision }, 'payout decided');
      const decided = await store.payout(id);
      return payoutView(decided ?? row);
    },
  };
};

export type Payouts = ReturnType<typeof createPayouts>;
