import { expect, test } from 'vitest';
import { csvCell } from './statements.ts';

test.each([
  ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
  ['+1', "'+1"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['a, b', '"a, b"'],
  ['two\nlines', '"two\nlines"'],
  ['桥 "Qiao"', '"桥 ""Qiao"""'],
  ['plain', 'plain'],
])('the cell of %j is %j: no spreadsheet takes it for a formula, or for two cells', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

test('numbers are numbers, also below zero, and nothing is nothing', () => {
  expect([csvCell(-50), csvCell(0), csvCell(null)]).toEqual(['-50', '0', '']);
});
