import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '../../live/http.ts';
import { Asking } from './asking.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('asks at once and again while it can be seen; the last answer stays when a question fails', async () => {
  const answers: (number | Error)[] = [1, new ApiError('unreachable', ''), 3];
  let isHidden = false;
  const asking = new Asking({
    ask: async () => {
      const next = answers.shift();
      if (next instanceof Error) throw next;
      return next ?? 0;
    },
    everyMs: 100, isHidden: () => isHidden,
  });
  const stop = asking.start();
  await vi.advanceTimersByTimeAsync(0);
  expect([asking.value, asking.code]).toEqual([1, null]);
  isHidden = true;
  await vi.advanceTimersByTimeAsync(500);
  expect(answers).toHaveLength(2);
  isHidden = false;
  await vi.advanceTimersByTimeAsync(100);
  expect([asking.value, asking.code]).toEqual([1, 'unreachable']);
  await vi.advanceTimersByTimeAsync(100);
  expect([asking.value, asking.code]).toEqual([3, null]);
  stop();
  await vi.advanceTimersByTimeAsync(500);
  expect(asking.value).toBe(3);
});
