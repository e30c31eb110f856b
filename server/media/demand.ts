// How many layers of one publication anybody wants, so that its publisher sends no others (rule S14). Counts wishes, knows
// neither who wishes nor who publishes. Invariant: what was told last is never less than what is wanted now.

import type { Cancel, Clock } from '../lib/clock.ts';

/** People look away and back, and pages change their layout: a layer that starts anew costs a keyframe and a second. */
export const DEMAND_FALLS_AFTER_MS = 5_000;

export class Demand {
  readonly #clock: Clock;
  readonly #told: (layers: number) => void;
  /** By number of layers: how many viewers want exactly so many. */
  readonly #wishes: number[];
  /** The publisher begins with all of them. */
  #current: number;
  /** The most that was wanted since the wait began. */
  #peak = 0;
  #wait: Cancel | null = null;
  #isClosed = false;

  constructor(deps: { readonly clock: Clock; readonly layers: number; readonly told: (layers: number) => void }) {
    this.#clock = deps.clock;
    this.#told = deps.told;
    this.#wishes = Array.from({ length: deps.layers + 1 }, () => 0);
    this.#current = deps.layers;
    this.#settle();
  }

  /** Somebody wants another number of layers; null: does not receive it, before or from now on. */
  moved(from: number | null, to: number | null): void {
    if (from === to) return;
    if (from !== null) this.#wishes[from] = (this.#wishes[from] ?? 0) - 1;
    if (to !== null) this.#wishes[to] = (this.#wishes[to] ?? 0) + 1;
    this.#settle();
  }

  /** The publication has ended: who wanted it may still say otherwise, and nobody is told. */
  close(): void {
    this.#isClosed = true;
    this.#keep();
  }

  #keep(): void {
    this.#wait?.();
    this.#wait = null;
  }

  #wanted(): number {
    return Math.max(0, this.#wishes.findLastIndex((viewers) => viewers > 0));
  }

  #settle(): void {
    if (this.#isClosed) return;
    const wanted = this.#wanted();
    this.#peak = Math.max(this.#peak, wanted);
    if (wanted >= this.#current) {
      this.#keep(); // what would have fallen is wanted again
      if (wanted > this.#current) this.#tell(wanted);
    } else if (this.#wait === null) {
      this.#peak = wanted;
      this.#wait = this.#clock.after(DEMAND_FALLS_AFTER_MS, () => this.#fall());
    }
  }

  #fall(): void {
    this.#wait = null;
    if (this.#peak < this.#current) this.#tell(this.#peak);
    this.#settle();
  }

  #tell(layers: number): void {
    this.#current = layers;
    this.#told(layers);
  }
}
