import { expect, test } from 'vitest';
import { saidAtText, timelineText } from './line-text.ts';

test('a place on the timeline is told to a tenth of a second', () => {
  expect(timelineText(754_250)).toBe('0:12:34.2');
  expect(timelineText(0)).toBe('0:00:00.0');
  expect(timelineText(36_061_999)).toBe('10:01:01.9');
});

test('the date is told only of another day', () => {
  const noon = new Date(2026, 10, 24, 12, 5).getTime();
  expect(saidAtText(noon, noon + 60_000, 'en')).toBe('12:05 PM');
  expect(saidAtText(noon, noon + 86_400_000, 'en')).toContain('Nov 24, 2026');
});
