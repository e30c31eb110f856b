// Something that a page of money shows, asked for over HTTP, and again after each act that changes it. Invariant: the last answer
// stays when a later one fails, and an answer that was overtaken by a newer one is not shown.

import { codeOf } from '../../live/http.ts';
import type { AnyErrorCode } from '../../text/error-text.ts';

export class Fetched<T> {
  /** Null until the first answer. */
  value = $state.raw<T | null>(null);
  /** Why the last try failed. */
  code = $state<AnyErrorCode | null>(null);
  readonly #ask: () => Promise<T>;
  #asked = 0;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  async load(): Promise<void> {
    const mine = ++this.#asked;
    try {
      const value = await this.#ask();
      if (mine !== this.#asked) return;
      this.value = value;
      this.code = null;
    } catch (thrown) {
      if (mine === this.#asked) this.code = codeOf(thrown);
    }
  }
}
