import { expect, test } from 'vitest';
import { formatChange, formatMoney } from './format-money.ts';

test('money is written as its currency is, from the smallest unit', () => {
  expect(formatMoney(499, 'USD', 'en')).toBe('$4.99');
  expect(formatMoney(499, 'USD', 'zh-CN')).toBe('US$4.99');
  expect(formatMoney(1_200, 'JPY', 'en')).toBe('¥1,200');
  expect(formatMoney(0, 'CNY', 'zh-CN')).toBe('¥0.00');
});

test('what came and what went have a sign', () => {
  expect([1_200, -30, 0].map((value) => formatChange(value, 'en'))).toEqual(['+1,200', '−30', '0']);
});
