import { expect, test } from 'vitest';
import { createSerialQueue } from './serial-queue.ts';

const held = () => {
  let release = (): void => {};
  const promise = new Promise<void>((resolve) => (release = resolve));
  return { promise, release };
};

test('one at a time, in order, and only so many waiting', async () => {
  const queue = createSerialQueue({ max: 2, failed: () => {} });
  const gate = held();
  const order: number[] = [];
  expect(queue.push(async () => { await gate.promise; order.push(1); })).toBe(true);
  expect(queue.push(() => void order.push(2))).toBe(true);
  expect(queue.push(() => void order.push(3))).toBe(true);
  expect(queue.push(() => void order.push(4))).toBe(false);
  expect(order).toEqual([]);
  gate.release();
  await queue.idle();
  expect(order).toEqual([1, 2, 3]);
});

test('a task that throws is told and does not stop the next', async () => {
  const failures: unknown[] = [];
  const queue = createSerialQueue({ max: 5, failed: (error) => failures.push(error) });
  const error = new Error('bug');
  let ran = false;
  queue.push(() => Promise.reject(error));
  queue.push(() => void (ran = true));
  await queue.idle();
  expect(failures).toEqual([error]);
  expect(ran).toBe(true);
});

test('close forgets what waits, lets the running one end, and runs the last', async () => {
  const queue = createSerialQueue({ max: 5, failed: () => {} });
  const gate = held();
  const order: string[] = [];
  queue.push(async () => { await gate.promise; order.push('running'); });
  queue.push(() => void order.push('waiting'));
  queue.close(() => void order.push('last'));
  queue.close(() => void order.push('again'));
  expect(queue.push(() => void order.push('late'))).toBe(false);
  gate.release();
  await queue.idle();
  expect(order).toEqual(['running', 'last']);
});
