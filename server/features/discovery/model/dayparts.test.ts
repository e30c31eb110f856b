import { expect, test } from 'vitest';
import { addTime, createDayparts, newTimes } from './dayparts.ts';
import { seededRandom } from './random.ts';

const watchedAt = (...hours: readonly number[]) => {
  const times = newTimes();
  for (const at of hours) addTime(times, at, 0.97);
  return times;
};

test('before anything was learned: the same hour agrees most, the opposite least, one watch says little', () => {
  const { agreement } = createDayparts();
  const evenings = watchedAt(20, 44, 68, 92, 116);
  const [same = 0, near = 0, far = 0] = [20, 22, 8].map((hour) => agreement(evenings, 240 + hour));
  expect(same).toBeGreaterThan(0.7);
  expect(near).toBeLessThan(same);
  expect(far).toBeLessThan(0);
  expect(agreement(watchedAt(20), 44)).toBeLessThan(0.6);
});

test('learns which times go together, also where the clock says otherwise: a long day that ends at seven, and an evening', () => {
  const random = seededRandom(4);
  const dayparts = createDayparts();
  const isEvening = (hours: number): boolean => hours % 24 >= 19;
  for (let choice = 0; choice < 30_000; choice++) {
    const [then, now] = [24 * random(), 24 * random()];
    const habit = watchedAt(then, then, then);
    const wanted = isEvening(then) === isEvening(now) ? 1 : -1;
    dayparts.missed(habit, (wanted - dayparts.agreement(habit, now)) / 2, 1);
    dayparts.learn(now);
  }
  const between = (then: number, now: number): number => dayparts.agreement(watchedAt(then, then + 24, then + 48), 96 + now);
  expect(between(2, 14)).toBeGreaterThan(0.3); // the opposite times of one long day
  expect(between(22, 20)).toBeGreaterThan(0.3);
  expect(between(17, 20)).toBeLessThan(0); // near, and on the other side
  expect(between(21, 16)).toBeLessThan(0);
});

test('what nothing was missed of stays as it was', () => {
  const dayparts = createDayparts();
  const before = dayparts.agreement(watchedAt(20), 44);
  for (let choice = 0; choice < 1_000; choice++) dayparts.learn(44);
  expect(dayparts.agreement(watchedAt(20), 44)).toBe(before);
});
