// Buying coins (rules L3, L4): begun by a person, decided by the provider's word. What changes somebody's coins, debt or freeze takes
// turns with whatever else does: a payment that looks whether the wallet may be thawed must not look while a charge-back freezes it.

import { randomUUID } from 'node:crypto';
import type { TopUpId, UserId } from '../../../shared/ids.ts';
import type { RouteBody, RouteResult } from '../../../shared/routes.ts';
import type { CoinPackage, TopUpView } from '../../../shared/wallet-routes.ts';
import { walletOf } from '../../ledger/accounts.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { createTurns } from '../../lib/turns.ts';
import { createCredit } from './credit.ts';
import type { Provider, Word } from './provider.ts';
import { topUpView } from './store.ts';
import type { TopUpRow, WalletStore } from './store.ts';

export type TopUpsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: WalletStore;
  readonly ledger: Ledger;
  readonly provider: Provider;
  readonly packages: readonly CoinPackage[];
  readonly currency: string;
};

type PaidWord = Extract<Word, { is: 'paid' }>;

export const createTopUps = (deps: TopUpsDeps) => {
  const { store, ledger, log, provider } = deps;
  const credit = createCredit({ ledger });
  const { inTurn } = createTurns<UserId>();
  const partOf = ({ id, userId, coins }: TopUpRow) => ({ topUpId: id, userId, coins });

  const must = async (id: TopUpId): Promise<TopUpRow> => {
    const row = await store.topUp(id);
    if (!row) throw new AppError('not_found', 'no such top-up');
    return row;
  };
  /** In the owner's turn, with what the row says then. */
  const withTopUp = async <T>({ id, userId }: TopUpRow, work: (row: TopUpRow) => Promise<T>): Promise<T> => inTurn(userId, async () => work(await must(id)));
  const thawIfDue = async (userId: UserId): Promise<void> => {
    if (!(await credit.owes(userId)) && !(await store.hasChargeBack(userId))) await ledger.setFrozen(walletOf(userId), false);
  };

  const reverse = async (row: TopUpRow, as: 'refunded' | 'charged_back', note?: string): Promise<TopUpRow> => {
    // Frozen first: what could be spent while it is taken back would become a debt.
    if (as === 'charged_back') await ledger.setFrozen(walletOf(row.userId), true);
    const isOwing = await credit.takeBack(partOf(row), as === 'refunded' ? 'refund' : 'charge_back');
    if (isOwing) await ledger.setFrozen(walletOf(row.userId), true);
    log.info({ topUp: row.id, user: row.userId, as, isOwing }, 'top-up reversed');
    return (await store.setState(row.id, ['paid'], as, note)) ?? must(row.id);
  };

  const paid = async (row: TopUpRow, word: PaidWord): Promise<TopUpRow> => {
    if (word.amount !== row.price || word.currency !== row.currency) {
      log.error({ topUp: row.id, amount: word.amount, currency: word.currency }, 'paid is not what was asked');
      throw new AppError('payment_failed', 'the amount is another one');
    }
    // A server that died between the two left a refund that was said before undone.
    if (row.state === 'paid' && row.reversedAs !== null) return reverse(row, row.reversedAs);
    if (row.state !== 'open' && row.state !== 'failed') return row;
    if (word.paymentRef !== null) await store.paidAs(row.id, word.paymentRef);
    await credit.give(partOf(row));
    const done = (await store.setState(row.id, ['open', 'failed'], 'paid')) ?? (await must(row.id));
    log.info({ topUp: row.id, user: row.userId }, 'top-up paid');
    await thawIfDue(row.userId);
    // A refund's word may overtake that of the payment.
    return done.reversedAs === null ? done : reverse(done, done.reversedAs);
  };

  const won = async (row: TopUpRow): Promise<void> => {
    await credit.giveAgain(partOf(row));
    await store.setReversed(row.id, null);
    await store.setState(row.id, ['charged_back'], 'paid');
    await thawIfDue(row.userId);
  };

  const reversed = async (row: TopUpRow, as: 'refunded' | 'charged_back' | 'dispute_won'): Promise<void> => {
    if (as === 'dispute_won') {
      if (row.state === 'charged_back') return won(row);
      if (await credit.wasGivenAgain(partOf(row))) return;
      throw new AppError('not_found', 'not charged back yet'); // it comes again, after the word that it answers
    }
    await store.setReversed(row.id, as);
    if (row.state === 'paid') await reverse(row, as);
  };

  return {
    async start(userId: UserId, { key, packageId }: RouteBody<'topup.start'>): Promise<RouteResult<'topup.start'>> {
      const wanted = deps.packages.find((one) => one.packageId === packageId);
      if (!wanted) throw new AppError('not_found', 'no such package');
      const row = await store.addTopUp({
        id: randomUUID() as TopUpId, userId, key, packageId, coins: wanted.coins, price: wanted.price,
        currency: deps.currency, provider: provider.name, startedAt: deps.clock.nowMs(),
      });
      if (row.packageId !== packageId) throw new AppError('key_reused');
      if (row.payUrl !== null) return { topUp: topUpView(row), payUrl: row.payUrl };
      const begun = await provider.begin({ topUpId: row.id, coins: row.coins, price: row.price, currency: row.currency });
      await store.begun(row.id, begun.payUrl, begun.sessionRef);
      return { topUp: topUpView(row), payUrl: begun.payUrl };
    },
    /** Somebody else's is as if it did not exist. */
    async show(userId: UserId, id: TopUpId): Promise<TopUpView> {
      const row = await must(id);
      if (row.userId !== userId) throw new AppError('not_found', 'no such top-up');
      return topUpView(row);
    },
    async sandbox(userId: UserId, id: TopUpId, outcome: 'pay' | 'decline'): Promise<TopUpView> {
      const row = await must(id);
      if (row.userId !== userId || row.provider !== 'sandbox' || provider.name !== 'sandbox') throw new AppError('not_found', 'no such top-up');
      if (outcome === 'pay') {
        const word: PaidWord = { is: 'paid', topUpId: id, paymentRef: `sandbox-${id}`, amount: row.price, currency: row.currency };
        return topUpView(await withTopUp(row, (now) => paid(now, word)));
      }
      return topUpView((await store.setState(id, ['open'], 'failed')) ?? (await must(id)));
    },
    /** What a provider said; throws what makes it say so again. */
    async heard(word: Word): Promise<void> {
      if (word.is === 'failed') return void (await store.setState(word.topUpId, ['open'], 'failed'));
      if (word.is === 'paid') return void (await withTopUp(await must(word.topUpId), (row) => paid(row, word)));
      const { is, paymentRef } = word;
      const found = await store.topUpOf(paymentRef);
      if (!found) throw new AppError('not_found', 'no such payment');
      await withTopUp(found, (row) => reversed(row, is));
    },
    /** An operator's: the money goes back too. */
    async refund(id: TopUpId, note: string): Promise<TopUpView> {
      return withTopUp(await must(id), async (row) => {
        if (row.state !== 'paid') throw new AppError('already_decided', `it is ${row.state}`);
        await provider.giveBack({ topUpId: row.id, coins: row.coins, price: row.price, currency: row.currency, paymentRef: row.paymentRef });
        return topUpView(await reverse(row, 'refunded', note));
      });
    },
    /** An operator's: may spend again, whatever is owed. */
    thaw: (userId: UserId): Promise<void> => inTurn(userId, () => ledger.setFrozen(walletOf(userId), false)),
  };
};

export type TopUps = ReturnType<typeof createTopUps>;
