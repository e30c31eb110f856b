// The pool with real worker processes.

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { createHandClock, createSystemClock } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { WorkerPool, backoffMs } from './worker-pool.ts';
import type { WorkerPoolDeps } from './worker-pool.ts';
import type { MediaWorker } from './worker.ts';

const pools: WorkerPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

const create = (settings: Partial<WorkerPoolDeps['settings']> = {}, clock: Clock = createSystemClock()) => {
  const died: MediaWorker[] = [];
  const pool = new WorkerPool({
    settings: { workers: 2, listenAddress: '127.0.0.1', port: 0, ...settings },
    log: createLog({ level: 'silent' }),
    clock,
    started: () => {},
    died: (worker) => died.push(worker),
  });
  pools.push(pool);
  return { pool, died };
};
const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 20 });
/** One that was free a moment ago, with the one below it likely so. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
const kill = (pool: WorkerPool, index: number) => process.kill(pool.health()[index]?.pid ?? Number.NaN, 'SIGKILL');

test('the first restart is at once, then slower and slower, within bounds', () => {
  expect([0, 1, 2, 3, 4, 20].map(backoffMs)).toEqual([0, 0, 100, 200, 400, 10_000]);
});

test('the least loaded worker is the next', async () => {
  const { pool } = create();
  await pool.open();
  const first = await pool.any();
  first.load = 5;
  const second = await pool.any();
  expect(second).not.toBe(first);
  expect(pool.spare(new Set([second]))).toBe(first);
  expect(pool.spare(new Set([first, second]))).toBeNull();
  expect(await pool.usage()).toHaveLength(2);
});

test('a dead worker is told and replaced on its port', async () => {
  const port = await freePort();
  const { pool, died } = create({ workers: 1, port });
  await pool.open();
  const before = await pool.any();
  const dump = async () => (await (await pool.any()).server.dump()).udpSockets[0]?.port;
  expect(await dump()).toBe(port);
  kill(pool, 0);
  await until(() => expect(died).toEqual([before]));
  // Asked while none is there: waits for the next.
  const after = await pool.any();
  expect(after).not.toBe(before);
  expect(await dump()).toBe(port);
});

test('a worker that hangs is killed, told and replaced', async () => {
  const { pool, died } = create({ workers: 1 });
  await pool.open();
  const before = await pool.any();
  process.kill(before.process.pid, 'SIGSTOP');
  await until(() => expect(died).toEqual([before]));
  expect(() => process.kill(before.process.pid, 0)).toThrow();
  expect(await pool.any()).not.toBe(before);
});

test('while no worker comes back, askers hear media_unavailable instead of waiting for ever', async () => {
  const clock = createHandClock();
  const { pool, died } = create({ workers: 1 }, clock); // this clock never gets to the restart by itself
  await pool.open();
  kill(pool, 0);
  await until(() => expect(died).toHaveLength(1));
  expect(pool.health()).toMatchObject([{ alive: false, pid: null }]);
  const asked = expect(pool.any()).rejects.toMatchObject({ code: 'media_unavailable', retryAfterMs: 3_000 });
  clock.advance(3_000);
  await asked;
  await until(() => expect(pool.health()[0]?.alive).toBe(true)); // the restart was due, too
  expect(pool.health()[0]?.restarts).toBe(1);
});

test('a binary that does not run, or a port that is taken, is an error at the start and leaves no process', async () => {
  await expect(create({ workerBin: '/nonexistent/worker' }).pool.open()).rejects.toThrow();
  const port = await freePort();
  await create({ workers: 1, port }).pool.open();
  const second = create({ workers: 2, port: port - 1 }).pool;
  await expect(second.open()).rejects.toThrow(/cannot listen/);
  expect(second.health()).toMatchObject([{ alive: false, pid: null }, { alive: false, pid: null }]);
});

test('mediasoup does not end the workers when the process is told to drain', async () => {
  const before = process.listenerCount('SIGTERM') + process.listenerCount('SIGINT');
  await create().pool.open();
  expect(process.listenerCount('SIGTERM') + process.listenerCount('SIGINT')).toBe(before);
});

test('a worker that hangs is killed on closing', async () => {
  const { pool } = create({ workers: 1 });
  await pool.open();
  const pid = pool.health()[0]?.pid ?? Number.NaN;
  process.kill(pid, 'SIGSTOP');
  await pool.close();
  expect(() => process.kill(pid, 0)).toThrow();
});
