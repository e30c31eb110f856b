import { expect, test } from 'vitest';
import { leave, newTaste, remember } from './taste.ts';

test('what was left counts from then on; never from earlier than before, and nothing is learned of what is not known', () => {
  const taste = newTaste();
  remember(taste, 1, 20, () => true);
  leave(taste, 1, 22);
  leave(taste, 1, 21);
  leave(taste, 2, 23);
  expect(taste.known.map(({ ref, lastHours }) => [ref, lastHours])).toEqual([[1, 22]]);
});
