// Coins for tests and benches, without a payment: transfers of a ledger of our own in the server's database, as a second server
// would write them, so that all sums stay right.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectDatabase } from '../../server/db/client.ts';
import type { Database } from '../../server/db/client.ts';
import { DATABASE_USER } from '../../server/db/cluster.ts';
import { walletOf } from '../../server/ledger/accounts.ts';
import { createLedger } from '../../server/ledger/ledger.ts';
import { createLedgerStore } from '../../server/ledger/store.ts';
import { createSystemClock } from '../../server/lib/clock.ts';
import { createLog } from '../../server/lib/log.ts';
import { createMetrics } from '../../server/lib/metrics.ts';
import type { UserId } from '../../shared/ids.ts';

/** The way to the database that a server with this data folder has started. */
export const purseConnection = ({ dataDir }: { readonly dataDir: string }) => {
  const root = join(dataDir, 'postgres');
  return { host: join(root, 'socket'), port: 5432, user: DATABASE_USER, password: readFileSync(join(root, 'password'), 'utf8'), database: 'postgres' };
};

export const databaseOf = (server: { readonly dataDir: string }): Database =>
  connectDatabase({ connection: purseConnection(server), clock: createSystemClock(), log: createLog({ level: 'silent' }) });

let lastKey = 0;

/** So many coins more for each of them. */
export const putCoins = async (server: { readonly dataDir: string }, userIds: readonly UserId[], coins: number): Promise<void> => {
  const database = databaseOf(server);
  const ledger = createLedger({ clock: createSystemClock(), log: createLog({ level: 'silent' }), metrics: createMetrics(), store: createLedgerStore(database) });
  const nextKey = (): string => `topup/test-${process.pid}-${performance.timeOrigin}-${(lastKey += 1)}`;
  await Promise.all(userIds.map((userId) => ledger.post({ kind: 'top_up', key: nextKey(), fingerprint: 'test', debit: 'issued', credit: walletOf(userId), amount: coins })));
  await ledger.close();
  await database.close();
};
