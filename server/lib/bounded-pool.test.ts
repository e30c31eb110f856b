import { expect, test } from 'vitest';
import { createBoundedPool } from './bounded-pool.ts';

test('so many run, so many wait, the rest hear busy', async () => {
  const pool = createBoundedPool({ runningMax: 2, waitingMax: 1 });
  const releases: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const task = async (): Promise<number> => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => releases.push(resolve));
    return running--;
  };
  const runs = [pool.run(task), pool.run(task), pool.run(task)];
  await expect(pool.run(task)).rejects.toMatchObject({ code: 'busy' });
  expect(running).toBe(2);
  releases.shift()?.();
  await runs[0];
  await expect.poll(() => releases.length).toBe(2);
  for (const release of releases) release();
  await Promise.all(runs);
  expect(most).toBe(2);
});

test('a failing task gives its place back', async () => {
  const pool = createBoundedPool({ runningMax: 1, waitingMax: 0 });
  await expect(pool.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(pool.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
});
