import { expect, test } from 'vitest';
import { createCloser } from './closer.ts';

test('closes in reverse order, once, and goes on past a failure', async () => {
  const closer = createCloser();
  const order: string[] = [];
  closer.add('database', () => void order.push('database'));
  closer.add('media', () => Promise.reject(new Error('stuck')));
  closer.add('sockets', async () => void order.push('sockets'));
  const first = closer.close();
  expect(closer.close()).toBe(first);
  await expect(first).rejects.toThrow('could not close media');
  expect(order).toEqual(['sockets', 'database']);
});

test('what is added after closing is closed at once', async () => {
  const closer = createCloser();
  await closer.close();
  let closed = false;
  closer.add('late', () => void (closed = true));
  expect(closed).toBe(true);
});
