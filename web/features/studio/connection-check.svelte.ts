// The connection check as the studio shows it: runs once by itself and again by button, and stands aside for going live.

import type { Ask } from '../../live/requests.ts';
import { checkConnection } from '../../media/check.ts';
import type { CheckOutcome } from './check-verdict.ts';

export class ConnectionCheck {
  isRunning = $state(false);
  /** null until the first check is done. */
  outcome = $state.raw<CheckOutcome | null>(null);

  readonly #ask: Ask;
  #running: AbortController | null = null;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async run(): Promise<void> {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    this.isRunning = true;
    try {
      this.outcome = await checkConnection({ ask: this.#ask, signal: running.signal });
    } catch {
      if (!running.signal.aborted) this.outcome = 'failed';
    } finally {
      this.#running = null;
      this.isRunning = false;
    }
  }

  /** Its noise would take the room that the broadcast needs. */
  stop(): void {
    this.#running?.abort();
  }
}
