// What the studio's panel shows while on air, asked for every few seconds as long as somebody can see it.

import type { LiveReport } from '../../../shared/analytics-routes.ts';

type Deps = {
  readonly ask: () => Promise<LiveReport>;
  readonly everyMs: number;
  readonly isHidden: () => boolean;
};

export class LiveFigures {
  /** Null: nothing is known, or nothing is on air. */
  live = $state.raw<LiveReport['live']>(null);
  /** The last try failed, and what is shown may be old. */
  isOld = $state(false);
  readonly #deps: Deps;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isAsking = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Begins to ask; returns how to stop. */
  start(): () => void {
    void this.#ask();
    this.#timer = setInterval(() => void this.#ask(), this.#deps.everyMs);
    return () => clearInterval(this.#timer);
  }

  /** One question at a time: a slow answer is not overtaken. */
  async #ask(): Promise<void> {
    if (this.#isAsking || this.#deps.isHidden()) return;
    this.#isAsking = true;
    try {
      this.live = (await this.#deps.ask()).live;
      this.isOld = false;
    } catch {
      this.isOld = true;
    } finally {
      this.#isAsking = false;
    }
  }
}
