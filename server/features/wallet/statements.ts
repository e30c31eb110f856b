// Who got and gave what (rule L6): pages for the page, and everything as a file for bookkeeping.

import { STATEMENT_PAGE_MAX } from '../../../shared/limits.ts';
import type { Statement, StatementLine } from '../../../shared/wallet-routes.ts';
import type { AccountId } from '../../ledger/accounts.ts';
import type { WalletStore } from './store.ts';

const FILE_LINES_MAX = 50_000;
const FILE_PAGE = 1_000;
const TRANSFER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** A cell that a spreadsheet would take for a formula is made text, as OWASP advises. */
export const csvCell = (value: string | number | null): string => {
  if (typeof value === 'number') return String(value);
  const text = value ?? '';
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const HEADER = ['time', 'transfer', 'kind', 'coins', 'balance', 'with', 'gift', 'quantity'];
const cellsOf = ({ atMs, transferId, kind, coins, balance, withName, giftId, quantity }: StatementLine) =>
  [new Date(atMs).toISOString(), transferId, kind, coins, balance, withName, giftId, quantity];

export const createStatements = ({ store }: { readonly store: WalletStore }) => ({
  async page(accountId: AccountId, before: string | null): Promise<Statement> {
    const from = before !== null && TRANSFER_ID.test(before) ? before : null;
    const lines = await store.statement(accountId, from, STATEMENT_PAGE_MAX + 1);
    return { lines: lines.slice(0, STATEMENT_PAGE_MAX), hasMore: lines.length > STATEMENT_PAGE_MAX };
  },
  /** Newest first; begins with the mark by which spreadsheets know UTF-8. */
  async file(accountId: AccountId): Promise<string> {
    const rows = [HEADER.join(',')];
    let before: string | null = null;
    while (rows.length <= FILE_LINES_MAX) {
      const lines: StatementLine[] = await store.statement(accountId, before, FILE_PAGE);
      rows.push(...lines.map((line) => cellsOf(line).map(csvCell).join(',')));
      before = lines.at(-1)?.transferId ?? null;
      if (lines.length < FILE_PAGE) break;
    }
    return `\ufeff${rows.join('\r\n')}\r\n`;
  },
});

export type Statements = ReturnType<typeof createStatements>;
