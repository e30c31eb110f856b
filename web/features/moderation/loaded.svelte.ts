// Something that is asked for when its part of the page is opened, and again when news makes it stale, but never faster than the
// server wants to be asked.

import { browserClock, type Cancel } from '../../live/clock.ts';
import { codeOf, type RequestErrorCode } from '../../live/request-error.ts';

const PAUSE_MS = 2_500;

export class Loaded<T> {
  /** Null until the first answer; a later one that fails leaves the last. */
  value = $state.raw<T | null>(null);
  code = $state<RequestErrorCode | null>(null);

  readonly #ask: () => Promise<T>;
  #askedAtMs = -Infinity;
  #cancel: Cancel | null = null;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** Soon: now, or when the pause since the last time is over. */
  refresh(): void {
    if (this.#cancel) return;
    const waitMs = this.#askedAtMs + PAUSE_MS - browserClock.nowMs();
    if (waitMs <= 0) return void this.#load();
    this.#cancel = browserClock.after(waitMs, () => {
      this.#cancel = null;
      void this.#load();
    });
  }

  close(): void {
    this.#cancel?.();
  }

  async #load(): Promise<void> {
    this.#askedAtMs = browserClock.nowMs();
    try {
      this.value = await this.#ask();
      this.code = null;
    } catch (error) {
      this.code = codeOf(error) ?? 'internal';
    }
  }
}
