import { expect, test } from 'vitest';
import { between, ROWS_MAX, rowsWithGift, type GiveRow } from './give-rows.ts';
import { NOW_MS, sent } from './testing/gifts.ts';

const line = (saidAtMs: number) => ({ saidAtMs });

test('one row for each combo, where it began, with the server’s count', () => {
  let rows = rowsWithGift([], sent('ann', 'rose', 2));
  rows = rowsWithGift(rows, sent('bo', 'koi'));
  rows = rowsWithGift(rows, sent('ann', 'rose', 3, 5));
  expect(rows.map((row) => row.is === 'gift' && [row.author.name, row.count, row.coins])).toEqual([['ann', 5, 25], ['bo', 1, 5]]);
});

test('the newest stay', () => {
  const rows = Array.from({ length: ROWS_MAX + 5 }, (_, at) => sent(`n${at}`, 'rose')).reduce<readonly GiveRow[]>((all, one) => rowsWithGift(all, one), []);
  expect([rows.length, rows[0]?.id]).toEqual([ROWS_MAX, 'n5-rose']);
});

test('rows stand among the lines by their time, and not before the first one of a list that goes on above', () => {
  const at = (ms: number, by: string) => rowsWithGift([], sent(by, 'rose', 1, 1, { givenAtMs: NOW_MS + ms }))[0] as GiveRow;
  const rows = [at(5, 'a'), at(15, 'b'), at(40, 'c')];
  const lines = [line(NOW_MS + 10), line(NOW_MS + 20)];
  const names = (all: readonly (GiveRow | { saidAtMs: number })[]) => all.map((one) => ('is' in one ? one.id : one.saidAtMs - NOW_MS));
  expect(names(between(lines, rows, false))).toEqual(['a-rose', 10, 'b-rose', 20, 'c-rose']);
  expect(names(between(lines, rows, true))).toEqual([10, 'b-rose', 20, 'c-rose']);
  expect(between(lines, [], false)).toBe(lines);
});
