import { expect, test } from 'vitest';
import { AppError } from './app-error.ts';
import { createBatchedWrites } from './batched-writes.ts';
import { createHandClock } from './clock.ts';
import { createLog } from './log.ts';

type Row = { readonly key: string; readonly count: number };

const setUp = (options: { waitingMax?: number; isAdding?: boolean } = {}) => {
  const clock = createHandClock();
  const batches: string[][] = [];
  const said: string[] = [];
  const state = { isUp: true, bad: new Set<string>() };
  const writes = createBatchedWrites<Row>({
    clock, what: 'rows', delayMs: 100,
    log: createLog({ level: 'warn', write: (line) => said.push((JSON.parse(line) as { msg: string }).msg) }),
    ...(options.waitingMax === undefined ? {} : { waitingMax: options.waitingMax }),
    ...(options.isAdding ? { merge: (a: Row, b: Row) => ({ ...b, count: a.count + b.count }) } : {}),
    async write(rows) {
      await Promise.resolve();
      if (!state.isUp) throw new AppError('database_unavailable');
      if (rows.some(({ key }) => state.bad.has(key))) throw new Error('a rule of the schema');
      batches.push(rows.map(({ key, count }) => `${key}${count}`));
    },
  });
  const put = (key: string, count: number): boolean => writes.put(key, { key, count });
  const turn = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await new Promise(setImmediate);
  };
  return { clock, writes, batches, said, state, put, turn };
};

test('rows wait for company and are written together, the newest of each key', async () => {
  const { put, turn, batches, writes, clock } = setUp();
  put('a', 1);
  put('b', 1);
  put('a', 2);
  await turn(99);
  expect(batches).toEqual([]);
  await turn(1);
  expect(batches).toEqual([['a2', 'b1']]);
  expect([writes.waiting(), clock.timers()]).toEqual([0, 0]);
});

test('what the database does not take is tried again, merged with what came meanwhile', async () => {
  const { put, turn, batches, state, said } = setUp({ isAdding: true });
  state.isUp = false;
  put('a', 1);
  await turn(100);
  put('a', 2);
  put('b', 5);
  state.isUp = true;
  await turn(1_000);
  expect(batches).toEqual([['a3', 'b5']]);
  expect(said).toEqual(['writes put off']);
});

test('a row that the schema refuses is given up alone', async () => {
  const { put, turn, batches, state, said, writes } = setUp();
  state.bad.add('c');
  for (const key of ['a', 'b', 'c', 'd', 'e']) put(key, 1);
  await turn(100);
  expect(batches.flat().sort()).toEqual(['a1', 'b1', 'd1', 'e1']);
  expect([said, writes.waiting()]).toEqual([['row refused by the database'], 0]);
});

test('an outage in the middle of looking for the bad row loses none of the others', async () => {
  const { put, turn, batches, state } = setUp();
  state.bad.add('e');
  for (const key of ['a', 'b', 'c', 'd', 'e']) put(key, 1);
  const before = batches.push;
  batches.push = (...args) => ((state.isUp = false), before.apply(batches, args)); // away after the first part is written
  await turn(100);
  batches.push = before;
  state.isUp = true;
  await turn(1_000);
  expect(batches.flat().sort()).toEqual(['a1', 'b1', 'c1', 'd1']);
});

test('flush writes what was put before it, also while a write is under way, and rejects in an outage', async () => {
  const { put, writes, batches, state } = setUp();
  put('a', 1);
  const first = writes.flush();
  put('a', 2);
  await Promise.all([first, writes.flush()]);
  expect(batches).toEqual([['a1'], ['a2']]);
  await writes.flush();
  state.isUp = false;
  put('b', 1);
  await expect(writes.flush()).rejects.toMatchObject({ code: 'database_unavailable' });
  expect(writes.waiting()).toBe(1);
});

test('what waits is bounded, and the caller is told', () => {
  const { put, writes } = setUp({ waitingMax: 2 });
  expect([put('a', 1), put('b', 1), writes.isFull(), put('c', 1), put('a', 2)]).toEqual([true, true, true, false, true]);
  expect(writes.waiting()).toBe(2);
});

test('close tries once more and leaves no timer', async () => {
  const { put, writes, batches, clock, state, said } = setUp();
  put('a', 1);
  await writes.close();
  expect([batches, clock.timers()]).toEqual([[['a1']], 0]);
  state.isUp = false;
  put('b', 1);
  await writes.close();
  expect(said.at(-1)).toBe('writes lost: the database was away at the end');
  expect(clock.timers()).toBe(0);
});
