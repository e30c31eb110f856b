// Who is live, read again every few seconds while somebody looks. Built by what shows it, and stopped with it.
// Invariant: a failed read keeps the last list and says that it is old; the page never empties because a request failed.

import type { LiveCard } from '../../../shared/live-card.ts';
import { codeOf } from '../../live/http.ts';
import { callFeed } from '../../live/http-feed.ts';
import type { AnyErrorCode } from '../../text/error-text.ts';
import { whileVisible } from './polling.ts';

const POLL_MS = 10_000;

export class LiveList {
  /** null until the first answer. */
  cards = $state.raw<readonly LiveCard[] | null>(null);
  /** Why the last read failed. */
  problem = $state<AnyErrorCode | null>(null);

  /** Reads now and then every POLL_MS while the page is visible; returns how to stop. */
  start(): () => void {
    return whileVisible(POLL_MS, (signal) => this.#read(signal));
  }

  async #read(signal: AbortSignal): Promise<void> {
    try {
      const { live } = await callFeed('live.list', { signal });
      if (signal.aborted) return;
      this.cards = live;
      this.problem = null;
    } catch (thrown) {
      if (!signal.aborted) this.problem = codeOf(thrown);
    }
  }
}
