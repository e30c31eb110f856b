import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createProgress, duration } from './progress.mjs';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function paper(isTTY: boolean) {
  const written: string[] = [];
  return { written, out: { isTTY, columns: 40, write: (text: string) => written.push(text) } };
}

test('in a log a long step says how long it has been at it, and what it is at', async () => {
  const { written, out } = paper(false);
  const done = createProgress(out)('Building', async (note) => {
    note('3/9');
    await new Promise((resolve) => setTimeout(resolve, 7_000));
    return 'built';
  });
  await vi.advanceTimersByTimeAsync(7_000);
  expect(await done).toBe('built');
  expect(written).toEqual(['  Building …\n', '  … Building · 2.0 s · 3/9\n', '  … Building · 6.0 s · 3/9\n', '✓ Building (7.0 s)\n']);
});

test('a failed step says so and passes the failure on', async () => {
  const { written, out } = paper(false);
  const done = createProgress(out)('Building', () => {
    throw new Error('no compiler');
  });
  await expect(done).rejects.toThrow('no compiler');
  expect(written.at(-1)).toBe('✗ Building (0.0 s)\n');
  expect(vi.getTimerCount()).toBe(0);
});

test('on a terminal the line is redrawn within its width', async () => {
  const { written, out } = paper(true);
  const done = createProgress(out)('A title', async (note) => {
    note('x'.repeat(100));
    await new Promise((resolve) => setTimeout(resolve, 300));
  });
  await vi.advanceTimersByTimeAsync(300);
  await done;
  const drawn = written[1]?.replace('\r\x1b[2K', '') ?? '';
  expect(drawn).toContain('A title · 0.3 s · xxx');
  expect(drawn.length).toBeLessThanOrEqual(40);
});

test('durations read well at every length', () => {
  expect([40, 9_940, 12_400, 161_000].map(duration)).toEqual(['0.0 s', '9.9 s', '12 s', '2 min 41 s']);
});
