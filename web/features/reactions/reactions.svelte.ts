// Hearts and their like: what the room sends, and what this person taps. Own taps are shown at once. Knows no canvas.

import type { Reaction } from '../../../shared/messages/reactions.ts';
import { browserClock } from '../../live/clock.ts';
import { codeOf } from '../../live/request-error.ts';
import { errorText } from '../../text/error-text.ts';
import type { Part, PartDeps } from '../interaction/part.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';
import { createTaps, type Taps } from './taps.ts';

type Show = (reaction: Reaction, count: number) => void;

export class Reactions implements Part {
  readonly deps: PartDeps;
  /** Of all people, since this page is here. */
  total = $state(0);

  readonly #taps: Taps;
  readonly #screens = new Set<Show>();

  constructor(deps: PartDeps) {
    this.deps = deps;
    this.#taps = createTaps({ clock: browserClock, send: (reaction, count) => this.#send(reaction, count) });
  }

  /** Until the returned function is called. */
  open(show: Show): () => void {
    this.#screens.add(show);
    return () => this.#screens.delete(show);
  }

  tap(reaction: Reaction): void {
    if (!this.deps.may('interact')) {
      this.deps.toasts.show(errorText('not_logged_in'));
      return;
    }
    this.#taps.tap(reaction);
    this.#count(reaction, 1);
  }

  heard({ event, data }: FeedEvent): void {
    if (event !== 'reactions.counted') return;
    for (const { reaction, count } of data.counts) this.#count(reaction, this.#taps.othersAmong(reaction, count));
  }

  close(): void {
    this.#taps.close();
    this.#screens.clear();
  }

  #count(reaction: Reaction, count: number): void {
    if (count === 0) return;
    this.total += count;
    for (const show of this.#screens) show(reaction, count);
  }

  /** A refusal takes the taps back out of the number, and says why. */
  async #send(reaction: Reaction, count: number): Promise<void> {
    try {
      await this.deps.ask('reaction.send', { reaction, count, seen: this.deps.seen() });
    } catch (error) {
      this.total = Math.max(0, this.total - count);
      const code = codeOf(error);
      // Taps of a moment without a connection are no loss worth words.
      if (code !== undefined) this.deps.toasts.show(errorText(code), { tone: 'danger' });
      throw error;
    }
  }
}
