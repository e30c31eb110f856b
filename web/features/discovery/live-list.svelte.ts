// Who is live, read again every few seconds while somebody looks. Built by the home page, and stopped with it.
// Invariant: a failed read keeps the last list and says that it is old; the page never empties because a request failed.

import type { LiveCard } from '../../../shared/routes.ts';
import { call, codeOf } from '../../live/http.ts';
import type { AnyErrorCode } from '../../text/error-text.ts';

const POLL_MS = 10_000;

export class LiveList {
  /** null until the first answer. */
  cards = $state.raw<readonly LiveCard[] | null>(null);
  /** Why the last read failed. */
  problem = $state<AnyErrorCode | null>(null);

  /** Reads now and then every POLL_MS while the page is visible; returns how to stop. */
  start(): () => void {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = async (): Promise<void> => {
      clearTimeout(timer);
      if (document.visibilityState === 'hidden') return;
      await this.#read(stop.signal);
      // Hidden pages and pages that went away in the meantime do not go on.
      clearTimeout(timer);
      if (!stop.signal.aborted) timer = setTimeout(() => void tick(), POLL_MS);
    };
    document.addEventListener('visibilitychange', () => void tick(), { signal: stop.signal });
    void tick();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }

  async #read(signal: AbortSignal): Promise<void> {
    try {
      const { live } = await call('live.list', { signal });
      if (signal.aborted) return;
      this.cards = live;
      this.problem = null;
    } catch (thrown) {
      if (!signal.aborted) this.problem = codeOf(thrown);
    }
  }
}
