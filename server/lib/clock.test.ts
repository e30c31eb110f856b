import { expect, test } from 'vitest';
import { createHandClock, createSystemClock } from './clock.ts';

test('hand clock runs timers in the order they fall due, each at its own moment', () => {
  const clock = createHandClock(0);
  const seen: string[] = [];
  clock.after(30, () => seen.push(`c ${clock.nowMs()}`));
  clock.after(10, () => {
    seen.push(`a ${clock.nowMs()}`);
    clock.after(5, () => seen.push(`b ${clock.nowMs()}`));
  });
  clock.advance(29);
  expect(seen).toEqual(['a 10', 'b 15']);
  clock.advance(1);
  expect(seen).toEqual(['a 10', 'b 15', 'c 30']);
  expect(clock.timers()).toBe(0);
});

test('hand clock repeats until cancelled', () => {
  const clock = createHandClock();
  let count = 0;
  const cancel = clock.every(10, () => (count += 1));
  clock.advance(35);
  expect(count).toBe(3);
  cancel();
  clock.advance(100);
  expect(count).toBe(3);
});

test('system clock tells whole milliseconds near the wall clock and cancels timers', async () => {
  const clock = createSystemClock();
  expect(Number.isInteger(clock.nowMs())).toBe(true);
  expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(5_000);
  let fired = false;
  clock.after(0, () => (fired = true))();
  await new Promise<void>((resolve) => clock.after(5, resolve));
  expect(fired).toBe(false);
});
