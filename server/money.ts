// Everything about money: builds the ledger, the payment provider and the wallet. The third part of the composition root: it holds no
// rule of its own, and only main.ts imports it.

import type { ChannelId, UserId } from '../shared/ids.ts';
import type { Config } from './config.ts';
import type { Database } from './db/client.ts';
import { nameKeyOf } from './features/accounts/names.ts';
import { createPayouts, payoutRecorders } from './features/wallet/payouts.ts';
import { createSandbox } from './features/wallet/provider.ts';
import { walletRoutes } from './features/wallet/routes.ts';
import { createStatements } from './features/wallet/statements.ts';
import { createWalletStore } from './features/wallet/store.ts';
import { createStripe } from './features/wallet/stripe.ts';
import { createTopUps } from './features/wallet/top-ups.ts';
import { stripeWebhook } from './features/wallet/webhook.ts';
import { createLedger } from './ledger/ledger.ts';
import type { Recorder } from './ledger/transfer.ts';
import { createLedgerStore } from './ledger/store.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Metrics } from './lib/metrics.ts';

export type MoneyDeps = {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly database: Database;
  /** Made later, and asked only when everything runs. */
  readonly channelOf: (userId: UserId) => Promise<{ readonly channelId: ChannelId } | null>;
  readonly publicUrl: () => string;
};

export const buildMoney = (deps: MoneyDeps) => {
  const { config, clock, log } = deps;
  const store = createWalletStore(deps.database);
  // Gifts and red packets add theirs when they are made.
  const recorders: Record<string, Recorder> = { ...payoutRecorders(store) };
  const ledger = createLedger({ ...deps, store: createLedgerStore(deps.database), recorders });
  const { stripeSecretKey: secretKey, stripeWebhookSecret: webhookSecret, coinPackages: packages, currency } = config;
  const api = config.stripeApi === null ? {} : { api: config.stripeApi };
  const stripe = secretKey === null || webhookSecret === null ? null : createStripe({ secretKey, webhookSecret, publicUrl: deps.publicUrl, ...api }, log);
  const provider = stripe?.provider ?? createSandbox();
  const operators = new Set(config.operators.map(nameKeyOf));
  const isOperator = (userName: string): boolean => operators.has(nameKeyOf(userName));
  const topUps = createTopUps({ clock, log, store, ledger, provider, packages, currency });
  const payouts = createPayouts({ clock, log, store, ledger, terms: config });
  const { routes, rawRoutes } = walletRoutes({
    store, ledger, topUps, payouts, statements: createStatements({ store }), provider, packages, currency, isOperator, nameKeyOf, channelOf: deps.channelOf,
  });
  return {
    ledger,
    recorders,
    isOperator,
    /** What the platform keeps of so many coins, rounded down. */
    feeOf: (coins: number): number => Math.floor((coins * config.platformSharePercent) / 100),
    routes,
    rawRoutes: [...rawRoutes, ...(stripe === null ? [] : [stripeWebhook({ store, topUps, stripe, log })])],
  };
};

export type Money = ReturnType<typeof buildMoney>;
