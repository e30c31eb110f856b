// One function for each row of shared/wallet-routes.ts that is about coins and money, and the statements as files.

import * as v from 'valibot';
import type { ChannelId, PayoutId, TopUpId, UserId } from '../../../shared/ids.ts';
import type { Rate } from '../../../shared/messages/define.ts';
import type { RouteBody, RouteName, RouteResult } from '../../../shared/routes.ts';
import { payoutId as payoutIdSchema, topUpId as topUpIdSchema, userId as userIdSchema } from '../../../shared/schema.ts';
import type { CoinPackage } from '../../../shared/wallet-routes.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { earningsOf, walletOf } from '../../ledger/accounts.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Payouts } from './payouts.ts';
import type { Provider } from './provider.ts';
import type { Statements } from './statements.ts';
import { payoutView, topUpView } from './store.ts';
import type { WalletStore } from './store.ts';
import type { TopUps } from './top-ups.ts';

type Names =
  | 'wallet.show' | 'wallet.statement' | 'topup.start' | 'topup.show' | 'topup.sandbox' | 'earnings.show' | 'earnings.statement'
  | 'payout.request' | 'operator.payouts' | 'operator.decidePayout' | 'operator.topUps' | 'operator.refund' | 'operator.thaw';

/** What net/ gives, as far as we need it. */
type Request<N extends RouteName> = {
  readonly body: RouteBody<N>;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly user: SessionUser | null;
};
type Routes = { readonly [N in Names]: (request: Request<N>) => Promise<RouteResult<N>> };

export type WalletRoutesDeps = {
  readonly store: WalletStore;
  readonly ledger: Ledger;
  readonly topUps: TopUps;
  readonly payouts: Payouts;
  readonly statements: Statements;
  readonly provider: Provider;
  readonly packages: readonly CoinPackage[];
  readonly currency: string;
  readonly isOperator: (userName: string) => boolean;
  /** By which names are compared, as at logging in. */
  readonly nameKeyOf: (typed: string) => string;
  readonly channelOf: (userId: UserId) => Promise<{ readonly channelId: ChannelId } | null>;
};

/** A file may be all that somebody ever did. */
const FILE_RATE: Rate = { burst: 10, perSecond: 0.1 };

type Asker = { readonly user: SessionUser | null };
type FileAsker = Asker & { readonly query: URLSearchParams };

export const walletRoutes = (deps: WalletRoutesDeps) => {
  const { store, ledger, topUps, payouts, statements } = deps;
  const userOf = ({ user }: Asker): SessionUser => {
    if (!user) throw new AppError('not_logged_in');
    return user;
  };
  const operatorOf = (asker: Asker): SessionUser => {
    const user = userOf(asker);
    if (!deps.isOperator(user.name)) throw new AppError('permission_denied');
    return user;
  };
  const channelOf = async (asker: Asker): Promise<ChannelId> => {
    const found = await deps.channelOf(userOf(asker).userId);
    if (!found) throw new AppError('channel_not_found');
    return found.channelId;
  };
  const idIn = <T extends string>(schema: v.GenericSchema<T>, text: string | undefined): T => {
    if (!v.is(schema, text)) throw new AppError('not_found');
    return text;
  };
  const topUpIn = ({ path }: { readonly path: Readonly<Record<string, string>> }): TopUpId => idIn(topUpIdSchema, path['topUpId']);
  const payoutIn = ({ path }: { readonly path: Readonly<Record<string, string>> }): PayoutId => idIn(payoutIdSchema, path['payoutId']);

  const routes: Routes = {
    async 'wallet.show'(request) {
      const wallet = walletOf(userOf(request).userId);
      const { balance, isFrozen } = (await ledger.balances([wallet])).get(wallet) ?? { balance: 0, isFrozen: false };
      return { balance, isFrozen, packages: [...deps.packages], currency: deps.currency, provider: deps.provider.name };
    },
    'wallet.statement': async (request) => statements.page(walletOf(userOf(request).userId), request.query.get('before')),
    'topup.start': async (request) => topUps.start(userOf(request).userId, request.body),
    'topup.show': async (request) => topUps.show(userOf(request).userId, topUpIn(request)),
    'topup.sandbox': async (request) => topUps.sandbox(userOf(request).userId, topUpIn(request), request.body.outcome),
    'earnings.show': async (request) => payouts.earnings(await channelOf(request), userOf(request).userId),
    'earnings.statement': async (request) => statements.page(earningsOf(await channelOf(request)), request.query.get('before')),
    'payout.request': async (request) => payouts.request(await channelOf(request), userOf(request).userId, request.body),
    async 'operator.payouts'(request) {
      operatorOf(request);
      return { payouts: (await store.allPayouts()).map(({ payout, channel }) => ({ payout: payoutView(payout), channel })) };
    },
    'operator.decidePayout': async (request) => payouts.decide(payoutIn(request), operatorOf(request).userId, request.body),
    async 'operator.topUps'(request) {
      operatorOf(request);
      const name = request.query.get('name');
      return { topUps: (await store.newestTopUps(name === null || name === '' ? null : deps.nameKeyOf(name))).map(({ topUp, user }) => ({ topUp: topUpView(topUp), user })) };
    },
    async 'operator.refund'(request) {
      operatorOf(request);
      return topUps.refund(topUpIn(request), request.body.note);
    },
    async 'operator.thaw'(request) {
      operatorOf(request);
      const userId = idIn(userIdSchema, request.path['userId']);
      if (!(await store.hasUser(userId))) throw new AppError('not_found', 'no such user');
      await topUps.thaw(userId);
      return {};
    },
  };

  const asFile = (body: string) => ({ status: 200, type: 'text/csv; charset=utf-8', body, downloadName: 'qiao-statement.csv' });
  const rawRoutes = [
    { method: 'GET', path: '/api/wallet/statement.csv', isPersonal: true, rate: FILE_RATE, handle: async (request: FileAsker) => asFile(await statements.file(walletOf(userOf(request).userId), request.query.get('before'))) },
    { method: 'GET', path: '/api/earnings/statement.csv', isPersonal: true, rate: FILE_RATE, handle: async (request: FileAsker) => asFile(await statements.file(earningsOf(await channelOf(request)), request.query.get('before'))) },
  ] as const;
  return { routes, rawRoutes };
};
