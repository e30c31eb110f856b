// Something that is asked for again and again while somebody can see it. Invariant: one question at a time, so that a slow answer is
// not overtaken; the last answer stays when a later question fails, and `code` says that it is old.

import { codeOf } from '../../live/http.ts';
import type { AnyErrorCode } from '../../text/error-text.ts';

type Deps<T> = { readonly ask: () => Promise<T>; readonly everyMs: number; readonly isHidden: () => boolean };

export class Asking<T> {
  /** Null until the first answer. */
  value = $state.raw<T | null>(null);
  /** Why the last question failed. */
  code = $state<AnyErrorCode | null>(null);
  readonly #deps: Deps<T>;
  #isAsking = false;

  constructor(deps: Deps<T>) {
    this.#deps = deps;
  }

  /** Begins; gives how to stop. */
  start(): () => void {
    void this.load();
    const timer = setInterval(() => void (this.#deps.isHidden() || this.load()), this.#deps.everyMs);
    return () => clearInterval(timer);
  }

  async load(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      this.value = await this.#deps.ask();
      this.code = null;
    } catch (thrown) {
      this.code = codeOf(thrown);
    } finally {
      this.#isAsking = false;
    }
  }
}
