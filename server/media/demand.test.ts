import { expect, test } from 'vitest';
import { createHandClock } from '../lib/clock.ts';
import { DEMAND_FALLS_AFTER_MS, Demand } from './demand.ts';

const setUp = (layers = 3) => {
  const clock = createHandClock();
  const told: number[] = [];
  return { clock, told, demand: new Demand({ clock, layers, told: (wanted) => void told.push(wanted) }) };
};

test('[S14] what nobody wants is told after a while, what somebody wants at once', () => {
  const { clock, told, demand } = setUp();
  clock.advance(DEMAND_FALLS_AFTER_MS - 1);
  expect(told).toEqual([]);
  clock.advance(1);
  expect(told).toEqual([0]);
  demand.moved(null, 2);
  expect(told).toEqual([0, 2]);
  demand.moved(2, 3);
  expect(told).toEqual([0, 2, 3]);
});

test('[S14] the largest wish counts, and who looks away and back in time changes nothing', () => {
  const { clock, told, demand } = setUp();
  demand.moved(null, 3);
  demand.moved(null, 1);
  demand.moved(3, 0);
  clock.advance(DEMAND_FALLS_AFTER_MS - 1);
  demand.moved(0, 3);
  clock.advance(60_000);
  expect(told).toEqual([]);
  demand.moved(3, null);
  clock.advance(DEMAND_FALLS_AFTER_MS);
  expect(told).toEqual([1]);
});

test('[S14] it falls only as far as nobody wanted more all the while', () => {
  const { clock, told, demand } = setUp();
  demand.moved(null, 3);
  demand.moved(3, 0);
  clock.advance(DEMAND_FALLS_AFTER_MS - 100);
  demand.moved(0, 2);
  clock.advance(50);
  demand.moved(2, 0);
  clock.advance(50);
  expect(told).toEqual([2]);
  clock.advance(DEMAND_FALLS_AFTER_MS);
  expect(told).toEqual([2, 0]);
});

test('a flood of wishes is few facts, and a closed one tells nothing and leaves no timer', () => {
  const { clock, told, demand } = setUp();
  for (let turn = 0; turn < 1_000; turn += 1) {
    demand.moved(null, 3);
    demand.moved(3, null);
    clock.advance(10);
  }
  expect(told.length).toBeLessThanOrEqual(4);
  demand.close();
  const before = told.length;
  clock.advance(60_000);
  expect(told.length).toBe(before);
  expect(clock.timers()).toBe(0);
});
