// The lines of one account, newest first, a page at a time. Invariant: each line once, in order; a page that was asked for before the
// list began anew is thrown away.

import type { TransferId } from '../../../shared/ids.ts';
import type { Statement, StatementLine } from '../../../shared/wallet-routes.ts';
import { codeOf } from '../../live/http.ts';
import type { AnyErrorCode } from '../../text/error-text.ts';

export class StatementPages {
  /** Null until the first answer. */
  lines = $state.raw<readonly StatementLine[] | null>(null);
  hasMore = $state(false);
  isBusy = $state(false);
  code = $state<AnyErrorCode | null>(null);
  readonly #read: (before: TransferId | null) => Promise<Statement>;
  #asked = 0;
  #askedBefore: TransferId | null = null;

  constructor(read: (before: TransferId | null) => Promise<Statement>) {
    this.#read = read;
  }

  /** The newest page, before what is here already, as after an act that added lines. */
  refresh(): Promise<void> {
    return this.#ask(null);
  }

  /** What failed, once more. */
  retry(): Promise<void> {
    return this.#ask(this.#askedBefore);
  }

  /** The page after the last line. */
  async more(): Promise<void> {
    const last = this.lines?.at(-1);
    if (last && this.hasMore && !this.isBusy) await this.#ask(last.transferId);
  }

  async #ask(before: TransferId | null): Promise<void> {
    const mine = ++this.#asked;
    this.#askedBefore = before;
    this.isBusy = true;
    try {
      const { lines, hasMore } = await this.#read(before);
      if (mine !== this.#asked) return;
      if (before === null) this.#begin(lines, hasMore);
      else {
        this.lines = [...(this.lines ?? []), ...lines];
        this.hasMore = hasMore;
      }
      this.code = null;
    } catch (thrown) {
      if (mine === this.#asked) this.code = codeOf(thrown);
    } finally {
      if (mine === this.#asked) this.isBusy = false;
    }
  }

  /** Older lines that were read before stay, if the new page reaches down to them. */
  #begin(newest: readonly StatementLine[], hasMore: boolean): void {
    const lastId = newest.at(-1)?.transferId;
    const at = this.lines?.findIndex(({ transferId }) => transferId === lastId) ?? -1;
    const older = at < 0 ? [] : (this.lines?.slice(at + 1) ?? []);
    this.lines = [...newest, ...older];
    if (older.length === 0) this.hasMore = hasMore;
  }
}
