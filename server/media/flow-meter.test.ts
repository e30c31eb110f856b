import { expect, test } from 'vitest';
import { createHandClock } from '../lib/clock.ts';
import { startFlowMeter } from './flow-meter.ts';

const setUp = () => {
  const clock = createHandClock();
  const told: boolean[] = [];
  const state: { bytes: number | null } = { bytes: 0 };
  const stop = startFlowMeter({
    clock,
    received: () => (state.bytes === -1 ? Promise.reject(new Error('gone')) : Promise.resolve(state.bytes)),
    changed: (isFlowing) => told.push(isFlowing),
  });
  const seconds = async (count: number, bytesEach = 0) => {
    for (let second = 0; second < count; second += 1) {
      if (state.bytes !== null) state.bytes += bytesEach;
      clock.advance(1_000);
      await Promise.resolve().then(() => {});
    }
  };
  return { clock, told, state, stop, seconds };
};

test('a stop is told after two seconds, and the next packet at once', async () => {
  const { told, seconds } = setUp();
  await seconds(5, 100);
  await seconds(1);
  expect(told).toEqual([]);
  await seconds(4);
  expect(told).toEqual([false]);
  await seconds(3, 1);
  expect(told).toEqual([false, true]);
});

test('the first packets may take longer', async () => {
  const { told, seconds } = setUp();
  await seconds(5);
  expect(told).toEqual([]);
  await seconds(1);
  expect(told).toEqual([false]);
});

test('silence on purpose is no stop', async () => {
  const { told, state, seconds } = setUp();
  await seconds(2, 100);
  state.bytes = null;
  await seconds(20);
  expect(told).toEqual([]);
});

test('a look that fails says nothing, and none is made after the end', async () => {
  const { told, state, seconds, stop, clock } = setUp();
  await seconds(2, 100);
  state.bytes = -1;
  await seconds(20);
  stop();
  expect(told).toEqual([]);
  expect(clock.timers()).toBe(0);
});
