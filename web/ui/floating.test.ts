import { expect, test } from 'vitest';
import { stepIndex } from './floating.ts';

test('arrows go round, Home and End go to the ends, other keys mean nothing', () => {
  expect(stepIndex(-1, 3, 'ArrowDown')).toBe(0);
  expect(stepIndex(2, 3, 'ArrowDown')).toBe(0);
  expect(stepIndex(0, 3, 'ArrowUp')).toBe(2);
  expect(stepIndex(-1, 3, 'ArrowUp')).toBe(2);
  expect(stepIndex(1, 3, 'Home')).toBe(0);
  expect(stepIndex(1, 3, 'End')).toBe(2);
  expect(stepIndex(1, 3, 'a')).toBeNull();
  expect(stepIndex(-1, 0, 'ArrowDown')).toBeNull();
});
