// The gifts that there are. Fetched once for a page, and again when somebody gives one that the page does not know yet.

import type { GiftId } from '../../../shared/ids.ts';
import type { GiftView } from '../../../shared/messages/gifts.ts';
import { browserClock, type Cancel } from '../../live/clock.ts';

const RETRY_MS = 4_000;
/** For unknown gifts: an operator who adds some does not add one a second. */
const AGAIN_MS = 30_000;

export type CatalogueDeps = { readonly load: () => Promise<{ readonly gifts: readonly GiftView[] }> };

export class Catalogue {
  /** Null: not here yet. */
  all = $state.raw<ReadonlyMap<GiftId, GiftView> | null>(null);
  readonly onSale: readonly GiftView[] = $derived(
    [...(this.all?.values() ?? [])].filter(({ isOnSale }) => isOnSale).sort((a, b) => a.position - b.position || a.coins - b.coins),
  );

  readonly #load: CatalogueDeps['load'];
  #isAsked = false;
  #loadedAtMs = 0;
  #cancelRetry: Cancel = () => {};

  constructor(deps: CatalogueDeps) {
    this.#load = deps.load;
  }

  need(): void {
    if (this.all === null) void this.#ask();
  }

  giftOf(giftId: GiftId): GiftView | null {
    return this.all?.get(giftId) ?? null;
  }

  /** Somebody gave it; if it is not known here, the catalogue has changed. */
  met(giftId: GiftId): void {
    if (this.all === null || (!this.all.has(giftId) && browserClock.nowMs() - this.#loadedAtMs > AGAIN_MS)) void this.#ask();
  }

  /** A gift went off sale, or has another price. */
  refresh(): void {
    void this.#ask();
  }

  close(): void {
    this.#isAsked = true;
    this.#cancelRetry();
  }

  async #ask(): Promise<void> {
    if (this.#isAsked) return;
    this.#isAsked = true;
    try {
      const { gifts } = await this.#load();
      this.all = new Map(gifts.map((gift) => [gift.giftId, gift]));
      this.#loadedAtMs = browserClock.nowMs();
      this.#isAsked = false;
    } catch {
      this.#cancelRetry = browserClock.after(RETRY_MS, () => {
        this.#isAsked = false;
        void this.#ask();
      });
    }
  }
}
