import { expect, test } from 'vitest';
import { createSequence } from './sequence.ts';

const setUp = () => {
  const delivered: number[] = [];
  let gaps = 0;
  const sequence = createSequence({ deliver: (event) => delivered.push(event.seq), outOfStep: () => { gaps += 1; } });
  const take = (seq: number, epoch = 'a') => sequence.take({ event: 'viewers.counted', data: { viewers: 1 }, seq, epoch });
  return { sequence, take, delivered, gaps: () => gaps };
};

test('[E6] events are delivered once and in order', () => {
  const { sequence, take, delivered, gaps } = setUp();
  sequence.follow({ epoch: 'a', seq: 7 });
  for (const seq of [8, 8, 7, 9]) take(seq);
  expect(delivered).toEqual([8, 9]);
  expect(gaps()).toBe(0);
});

test('[E6] a gap is told once, and nothing is delivered until the next snapshot', () => {
  const { sequence, take, delivered, gaps } = setUp();
  sequence.follow({ epoch: 'a', seq: 1 });
  for (const seq of [2, 4, 5]) take(seq);
  expect(delivered).toEqual([2]);
  expect(gaps()).toBe(1);
  sequence.follow({ epoch: 'a', seq: 4 });
  expect(delivered).toEqual([2, 5]);
});

test('[E6] another epoch is a gap, whatever its number', () => {
  const { sequence, take, delivered, gaps } = setUp();
  sequence.follow({ epoch: 'a', seq: 1 });
  take(2, 'b');
  expect(delivered).toEqual([]);
  expect(gaps()).toBe(1);
});

test('[J3] events that overtake the reply are applied after it; those the snapshot holds are not', () => {
  const { sequence, take, delivered, gaps } = setUp();
  for (const seq of [3, 4, 5]) take(seq);
  sequence.follow({ epoch: 'a', seq: 3 });
  expect(delivered).toEqual([4, 5]);
  expect(gaps()).toBe(0);
});

test('[J3] too many events before the reply end in a gap, not in a silent loss', () => {
  const { sequence, take, gaps } = setUp();
  for (let seq = 1; seq <= 600; seq += 1) take(seq);
  sequence.follow({ epoch: 'a', seq: 0 });
  expect(gaps()).toBe(1);
});
