import { expect, test } from 'vitest';
import { ApiError } from '../../live/http.ts';
import { Fetched } from './fetched.svelte.ts';

test('the last answer stays when a later one fails, and the failure is said', async () => {
  let isDown = false;
  const fetched = new Fetched(() => (isDown ? Promise.reject(new ApiError('unreachable', 'away')) : Promise.resolve(7)));
  await fetched.load();
  isDown = true;
  await fetched.load();
  expect([fetched.value, fetched.code]).toEqual([7, 'unreachable']);
  isDown = false;
  await fetched.load();
  expect(fetched.code).toBeNull();
});

test('an answer that was overtaken is not shown', async () => {
  const answers: ((value: number) => void)[] = [];
  const fetched = new Fetched(() => new Promise<number>((resolve) => answers.push(resolve)));
  const both = [fetched.load(), fetched.load()];
  answers[1]?.(2);
  answers[0]?.(1);
  await Promise.all(both);
  expect(fetched.value).toBe(2);
});
