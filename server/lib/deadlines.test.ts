import { expect, test } from 'vitest';
import { createHandClock } from './clock.ts';
import { createDeadlines } from './deadlines.ts';

const setUp = () => {
  const clock = createHandClock();
  const deadlines = createDeadlines({ clock, afterMs: 100 });
  const late: string[] = [];
  return { clock, deadlines, late, watch: (name: string) => deadlines.watch(() => late.push(name)) };
};

test('each is late at its own moment, and what was done in time never', () => {
  const { clock, late, watch } = setUp();
  watch('a');
  clock.advance(30);
  const done = watch('b');
  clock.advance(30);
  watch('c');
  done();
  clock.advance(39);
  expect(late).toEqual([]);
  clock.advance(1);
  expect(late).toEqual(['a']);
  clock.advance(59);
  expect(late).toEqual(['a']);
  clock.advance(1);
  expect(late).toEqual(['a', 'c']);
});

test('one timer for all of them, none where nothing is left, and none after the close', () => {
  const { clock, deadlines, late, watch } = setUp();
  for (let at = 0; at < 50; at += 1) watch(`${at}`)();
  expect(clock.timers()).toBe(1);
  clock.advance(100);
  expect([clock.timers(), late]).toEqual([0, []]);
  watch('again');
  expect(clock.timers()).toBe(1);
  deadlines.close();
  clock.advance(1_000);
  expect([clock.timers(), late]).toEqual([0, []]);
});
