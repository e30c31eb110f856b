// One top-up on its way: with the sandbox the page decides how it ends, with a real provider it waits for the provider's word.
// Invariant: the page asks WAITS times at most and then says that it takes longer; nothing here can pay or charge by itself.

import type { TopUpView } from '../../../shared/wallet-routes.ts';
import type { Cancel, Clock } from '../../live/clock.ts';
import { codeOf } from '../../live/http.ts';
import { Submission } from '../../submission.svelte.ts';
import type { AnyErrorCode } from '../../text/error-text.ts';

/** Often at first, when the word is expected, then more rarely: together about a minute and a half. */
const waitMs = (asked: number): number => (asked < 10 ? 1_500 : 4_000);
const WAITS = 28;

export type TopUpDeps = {
  readonly clock: Clock;
  readonly show: () => Promise<TopUpView>;
  readonly decide: (outcome: 'pay' | 'decline') => Promise<TopUpView>;
};

export class TopUp {
  view = $state.raw<TopUpView | null>(null);
  /** Why it cannot be shown. */
  code = $state<AnyErrorCode | null>(null);
  /** The provider has not said anything for so long that waiting here makes no sense. */
  isLate = $state(false);
  readonly submission = new Submission();
  /** How the sandbox was told to end it, while that is on its way. */
  outcome = $state<'pay' | 'decline' | null>(null);
  readonly #deps: TopUpDeps;
  #isClosed = false;
  #asked = 0;
  #cancel: Cancel = () => {};

  constructor(deps: TopUpDeps) {
    this.#deps = deps;
  }

  get isWaiting(): boolean {
    return this.view?.state === 'open' && this.view.provider !== 'sandbox';
  }

  /** Asks now, and again while the provider has not spoken. */
  async watch(): Promise<void> {
    this.#cancel();
    this.#asked = 0;
    this.isLate = false;
    await this.#ask();
  }

  async decide(outcome: 'pay' | 'decline'): Promise<void> {
    if (this.submission.isBusy) return;
    this.outcome = outcome;
    await this.submission.run(async () => {
      this.view = await this.#deps.decide(outcome);
    });
    this.outcome = null;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  async #ask(): Promise<void> {
    try {
      this.view = await this.#deps.show();
      this.code = null;
    } catch (thrown) {
      this.code = codeOf(thrown);
      // One answer that is missing ends nothing while there was one before.
      if (this.view === null) return;
    }
    if (this.#isClosed || !this.isWaiting) return;
    if (this.#asked >= WAITS) {
      this.isLate = true;
      return;
    }
    this.#cancel = this.#deps.clock.after(waitMs(this.#asked), () => void this.#ask());
    this.#asked += 1;
  }
}
