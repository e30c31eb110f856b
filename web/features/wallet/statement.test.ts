import { expect, test } from 'vitest';
import type { TransferId } from '../../../shared/ids.ts';
import type { Statement, StatementLine, TransferKind } from '../../../shared/wallet-routes.ts';
import { StatementPages } from './statement.svelte.ts';
import { byDay, kindText, partyText } from './statement-text.ts';

const NOON_MS = new Date(2026, 4, 10, 12).getTime();
const line = (id: string, fields: Partial<StatementLine> = {}): StatementLine => ({
  transferId: id as TransferId, kind: 'gift' as TransferKind, coins: -10, balance: 90, atMs: NOON_MS, withName: null, giftId: null, quantity: null, ...fields,
});
const ids = (pages: StatementPages): string[] | undefined => pages.lines?.map(({ transferId }) => transferId);

/** Lines 1 to `count`, newest first, two on a page. */
const account = (count: number) => {
  const state = { count, asked: [] as (string | null)[], isDown: false };
  const read = (before: TransferId | null): Promise<Statement> => {
    state.asked.push(before);
    if (state.isDown) return Promise.reject(new Error('away'));
    const from = before === null ? state.count : Number(before) - 1;
    const lines = [from, from - 1].filter((id) => id > 0).map((id) => line(String(id)));
    return Promise.resolve({ lines, hasMore: from - 2 > 0 });
  };
  return { state, pages: new StatementPages(read) };
};

test('pages follow one another, each line once, until there are no more', async () => {
  const { state, pages } = account(5);
  await pages.refresh();
  await pages.more();
  expect(ids(pages)).toEqual(['5', '4', '3', '2']);
  expect(pages.hasMore).toBe(true);
  await pages.more();
  expect(ids(pages)).toEqual(['5', '4', '3', '2', '1']);
  await pages.more();
  expect(state.asked).toEqual([null, '4', '2']);
});

test('new lines come before what was read already, which stays', async () => {
  const { state, pages } = account(5);
  await pages.refresh();
  await pages.more();
  state.count = 6;
  await pages.refresh();
  expect(ids(pages)).toEqual(['6', '5', '4', '3', '2']);
  expect(pages.hasMore).toBe(true);
});

test('with more new lines than a page there is no hole: the list begins anew', async () => {
  const { state, pages } = account(3);
  await pages.refresh();
  state.count = 7;
  await pages.refresh();
  expect(ids(pages)).toEqual(['7', '6']);
});

test('what failed is said, and asked for again where it failed', async () => {
  const { state, pages } = account(5);
  await pages.refresh();
  state.isDown = true;
  await pages.more();
  expect(pages.code).not.toBeNull();
  expect(ids(pages)).toEqual(['5', '4']);
  state.isDown = false;
  await pages.retry();
  expect(pages.code).toBeNull();
  expect(ids(pages)).toEqual(['5', '4', '3', '2']);
});

test('two answers on their way: only the newer question counts', async () => {
  const answers: ((statement: Statement) => void)[] = [];
  const pages = new StatementPages(() => new Promise((resolve) => answers.push(resolve)));
  const [first, second] = [pages.refresh(), pages.refresh()];
  answers[1]?.({ lines: [line('2')], hasMore: false });
  answers[0]?.({ lines: [line('1')], hasMore: true });
  await Promise.all([first, second]);
  expect(ids(pages)).toEqual(['2']);
  expect(pages.isBusy).toBe(false);
});

test('lines stand under their day, in their order', () => {
  const days = byDay([line('3'), line('2', { atMs: NOON_MS - 3_600_000 }), line('1', { atMs: NOON_MS - 86_400_000 })], 'en');
  expect(days.map(({ name, lines }) => [name, lines.map(({ transferId }) => transferId)])).toEqual([
    ['Sunday, May 10, 2026', ['3', '2']],
    ['Saturday, May 9, 2026', ['1']],
  ]);
});

test('a line says what it was and whether it went to somebody or came from them', () => {
  expect(kindText('red_packet_return')).toBe('Red packet: what nobody took');
  expect(partyText({ coins: -10, withName: 'Lin' })).toBe('to Lin');
  expect(partyText({ coins: 7, withName: 'Lin' })).toBe('from Lin');
  expect(partyText({ coins: 7, withName: null })).toBeNull();
});
