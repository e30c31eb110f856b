import { expect, test } from 'vitest';
import { SerialQueue } from './serial-queue.ts';

const held = () => {
  let release = (): void => {};
  const promise = new Promise<void>((resolve) => (release = resolve));
  return { promise, release };
};

test('one at a time, in order, and only so many waiting', async () => {
  const queue = new SerialQueue({ max: 2, failed: () => {} });
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
  const queue = new SerialQueue({ max: 5, failed: (error) => failures.push(error) });
  const error = new Error('bug');
  let ran = false;
  queue.push(() => Promise.reject(error));
  queue.push(() => void (ran = true));
  await queue.idle();
  expect(failures).toEqual([error]);
  expect(ran).toBe(true);
});

test('close forgets what waits, lets the running one end, and runs the last', async () => {
  const queue = new SerialQueue({ max: 5, failed: () => {} });
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

test('what overlaps is begun in its turn and waited for by nobody but the last', async () => {
  const queue = new SerialQueue({ max: 3, failed: () => {} });
  const gates = [held(), held()];
  const order: string[] = [];
  gates.forEach((gate, at) => queue.push(async () => { order.push(`begun ${at}`); await gate.promise; order.push(`ended ${at}`); }, { overlaps: true }));
  queue.push(() => void order.push('between'));
  expect(order).toEqual(['begun 0', 'begun 1', 'between']);
  expect(queue.push(() => {})).toBe(true);
  let isIdle = false;
  void queue.idle().then(() => (isIdle = true));
  queue.close(() => void order.push('last'));
  gates[1]?.release();
  await new Promise(setImmediate);
  expect([order.at(-1), isIdle]).toEqual(['ended 1', false]);
  gates[0]?.release();
  await queue.idle();
  expect(order).toEqual(['begun 0', 'begun 1', 'between', 'ended 1', 'ended 0', 'last']);
});

test('what overlaps counts among what waits', async () => {
  const queue = new SerialQueue({ max: 2, failed: () => {} });
  const gate = held();
  for (let begun = 0; begun < 2; begun += 1) expect(queue.push(() => gate.promise, { overlaps: true })).toBe(true);
  expect(queue.push(() => {})).toBe(false);
  gate.release();
  await queue.idle();
  expect(queue.push(() => {})).toBe(true);
});
