import { expect, test } from 'vitest';
import { formatAgo, formatBitrate, formatCount, formatDuration } from './format.ts';

test('counts are short, in each language its own way', () => {
  expect(formatCount(999, 'en')).toBe('999');
  expect(formatCount(12_000, 'en')).toBe('12K');
  expect(formatCount(12_345, 'zh-CN')).toBe('1.2万');
  expect(formatCount(1_250_000_000, 'zh-CN')).toBe('12.5亿');
});

test('durations read like a clock', () => {
  expect(formatDuration(0)).toBe('0:00');
  expect(formatDuration(59_999)).toBe('0:59');
  expect(formatDuration(3_723_000)).toBe('1:02:03');
  expect(formatDuration(100 * 3_600_000)).toBe('100:00:00');
  // A page whose clock is behind the server's must not show -1.
  expect(formatDuration(-5_000)).toBe('0:00');
});

test('the past is told in the largest unit that fits', () => {
  const now = Date.UTC(2026, 10, 23);
  expect(formatAgo(now - 30_000, now, 'en')).toBe('now');
  expect(formatAgo(now - 3 * 60_000, now, 'en')).toBe('3 minutes ago');
  expect(formatAgo(now - 25 * 3_600_000, now, 'en')).toBe('yesterday');
  expect(formatAgo(now - 2 * 3_600_000, now, 'zh-CN')).toBe('2小时前');
});

test('bit rates change their unit at a million', () => {
  expect(formatBitrate(640_400, 'en')).toBe('640 kbps');
  expect(formatBitrate(2_449_000, 'en')).toBe('2.4 Mbps');
});
