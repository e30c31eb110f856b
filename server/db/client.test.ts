// Against a real PostgreSQL that is killed, frozen and started again.

import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { descendantsOf } from '../../tests/support/processes.ts';
import { until } from '../../tests/support/wait.ts';
import { useTestDatabase } from '../../tests/support/database.ts';
import type { UserId } from '../../shared/ids.ts';
import { CONNECTIONS_MAX } from './client.ts';
import { users } from './schema.ts';

const database = useTestDatabase();

const userRow = (id: string): typeof users.$inferInsert => ({
  id: id as UserId, name: id, nameKey: id, displayName: id, passwordHash: '$argon2id$test', createdAt: 1_700_000_000_000,
});
const addUser = (id: string): Promise<unknown> => database().run((db) => db.insert(users).values(userRow(id)));
const addUserStepwise = (id: string): Promise<unknown> =>
  database().run((db) =>
    db.transaction(async (tx) => {
      await tx.execute(sql`select 1`);
      await tx.insert(users).values(userRow(id));
    }),
  );

const outcome = (work: Promise<unknown>): Promise<string> => work.then(() => 'ok', (error: { code?: string }) => error.code ?? 'no code');

test('a killed database costs errors with a code, nothing acknowledged, and not the process', async () => {
  const kept: string[] = [];
  const refusals = new Set<string>();
  let isOver = false;
  const writer = async (name: string): Promise<void> => {
    for (let i = 0; !isOver; i += 1) {
      const result = await outcome((i % 2 === 0 ? addUser : addUserStepwise)(`${name}-${i}`));
      if (result === 'ok') kept.push(`${name}-${i}`);
      else {
        refusals.add(result);
        await new Promise(setImmediate); // a refusal comes at once: without this nothing else would ever run
      }
    }
  };
  const writers = Array.from({ length: 16 }, (_, i) => writer(`w${i}`));
  for (let round = 0; round < 3; round += 1) {
    const before = kept.length;
    await until('writes to go through', () => kept.length > before + 50);
    await database().kill();
    await until('the outage to be seen', () => refusals.has('database_unavailable'));
    await database().isBack();
  }
  isOver = true;
  await Promise.all(writers);

  expect([...refusals]).toEqual(['database_unavailable']);
  const rows = await database().run((db) => db.select({ id: users.id }).from(users));
  const there = new Set<string>(rows.map((row) => row.id));
  expect(kept.filter((id) => !there.has(id))).toEqual([]);
}, 60_000);

// Without our patch of postgres.js the rollbacks, sent into the closed connections, end the process here.
test('transactions cut in the middle fail, leave nothing, and cost no place in the pool', async () => {
  let inside = 0;
  const cut = Array.from({ length: CONNECTIONS_MAX }, (_, i) =>
    outcome(
      database().run((db) =>
        db.transaction(async (tx) => {
          await tx.insert(users).values(userRow(`half-${i}`));
          inside += 1;
          await tx.execute(sql`select pg_sleep(4)`);
        }),
      ),
    ),
  );
  await until('all to be inside', () => inside === CONNECTIONS_MAX);
  await database().kill();
  expect(new Set(await Promise.all(cut))).toEqual(new Set(['database_unavailable']));
  await database().isBack();
  expect(await database().run((db) => db.select().from(users))).toEqual([]);

  // Each needs a connection of its own, and keeps it until all have one.
  let holding = 0;
  const hold = (): Promise<unknown> =>
    database().run((db) =>
      db.transaction(async (tx) => {
        await tx.execute(sql`select 1`);
        holding += 1;
        await until('everybody to hold a connection', () => holding === CONNECTIONS_MAX, 5_000);
      }),
    );
  expect(await Promise.all(Array.from({ length: CONNECTIONS_MAX }, () => outcome(hold())))).toEqual(Array.from({ length: CONNECTIONS_MAX }, () => 'ok'));
}, 30_000);

test('knows when the database is away, refuses at once, and finds it again by itself', async () => {
  const { embedded } = database();
  const pid = embedded.pid() ?? 0;
  const everyone = [pid, ...descendantsOf(pid).map((one) => one.pid)];
  for (const one of everyone) process.kill(one, 'SIGSTOP');
  await until('the freeze to be seen', async () => (await outcome(addUser('frozen'))) === 'database_unavailable' && !database().isUp(), 20_000);
  const startedMs = performance.now();
  expect(await outcome(addUser('refused'))).toBe('database_unavailable');
  expect(performance.now() - startedMs).toBeLessThan(100);
  for (const one of everyone) process.kill(one, 'SIGCONT');
  await until('the thaw to be seen', () => database().isUp());
  expect(await outcome(addUser('thawed'))).toBe('ok');
}, 40_000);

test('a statement that takes too long is cut off and told as busy', async () => {
  expect(await outcome(database().run((db) => db.execute(sql`select pg_sleep(10)`)))).toBe('busy');
}, 20_000);

test('a broken rule of the schema is neither an outage nor overload', async () => {
  await addUser('twice');
  const error: unknown = await addUser('twice').catch((e: unknown) => e);
  expect(error).toMatchObject({ cause: { code: '23505' } });
  expect(database().isUp()).toBe(true);
});
