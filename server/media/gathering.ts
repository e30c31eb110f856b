// Viewers who come at once begin with the same keyframe. Its request goes to the publisher twice a second at most (publisher.ts), so of two
// viewers who connect one after the other the second would wait for half a second; instead the first waits a little for those who were let
// in with it. Who comes alone waits for nobody. Knows numbers and functions only; one for each room.

import type { Cancel, Clock } from '../lib/clock.ts';

/** So long the first one waits at most. */
const WAIT_MS = 250;
/** Who has not connected so long after it was let in is waited for no longer. */
const UNDERWAY_MS = 1_000;

export class Gathering {
  readonly #clock: Clock;
  /** Let in and not connected yet, since when. */
  readonly #underway = new Map<object, number>();
  /** Of those the ones that the first of the present gathering found. */
  #awaited = new Set<object>();
  readonly #here = new Map<object, () => void>();
  #cancel: Cancel | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  expect(who: object): void {
    this.#underway.set(who, this.#clock.nowMs());
  }

  /** It has connected: `begin` is called when the others are there, or have had their time. */
  arrived(who: object, begin: () => void): void {
    this.#underway.delete(who);
    if (this.#here.size === 0) this.#open();
    this.#here.set(who, begin);
    this.#awaited.delete(who);
    if (this.#awaited.size === 0) this.#beginAll();
  }

  left(who: object): void {
    // The last one who waited has gone: nobody is gathered any more.
    if (this.#here.delete(who) && this.#here.size === 0) return this.#beginAll();
    this.#underway.delete(who);
    if (this.#awaited.delete(who) && this.#awaited.size === 0) this.#beginAll();
  }

  /** In a storm of joins there is always somebody underway: who is let in from now on is welcome, and not waited for. */
  #open(): void {
    const since = this.#clock.nowMs() - UNDERWAY_MS;
    for (const [who, atMs] of this.#underway) if (atMs <= since) this.#underway.delete(who);
    this.#awaited = new Set(this.#underway.keys());
    this.#cancel = this.#clock.after(WAIT_MS, () => this.#beginAll());
  }

  #beginAll(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#awaited.clear();
    const all = [...this.#here.values()];
    this.#here.clear();
    for (const begin of all) begin();
  }
}
