import { expect, test } from 'vitest';
import { firstLetter, hueOf } from './avatar.ts';

test('the first letter is what people see as one character', () => {
  expect(firstLetter('lin')).toBe('L');
  expect(firstLetter(' 桥 live')).toBe('桥');
  expect(firstLetter('👩‍🎤 band')).toBe('👩‍🎤');
  expect(firstLetter('')).toBe('?');
});

test('a name keeps its colour, and names differ', () => {
  expect(hueOf('lin')).toBe(hueOf('lin'));
  expect(new Set(['lin', 'mei', 'ada', 'bo', 'chen', 'dara'].map(hueOf)).size).toBeGreaterThan(2);
});
