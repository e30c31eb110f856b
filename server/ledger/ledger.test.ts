// The ledger on a real PostgreSQL.

import fc from 'fast-check';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { UserId } from '../../shared/ids.ts';
import { useTestDatabase } from '../../tests/support/database.ts';
import type { Database } from '../db/client.ts';
import { channels, users } from '../db/schema.ts';
import { AppError } from '../lib/app-error.ts';
import { createHandClock } from '../lib/clock.ts';
import type { Ledger } from './ledger.ts';
import type { Recorder } from './transfer.ts';
import { CHANNEL, EARNINGS, gift, startLedger, topUp, wallet } from './testing.ts';

const database = useTestDatabase();
const PEOPLE = ['ada', 'bob', 'eve'];

beforeEach(async () => {
  const person = (name: string) => ({ id: name as UserId, name, nameKey: name, displayName: name, passwordHash: '$argon2id$x', locale: null, createdAt: 1 });
  await database().run((db) => db.insert(users).values(PEOPLE.map(person)));
  await database().run((db) =>
    db.insert(channels).values({ id: CHANNEL, ownerUserId: 'ada' as UserId, handle: 'chan', handleKey: 'chan', displayName: 'C', about: '', category: 'talk', avatarImageId: null, createdAt: 1 }));
});
const running: Ledger[] = [];
const start = (...args: Parameters<typeof startLedger>): Ledger => {
  const ledger = startLedger(...args);
  running.push(ledger);
  return ledger;
};
afterEach(async () => {
  for (const ledger of running.splice(0)) await ledger.close();
});

const coinsOf = async (ledger: Ledger, ...names: string[]): Promise<number[]> => {
  const balances = await ledger.balances(names.map(wallet));
  return names.map((name) => balances.get(wallet(name))?.balance ?? 0);
};
const count = async (what: string): Promise<number> => Number((await database().run((db) => db.execute<{ n: string }>(sql.raw(`select count(*) n from ${what}`))))[0]?.n);
const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : String(error));
/** Accounts whose balance is not what their transfers make it, and the sum of all. */
const isSound = async (): Promise<void> => {
  const [row] = await database().run((db) => db.execute<{ wrong: string; total: string }>(sql`
    with moves as (
      select debit_id id, -amount coins from transfers union all
      select credit_id, amount - fee from transfers union all
      select 'revenue', fee from transfers where fee > 0)
    select (select coalesce(sum(balance), 0) from accounts) total,
      (select count(*) from accounts a where a.balance <> coalesce((select sum(coins) from moves m where m.id = a.id), 0)) wrong`));
  expect(row).toEqual({ wrong: '0', total: '0' });
};

test('coins move, the platform keeps its share, and each line has the balance after it', async () => {
  const ledger = start(database());
  await ledger.post(topUp('ada', 100));
  const posted = await ledger.post(gift('ada', '1', 11));
  expect(posted).toMatchObject({ isNew: true, debitAfter: 89, creditAfter: 8 });
  expect(await ledger.balances(['issued', 'revenue', EARNINGS])).toEqual(new Map([['issued', { balance: -100, isFrozen: false }], ['revenue', { balance: 3, isFrozen: false }], [EARNINGS, { balance: 8, isFrozen: false }]]));
  await isSound();
});

test('a key is one transfer for ever, also for another server, and for something else it is refused', async () => {
  const [one, other] = [start(database()), start(database())];
  await one.post(topUp('ada', 100));
  const posted = await one.post(gift('ada', 'k', 10));
  const again = await Promise.all([one, other, other, one].map((ledger) => ledger.post(gift('ada', 'k', 10))));
  expect(again).toEqual(Array.from({ length: 4 }, () => ({ ...posted, isNew: false })));
  await expect(other.post(gift('ada', 'k', 20))).rejects.toMatchObject({ code: 'key_reused' });
  expect(await coinsOf(one, 'ada')).toEqual([90]);
});

test('a hundred gifts at once from a wallet that can pay ten: ten, and never below zero', async () => {
  const [one, other] = [start(database(), { batchMax: 7 }), start(database(), { batchMax: 5 })];
  await one.post(topUp('ada', 100));
  const results = await Promise.allSettled(Array.from({ length: 100 }, (_, at) => (at % 2 ? one : other).post(gift('ada', `${at}`, 10))));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  for (const result of results) if (result.status === 'rejected') expect(codeOf(result.reason)).toBe('insufficient_coins');
  expect(await coinsOf(one, 'ada')).toEqual([0]);
  await isSound();
});

test('many that come together are few commits', async () => {
  const ledger = start(database());
  await ledger.post(topUp('ada', 10_000));
  let commits = 0;
  ledger.onCommitted(() => (commits += 1));
  await Promise.all(Array.from({ length: 500 }, (_, at) => ledger.post(gift('ada', `${at}`, 1))));
  expect(commits).toBeLessThanOrEqual(3);
});

/** Writes the count of its kind so far, as a combo would. */
const counting = () => {
  let counted = 0;
  const told: unknown[] = [];
  const recorder: Recorder = {
    compose: (accepted) => accepted.map(({ transferId, about }, at) => ({ transferId, about, number: counted + at + 1 })),
    async write(tx, rows) {
      for (const row of rows as { transferId: string; about: string }[]) {
        await tx.execute(sql`insert into payment_events (id, kind, taken_at) values (${row.transferId}, ${row.about}, now())`);
      }
    },
    kept: (rows) => void (counted += rows.length),
    committed: (rows) => void told.push(...rows),
  };
  return { recorder, told };
};

test('what goes with a transfer is written with it or not at all, and told in the order of the commits', async () => {
  const { recorder, told } = counting();
  const ledger = start(database(), { recorders: { note: recorder }, batchMax: 3 });
  await ledger.post(topUp('ada', 30));
  const asked = Array.from({ length: 8 }, (_, at) => ledger.post({ ...gift('ada', `${at}`, 5), record: { by: 'note', about: `n${at}` } }));
  const results = await Promise.allSettled(asked);
  expect(results.map(({ status }) => status)).toEqual([...Array.from({ length: 6 }, () => 'fulfilled'), 'rejected', 'rejected']);
  expect(told).toEqual(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.recorded] : [])));
  expect(told.map((row) => (row as { number: number }).number)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await count('payment_events')).toBe(6);
});

test('one that the database refuses for good costs no other anything', async () => {
  const ledger = start(database());
  await ledger.post(topUp('ada', 100));
  const nobody = { ...gift('nobody', '1', 1), debit: wallet('nobody') };
  const results = await Promise.allSettled([ledger.post(gift('ada', 'a', 1)), ledger.post({ ...topUp('nobody', 5), key: 'topup/nobody/x' }), ledger.post(gift('ada', 'b', 1)), ledger.post(nobody)]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
  expect(await coinsOf(ledger, 'ada')).toEqual([98]);
});

/** The commit goes through and its answer does not come back, or it does not even go through. */
const losing = (real: Database, isCommitted: boolean) => {
  let losses = 1;
  const transact: Database['transact'] = async (work) => {
    if (losses === 0) return real.transact(work);
    losses -= 1;
    if (isCommitted) await real.transact(work);
    throw new AppError('database_unavailable', 'lost on the road');
  };
  return { run: real.run, transact };
};

test.each([true, false])('[L1] a commit whose answer is lost on the road (it happened: %s) counts once and is told once', async (isCommitted) => {
  await start(database()).post(topUp('ada', 100));
  const { recorder, told } = counting();
  const ledger = start(losing(database(), isCommitted), { recorders: { note: recorder } });
  const posted = await ledger.post({ ...gift('ada', 'k', 10), record: { by: 'note', about: 'x' } });
  expect(posted).toMatchObject({ isNew: true, debitAfter: 90, recorded: { number: 1 } });
  expect([told.length, await count('payment_events'), ...(await coinsOf(ledger, 'ada'))]).toEqual([1, 1, 90]);
});

test('the order of the ledger holds over a restart with the clock set back', async () => {
  const before = start(database(), { clock: createHandClock(Date.now()) });
  const first = await before.post(topUp('ada', 100));
  const after = start(database(), { clock: createHandClock(Date.now() - 60_000) });
  await after.restore();
  const second = await after.post(gift('ada', 'later', 5));
  expect(second.transferId > first.transferId).toBe(true);
});

test('what is committed is answered while the next is written, and does not wait for one that fails', async () => {
  await start(database()).post(topUp('ada', 100));
  let begun = 0;
  const transact: Database['transact'] = async (work) => {
    begun += 1;
    if (begun === 2) throw new AppError('database_unavailable', 'away');
    return database().transact(work);
  };
  const clock = createHandClock(Date.now());
  const ledger = start({ run: database().run, transact }, { batchMax: 2, clock });
  const asked = Array.from({ length: 4 }, (_, at) => ledger.post(gift('ada', `${at}`, 5)));
  expect(await Promise.all(asked.slice(0, 2))).toHaveLength(2);
  await expect.poll(() => begun).toBe(2);
  clock.advance(100);
  expect(await Promise.all(asked.slice(2))).toHaveLength(2);
});

test('given up and committed all the same: it is told before what comes after it, and its key answers', async () => {
  await start(database()).post(topUp('ada', 100));
  const { recorder, told } = counting();
  let isHanging = true;
  const transact: Database['transact'] = async (work) => {
    if (!isHanging) return database().transact(work);
    if (told.length === 0 && (await count('payment_events')) === 0) await database().transact(work);
    throw new AppError('database_unavailable', 'no answer');
  };
  const clock = createHandClock(Date.now());
  const ledger = start({ run: database().run, transact }, { recorders: { note: recorder }, clock });
  const noted = (key: string) => ({ ...gift('ada', key, 10), record: { by: 'note', about: key } });
  const lost = ledger.post(noted('lost')).catch(codeOf);
  for (let turn = 0; turn < 100; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    clock.advance(100);
  }
  expect(await lost).toBe('database_unavailable');
  expect(told).toEqual([]);
  isHanging = false;
  await ledger.post(noted('next'));
  expect(told.map((row) => (row as { about: string }).about)).toEqual(['lost', 'next']);
  expect(await ledger.post(noted('lost'))).toMatchObject({ isNew: false, debitAfter: 90 });
});

test('the ledger is never changed: not by a bug of ours, not by hand', async () => {
  const ledger = start(database());
  await ledger.post(topUp('ada', 100));
  for (const change of ['update transfers set amount = 1', 'delete from transfers', 'truncate transfers', 'delete from accounts']) {
    await expect(database().run((db) => db.execute(sql.raw(change)))).rejects.toThrow();
  }
  await expect(database().run((db) => db.execute(sql.raw(`update accounts set balance = -1 where id = '${wallet('ada')}'`)))).rejects.toThrow();
});

test('[L2] random people at two servers at once: the sum is zero, every line is right, and a plain model agrees on each wallet', async () => {
  const ask = fc.record({ who: fc.constantFrom(...PEOPLE), key: fc.integer({ min: 1, max: 12 }), amount: fc.integer({ min: 1, max: 30 }), is: fc.constantFrom('gift', 'gift', 'top_up'), at: fc.integer({ min: 0, max: 1 }) });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(ask, { minLength: 5, maxLength: 60 }), async (asks) => {
      run += 1;
      const ledgers = [start(database(), { batchMax: 4 }), start(database(), { batchMax: 9 })];
      const before = await coinsOf(ledgers[0] as Ledger, ...PEOPLE);
      const results = await Promise.allSettled(asks.map(({ who, key, amount, is, at }) =>
        (ledgers[at] as Ledger).post(is === 'gift' ? gift(who, `${run}/${key}`, amount) : topUp(who, amount, `${run}/${key}`))));
      const moved = new Map(PEOPLE.map((name, at) => [name, before[at] ?? 0]));
      results.forEach((result, at) => {
        const asked = asks[at];
        if (result.status !== 'fulfilled' || !result.value.isNew || !asked) return;
        moved.set(asked.who, (moved.get(asked.who) ?? 0) + (asked.is === 'gift' ? -asked.amount : asked.amount));
      });
      expect(await coinsOf(ledgers[0] as Ledger, ...PEOPLE)).toEqual(PEOPLE.map((name) => moved.get(name)));
      for (const result of results) if (result.status === 'rejected') expect(['insufficient_coins', 'key_reused']).toContain(codeOf(result.reason));
      await isSound();
    }),
    { numRuns: 15 },
  );
});
