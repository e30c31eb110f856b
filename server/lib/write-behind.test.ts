import { expect, test } from 'vitest';
import { createHandClock } from './clock.ts';
import { createLog } from './log.ts';
import { createWriteBehind } from './write-behind.ts';

const setUp = () => {
  const clock = createHandClock();
  let isUp = false;
  const written: string[] = [];
  const writes = createWriteBehind({ clock, log: createLog({ level: 'silent' }) });
  const write = (what: string) => async (): Promise<void> => {
    await Promise.resolve();
    if (!isUp) throw new Error('away');
    written.push(what);
  };
  /** Lets everything run that waits for no timer. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return { clock, writes, write, written, settle, setUp: (up: boolean) => { isUp = up; } };
};

test('what cannot be written is tried again until it is', async () => {
  const { clock, writes, write, written, settle, setUp: set } = setUp();
  writes.add('a', write('a'));
  writes.add('b', write('b'));
  await settle();
  expect([written, writes.pending()]).toEqual([[], 2]);
  set(true);
  clock.advance(500);
  await settle();
  expect([written, writes.pending(), clock.timers()]).toEqual([['a', 'b'], 0, 0]);
});

test('of one key the newest is written', async () => {
  const { clock, writes, write, written, settle, setUp: set } = setUp();
  writes.add('a', write('first'));
  await settle();
  writes.add('a', write('second'));
  set(true);
  clock.advance(500);
  await settle();
  expect(written).toEqual(['second']);
});

test('closing tries once more, and leaves no timer', async () => {
  const { clock, writes, write, written, settle, setUp: set } = setUp();
  writes.add('a', write('a'));
  await settle();
  set(true);
  await writes.close();
  expect([written, clock.timers()]).toEqual([['a'], 0]);
});
