import { expect, test } from 'vitest';
import type { AccountId } from '../../ledger/accounts.ts';
import { csvCell } from '../../lib/csv.ts';
import { createStatements } from './statements.ts';

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

test('[L6] a statement that is longer than a file says so, and goes on in the next one', async () => {
  const all = Array.from({ length: 2_500 }, (_, at) => ({ atMs: 0, transferId: `t${String(9_999 - at)}`, kind: 'gift', coins: -1, balance: at, withName: null, giftId: null, quantity: null }));
  const statement = (_: AccountId, before: string | null, max: number) =>
    Promise.resolve(all.filter(({ transferId }) => before === null || transferId < before).slice(0, max) as never);
  const { file } = createStatements({ store: { statement }, fileLinesMax: 1_200 });
  const read: string[] = [];
  let before: string | null = null;
  for (let files = 0; files < 3; files += 1) {
    const rows = (await file('wallet:ada' as AccountId, before)).trim().split('\r\n').slice(1);
    const more = /,,more,,,statement\.csv\?before=(\w+),,/.exec(rows.at(-1) ?? '');
    read.push(...(more ? rows.slice(0, -1) : rows).map((row) => row.split(',')[1] ?? ''));
    before = more?.[1] ?? null;
    expect(more === null).toBe(files === 2);
  }
  expect(read).toEqual(all.map(({ transferId }) => transferId));
  expect((await createStatements({ store: { statement }, fileLinesMax: 2_500 }).file('wallet:ada' as AccountId, null)).includes('more')).toBe(false);
});
