// Who got and gave what (rule L6): pages for the page, and everything as a file for bookkeeping.

import { STATEMENT_PAGE_MAX } from '../../../shared/limits.ts';
import type { Statement, StatementLine } from '../../../shared/wallet-routes.ts';
import type { AccountId } from '../../ledger/accounts.ts';
import { csvCell } from '../../lib/csv.ts';
import type { WalletStore } from './store.ts';

/** Some 5 MB, made in memory. */
const FILE_LINES_MAX = 50_000;
const FILE_PAGE = 1_000;
const TRANSFER_ID = /^[A-Za-z0-9_-]{1,64}$/;

const HEADER = ['time', 'transfer', 'kind', 'coins', 'balance', 'with', 'gift', 'quantity'];
const cellsOf = ({ atMs, transferId, kind, coins, balance, withName, giftId, quantity }: StatementLine) =>
  [new Date(atMs).toISOString(), transferId, kind, coins, balance, withName, giftId, quantity];

type StatementsDeps = {
  readonly store: Pick<WalletStore, 'statement'>;
  /** In tests. */
  readonly fileLinesMax?: number;
};

const idOrNull = (text: string | null): string | null => (text !== null && TRANSFER_ID.test(text) ? text : null);

export const createStatements = ({ store, fileLinesMax = FILE_LINES_MAX }: StatementsDeps) => ({
  async page(accountId: AccountId, before: string | null): Promise<Statement> {
    const lines = await store.statement(accountId, idOrNull(before), STATEMENT_PAGE_MAX + 1);
    return { lines: lines.slice(0, STATEMENT_PAGE_MAX), hasMore: lines.length > STATEMENT_PAGE_MAX };
  },
  /** Newest first, from `since` on, the last line of the file before; begins with the mark by which spreadsheets know UTF-8. Its last line says if there is more. */
  async file(accountId: AccountId, since: string | null): Promise<string> {
    const rows = [HEADER.join(',')];
    let before = idOrNull(since);
    for (;;) {
      const wanted = Math.min(FILE_PAGE, fileLinesMax + 1 - rows.length);
      const lines: StatementLine[] = await store.statement(accountId, before, wanted + 1);
      rows.push(...lines.slice(0, wanted).map((line) => cellsOf(line).map(csvCell).join(',')));
      before = lines[wanted - 1]?.transferId ?? null;
      if (lines.length <= wanted) break;
      if (rows.length <= fileLinesMax) continue;
      rows.push(`,,more,,,statement.csv?before=${before ?? ''},,`);
      break;
    }
    return `\ufeff${rows.join('\r\n')}\r\n`;
  },
});

export type Statements = ReturnType<typeof createStatements>;
