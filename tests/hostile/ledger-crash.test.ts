// SIGKILL at random moments while gifts flow, to the server and to PostgreSQL: every gift that was answered is there exactly once,
// and one that was sent again is paid once. The same harness must see a loss where commits are not waited for, or it proves nothing.
// What it cannot show is a power cut: a killed process leaves what it had handed to the kernel.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { createCloser } from '../../server/lib/closer.ts';
import { createLedger } from '../../server/ledger/ledger.ts';
import { createLedgerStore } from '../../server/ledger/store.ts';
import { gift, topUp as topUpOf } from '../../server/ledger/testing.ts';
import { createSystemClock } from '../../server/lib/clock.ts';
import { createLog } from '../../server/lib/log.ts';
import { createMetrics } from '../../server/lib/metrics.ts';
import type { ChannelId, GiftId, RequestKey } from '../../shared/ids.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Person } from '../support/client.ts';
import { balanceOf, buyPackage } from '../support/coins.ts';
import type { Connection } from '../support/connection.ts';
import { startTestDatabase } from '../support/database.ts';
import { paidBy, startPayer } from '../support/payers.ts';
import type { Payer } from '../support/payers.ts';
import { descendantsOf } from '../support/processes.ts';
import { addChannel, addUsers } from '../support/rows.ts';
import { BROADCAST } from '../support/scene.ts';
import { freePort, startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const ROUNDS = 22;
const FANS = 16;
const COINS = 6_500;
const FIREFLY = 'firefly' as GiftId; // one coin
const PATIENCE_MS = 60_000;

const closer = createCloser();
afterAll(() => closer.close());

/** All processes of a PostgreSQL in the same moment: what it had only in its memory is gone. */
const killAll = (postmaster: number): void => {
  for (const pid of [postmaster, ...descendantsOf(postmaster).map((one) => one.pid)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended while we looked.
    }
  }
};

/** Pays with gifts over a socket; comes back by itself when that is gone. */
const giftsOf = (person: Person, handle: string) => {
  let connection: Connection | null = null;
  return async (key: string): Promise<void> => {
    if (!connection?.isOpen()) {
      const fresh = await person.client.connect();
      await fresh.join(handle);
      connection = fresh;
    }
    await connection.request('gift.send', { key: key as RequestKey, giftId: FIREFLY, quantity: 1, seen: null });
  };
};

/** So many more are paid than at this moment, or somebody says why not. */
const untilPaid = (payers: readonly Payer[], more: number): Promise<unknown> => {
  const before = paidBy(payers);
  return until(`${more} more gifts`, () => paidBy(payers) >= before + more, PATIENCE_MS);
};

test('[G1] the server and PostgreSQL are killed again and again: no gift that was answered is lost, none is paid twice, the money is right', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'qiao-crash-'));
  const env = { PORT: String(await freePort()), RESUME_GRACE_MS: '3600000' };
  const start = (): Promise<TestServer> => startServer({ dataDir, env });
  let server = await start();
  closer.add('data', async () => rmSync(dataDir, { recursive: true, force: true }));
  closer.add('server', async () => void (await server.stop()));
  const creator = await registerCreator(server);
  const studio = await creator.client.connect();
  await studio.join(creator.handle, { as: 'studio' });
  await studio.request('broadcast.start', BROADCAST);
  const fans: Person[] = [];
  while (fans.length < FANS) fans.push(await register(server));
  await Promise.all(fans.map(({ client }) => buyPackage(client, COINS)));
  const payers = fans.map((fan, at) => startPayer(`fan${at}`, giftsOf(fan, creator.handle)));
  let kills = { server: 0, postgres: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    await untilPaid(payers, 20 + ((round * 17) % 60));
    if (round % 2 === 0) {
      if (round % 4 === 0) killAll(server.postmasterPid());
      else process.kill(server.postmasterPid(), 'SIGKILL');
      kills = { ...kills, postgres: kills.postgres + 1 };
    } else {
      await server.kill();
      server = await start();
      kills = { ...kills, server: kills.server + 1 };
    }
  }
  await untilPaid(payers, 20);
  await Promise.all(payers.map((payer) => payer.stop()));
  expect(kills).toEqual({ server: ROUNDS / 2, postgres: ROUNDS / 2 });
  for (const [at, fan] of fans.entries()) {
    const paid = payers[at]?.paid ?? [];
    expect(new Set(paid).size).toBe(paid.length);
    const file = await (await fan.client.fetch('/api/wallet/statement.csv')).text();
    expect([await balanceOf(fan.client), file.match(/,gift,-1,/g)?.length]).toEqual([COINS - paid.length, paid.length]);
  }
  const { stdout } = await promisify(execFile)(process.execPath, ['server/native/reconcile.ts'], { env: { ...process.env, DATA_DIR: dataDir } });
  expect(stdout).toContain('The money is right.');
  process.stdout.write(`${paidBy(payers)} gifts through ${ROUNDS} kills\n`);
}, 300_000);

/** Gifts of a ledger of our own, whose PostgreSQL dies some times; gives how many that were answered are not there. */
const lossesOf = async (isDurable: boolean, rounds: number): Promise<number> => {
  const database = await startTestDatabase();
  try {
    await addChannel(database, { ownerId: 'owner', channelId: 'chan' as ChannelId });
    const names = Array.from({ length: FANS }, (_, at) => `fan${at}`);
    await addUsers(database, names);
    const store = createLedgerStore(database, { isDurable });
    const ledger = createLedger({ clock: createSystemClock(), log: createLog({ level: 'silent' }), metrics: createMetrics(), store });
    await Promise.all(names.map((name) => ledger.post(topUpOf(name, 1_000_000))));
    await database.sql`checkpoint`;
    let lost = 0;
    for (let round = 0; round < rounds; round += 1) {
      const payers = names.map((name) => startPayer(`${name}-${round}`, (key) => ledger.post(gift(name, key, 1))));
      await untilPaid(payers, 300);
      const answered = payers.flatMap(({ paid }) => [...paid]);
      killAll(database.embedded.pid() ?? 0);
      await database.isBack();
      // Before anybody can send anything again.
      const stops = Promise.all(payers.map((payer) => payer.stop()));
      const keys = answered.map((key) => `gift/${key.slice(0, key.indexOf('-'))}/${key}`);
      const [row] = await database.sql`select count(*)::int as there from transfers where key = any(string_to_array(${keys.join(' ')}, ' '))`;
      lost += keys.length - Number(row?.['there']);
      await stops;
    }
    await ledger.close();
    return lost;
  } finally {
    await database.close();
  }
};

test('the harness sees a loss where commits are not waited for, and none where they are', async () => {
  expect(await lossesOf(true, 3)).toBe(0);
  expect(await lossesOf(false, 3)).toBeGreaterThan(0);
}, 180_000);
