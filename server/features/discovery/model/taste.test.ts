import { expect, test } from 'vitest';
import { hourAgreement, leave, newTaste, remember } from './taste.ts';

const watchedAt = (hours: readonly number[]) => {
  const taste = newTaste();
  for (const at of hours) remember(taste, 1, at, () => true);
  const [known] = taste.known;
  if (!known) throw new Error('nothing was remembered');
  return known;
};

test('the time of day of earlier watches: the same hour agrees most, the opposite least, one watch says little', () => {
  const evenings = watchedAt([20, 44, 68, 92, 116]);
  const [same, near, far] = [20, 22, 8].map((hour) => hourAgreement(evenings, 240 + hour));
  expect(same).toBeGreaterThan(0.7);
  expect(near).toBeLessThan(same ?? 0);
  expect(far).toBeLessThan(0);
  expect(hourAgreement(watchedAt([20]), 44)).toBeLessThan(0.6);
});

test('what was left counts from then on; never from earlier than before, and nothing is learned of what is not known', () => {
  const taste = newTaste();
  remember(taste, 1, 20, () => true);
  leave(taste, 1, 22);
  leave(taste, 1, 21);
  leave(taste, 2, 23);
  expect(taste.known.map(({ ref, lastHours }) => [ref, lastHours])).toEqual([[1, 22]]);
});
