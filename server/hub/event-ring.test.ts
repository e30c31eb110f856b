import { expect, test } from 'vitest';
import { createEventRing } from './event-ring.ts';

const ringWith = (count: number, limits = { eventsMax: 4, bytesMax: 1_000 }) => {
  const ring = createEventRing(limits);
  for (let seq = 1; seq <= count; seq += 1) ring.add(seq, `frame ${seq}`);
  return ring;
};

test('[J8] gives all that came after a number, or nothing', () => {
  const ring = ringWith(10);
  expect(ring.after(10)).toEqual([]);
  expect(ring.after(8)).toEqual(['frame 9', 'frame 10']);
  expect(ring.after(6)).toEqual(['frame 7', 'frame 8', 'frame 9', 'frame 10']);
  expect(ring.after(5)).toBeNull();
});

test('an empty ring has missed nothing', () => {
  expect(ringWith(0).after(0)).toEqual([]);
});

test('large frames push out more of the old ones', () => {
  const ring = ringWith(3, { eventsMax: 100, bytesMax: 30 });
  ring.add(4, 'x'.repeat(20));
  expect(ring.after(3)).toEqual(['x'.repeat(20)]);
  expect(ring.after(2)).toEqual(['frame 3', 'x'.repeat(20)]);
  expect(ring.after(1)).toBeNull();
  ring.add(5, 'y'.repeat(100)); // Larger than the whole ring: nothing is left.
  expect(ring.after(4)).toBeNull();
  expect(ring.after(5)).toEqual([]);
});

test('goes on for a long time without keeping what is gone', () => {
  const ring = ringWith(10_000);
  expect(ring.after(9_996)?.length).toBe(4);
  expect(ring.after(9_995)).toBeNull();
});
