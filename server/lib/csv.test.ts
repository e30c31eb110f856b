import { expect, test } from 'vitest';
import { csvCell, csvFile } from './csv.ts';

test('a cell is never taken for a formula', () => {
  expect(['=1+1', '+1', '-1', '@x', '\tx'].map(csvCell)).toEqual(["'=1+1", "'+1", "'-1", "'@x", "'\tx"]);
  expect([csvCell(-1), csvCell(null), csvCell('a "b", c'), csvCell('=a,"b"')]).toEqual(['-1', '', '"a ""b"", c"', '"\'=a,""b"""']);
});

test('a file has a mark for UTF-8 and a line for each row', () => {
  expect(csvFile([['day', 'n'], ['一', 2]])).toBe('\ufeffday,n\r\n一,2\r\n');
});
