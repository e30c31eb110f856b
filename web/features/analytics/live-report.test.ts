import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LiveReport } from '../../../shared/analytics-routes.ts';
import { LiveFigures } from './live-report.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const answer = (viewers: number): LiveReport =>
  ({ live: { broadcastId: 'b' as never, startedAtMs: 1, viewers, minutes: [], sums: { came: 0, went: 0, lines: 0, reactions: 0, gifts: 0, coins: 0, follows: 0 } } });

test('asks again and again, one at a time, not while hidden, and keeps what it knows when it fails', async () => {
  let isHidden = false;
  const answers: (() => Promise<LiveReport>)[] = [() => Promise.resolve(answer(1)), () => Promise.reject(new Error('away')), () => new Promise(() => undefined)];
  const ask = vi.fn(() => (answers[ask.mock.calls.length - 1] ?? (() => Promise.resolve(answer(9))))());
  const figures = new LiveFigures({ ask, everyMs: 5_000, isHidden: () => isHidden });
  const stop = figures.start();
  await vi.advanceTimersByTimeAsync(0);
  expect([figures.live?.viewers, figures.isOld]).toEqual([1, false]);
  isHidden = true;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(ask).toHaveBeenCalledTimes(1);
  isHidden = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect([figures.live?.viewers, figures.isOld]).toEqual([1, true]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(ask).toHaveBeenCalledTimes(3);
  stop();
});
