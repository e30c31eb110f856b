// A ledger on a test's own database, and people with wallets in it.

import { createSystemClock } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { createMetrics } from '../lib/metrics.ts';
import type { ChannelId, UserId } from '../../shared/ids.ts';
import { earningsOf, walletOf } from './accounts.ts';
import type { AccountId } from './accounts.ts';
import { createLedger } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import type { Recorder, Transfer } from './transfer.ts';
import { createLedgerStore } from './store.ts';
import type { LedgerDatabase } from './store.ts';

export const CHANNEL = 'chan' as ChannelId;
export const EARNINGS = earningsOf(CHANNEL);
export const wallet = (name: string): AccountId => walletOf(name as UserId);

type Options = { readonly recorders?: Readonly<Record<string, Recorder>>; readonly clock?: Clock; readonly batchMax?: number };

export const startLedger = (database: LedgerDatabase, options: Options = {}): Ledger => {
  const log = createLog({ level: 'silent' });
  return createLedger({ clock: options.clock ?? createSystemClock(), log, metrics: createMetrics(), store: createLedgerStore(database), ...options });
};

export const topUp = (name: string, amount: number, key = 'first'): Transfer => ({
  kind: 'top_up', key: `topup/${name}/${key}`, fingerprint: `${amount}`, debit: 'issued', credit: wallet(name), amount,
});
/** 30 percent stay with the platform. */
export const gift = (name: string, key: string, amount: number): Transfer => ({
  kind: 'gift', key: `gift/${name}/${key}`, fingerprint: `${amount}`, debit: wallet(name), credit: EARNINGS, amount, fee: Math.floor(amount * 0.3),
});
