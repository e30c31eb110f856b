import { expect, test } from 'vitest';
import { createHandClock } from './clock.ts';
import { createTicks } from './ticks.ts';

const setUp = () => {
  const clock = createHandClock(0);
  const done: string[] = [];
  const ticks = createTicks<string>({ clock, tickMs: 50, tick: (key) => done.push(`${key}@${clock.nowMs()}`) });
  return { clock, done, ticks };
};

test('the first after silence is done at once, the next ones with the tick', () => {
  const { clock, done, ticks } = setUp();
  for (let i = 0; i < 10; i += 1) {
    ticks.ask('a');
    clock.advance(10);
  }
  clock.advance(200);
  expect(done).toEqual(['a@0', 'a@50', 'a@100']);
  expect(clock.timers()).toBe(0);
  ticks.ask('a');
  expect(done.at(-1)).toBe('a@300');
});

test('keys do not wait for each other', () => {
  const { clock, done, ticks } = setUp();
  ticks.ask('a');
  clock.advance(20);
  ticks.ask('b');
  expect(done).toEqual(['a@0', 'b@20']);
});

test('what was forgotten is not done', () => {
  const { clock, done, ticks } = setUp();
  ticks.ask('a');
  ticks.ask('a');
  ticks.forget('a');
  clock.advance(500);
  expect(done).toEqual(['a@0']);
});

test('closing does what waits, and leaves no timer', () => {
  const { clock, done, ticks } = setUp();
  for (const key of ['a', 'a', 'b']) ticks.ask(key);
  ticks.close();
  expect(done).toEqual(['a@0', 'b@0', 'a@0']);
  expect(clock.timers()).toBe(0);
});
