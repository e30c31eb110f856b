// One form's sending, by HTTP or in a room: whether it is on its way, and what came back. Invariant: while one is on its way no
// second one starts.

import { codeOf } from './live/http.ts';
import { codeOf as requestCodeOf } from './live/request-error.ts';
import { errorText, type AnyErrorCode } from './text/error-text.ts';

export class Submission {
  isBusy = $state(false);
  code = $state<AnyErrorCode | null>(null);

  /** Runs `act`; true if it went through. What it throws stands in `code` until the next try. */
  async run(act: () => Promise<unknown>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.code = null;
    try {
      await act();
      return true;
    } catch (thrown) {
      this.code = requestCodeOf(thrown) ?? codeOf(thrown);
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  /** Words for a failure that belongs to one field, to stand below it. */
  about(...codes: readonly AnyErrorCode[]): string | undefined {
    return this.code !== null && codes.includes(this.code) ? errorText(this.code) : undefined;
  }

  /** Words for a failure that belongs to none of these, to stand at the form's end. */
  besides(...codes: readonly AnyErrorCode[]): string | undefined {
    return this.code !== null && !codes.includes(this.code) ? errorText(this.code) : undefined;
  }
}
