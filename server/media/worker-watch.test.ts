import { expect, test } from 'vitest';
import { createHandClock } from '../lib/clock.ts';
import { watchWorker } from './worker-watch.ts';

const setUp = () => {
  const clock = createHandClock();
  const control = { asked: 0, hung: 0, isRunnable: false, answer: (): Promise<unknown> => Promise.resolve() };
  const stop = watchWorker({ clock, ask: () => (control.asked += 1, control.answer()), isRunnable: () => control.isRunnable, hangs: () => void (control.hung += 1) });
  const pass = async (turns: number, ms = 250): Promise<void> => {
    for (let turn = 0; turn < turns; turn += 1) {
      clock.advance(ms);
      await new Promise(setImmediate);
    }
  };
  return { clock, control, stop, pass };
};
const never = (): Promise<unknown> => new Promise(() => {});

test('who answers is asked again and again, and left alone', async () => {
  const { control, pass, stop } = setUp();
  await pass(40);
  expect([control.asked, control.hung]).toEqual([40, 0]);
  stop();
  await pass(5);
  expect(control.asked).toBe(40);
});

test('who does not answer for a second and a half hangs, and that is told once', async () => {
  const { control, pass } = setUp();
  control.answer = never;
  await pass(6);
  expect(control.hung).toBe(0);
  await pass(20);
  expect([control.asked, control.hung]).toEqual([1, 1]);
});

test('who has too much to do gets ten times as long', async () => {
  const { control, pass } = setUp();
  control.answer = never;
  control.isRunnable = true;
  await pass(60);
  expect(control.hung).toBe(0);
  await pass(1);
  expect(control.hung).toBe(1);
});

test('an answer that is late counts as one', async () => {
  const { control, pass } = setUp();
  let release = (): void => {};
  control.answer = () => new Promise<void>((resolve) => (release = resolve));
  await pass(6);
  release();
  await new Promise(setImmediate);
  control.answer = () => Promise.resolve();
  await pass(20);
  expect(control.hung).toBe(0);
});

test('while our own turns are late nothing is said of the worker', async () => {
  const clock = createHandClock();
  let [nowMs, hung, turn] = [clock.nowMs(), 0, () => {}];
  watchWorker({ clock: { ...clock, nowMs: () => nowMs, every: (_, run) => ((turn = run), () => {}) }, ask: never, isRunnable: () => false, hangs: () => void (hung += 1) });
  for (let turns = 0; turns < 30; turns += 1) {
    nowMs += 600;
    turn();
  }
  expect(hung).toBe(0);
});

test('a worker that refuses to answer is dead, which others tell', async () => {
  const { control, pass } = setUp();
  control.answer = () => Promise.reject(new Error('closed'));
  await pass(20);
  expect([control.asked, control.hung]).toEqual([1, 0]);
});
