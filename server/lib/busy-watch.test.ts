import { expect, test } from 'vitest';
import { createLoopMeter, watchBusy } from './busy-watch.ts';
import type { Busy } from './busy-watch.ts';
import { createHandClock } from './clock.ts';

const LOOK_MS = 2_000;

const build = () => {
  const clock = createHandClock();
  const seen: Busy[] = [];
  const state = { loopDelayMs: 0, cpuMs: new Map([[11, 0], [12, 0]]), answers: true };
  const stop = watchBusy({
    clock,
    loopDelayMs: () => state.loopDelayMs,
    processes: () => (state.answers ? Promise.resolve([...state.cpuMs].map(([pid, cpuMs]) => ({ pid, cpuMs }))) : new Promise(() => {})),
    looked: (busy) => void seen.push(busy),
  });
  /** So many looks, with this share of a core for process 11. */
  const look = async (times: number, share = 0): Promise<Busy | undefined> => {
    for (let at = 0; at < times; at += 1) {
      state.cpuMs.set(11, (state.cpuMs.get(11) ?? 0) + share * LOOK_MS);
      clock.advance(LOOK_MS);
      await new Promise(setImmediate);
    }
    return seen.at(-1);
  };
  return { clock, state, seen, look, stop };
};

test('[B9] a process that takes its whole core for six seconds is busy, and calm after eight with room to spare', async () => {
  const { look } = build();
  await look(1);
  expect((await look(2, 0.97))?.pids).toEqual(new Set());
  expect((await look(1, 0.97))?.pids).toEqual(new Set([11]));
  expect((await look(20, 0.85))?.pids).toEqual(new Set([11]));
  expect((await look(3, 0.5))?.pids).toEqual(new Set([11]));
  expect((await look(1, 0.5))?.pids).toEqual(new Set());
});

test('[B9] a loop that comes round late for six seconds is late, and one long pause is none', async () => {
  const { look, state } = build();
  state.loopDelayMs = 900;
  expect((await look(2))?.isLoopLate).toBe(false);
  state.loopDelayMs = 20;
  expect((await look(1))?.isLoopLate).toBe(false);
  state.loopDelayMs = 300;
  expect((await look(3))?.isLoopLate).toBe(true);
  state.loopDelayMs = 150;
  expect((await look(9))?.isLoopLate).toBe(true);
  state.loopDelayMs = 20;
  expect((await look(4))?.isLoopLate).toBe(false);
});

test('a process that is gone is forgotten, and one that does not answer stops nothing', async () => {
  const { look, state, seen, clock, stop } = build();
  await look(1);
  await look(3, 1);
  state.cpuMs.delete(11);
  state.answers = false;
  const before = seen.length;
  clock.advance(10 * LOOK_MS);
  expect(seen).toHaveLength(before);
  stop();
  expect(clock.timers()).toBe(0);
});

test('the meter reads nothing from a loop that has nothing to do, and much from one that is held up', async () => {
  const meter = createLoopMeter();
  const held = (ms: number): void => {
    const untilMs = performance.now() + ms;
    while (performance.now() < untilMs);
  };
  // Measurements begin with the loop's next turn.
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(meter.read()).toBeLessThan(1_000);
  for (let at = 0; at < 3; at += 1) {
    held(900);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(meter.read()).toBeGreaterThan(300);
  meter.close();
});
