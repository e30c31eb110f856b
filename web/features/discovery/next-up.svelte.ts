// What else is live beside one channel: fetched once, then only its numbers. A failure shows nothing: the page is about something else.

import { callFeed } from '../../live/http-feed.ts';
import { updated, type ShownCard } from './feed.svelte.ts';
import { whileVisible } from './polling.ts';

const POLL_MS = 20_000;

export class NextUp {
  /** null until the first answer. */
  cards = $state.raw<readonly ShownCard[] | null>(null);
  readonly #handle: string;

  constructor(handle: string) {
    this.#handle = handle;
  }

  /** Reads now and then while the page is visible; returns how to stop. */
  start(): () => void {
    return whileVisible(POLL_MS, (signal) => this.#read(signal).catch(() => undefined));
  }

  async #read(signal: AbortSignal): Promise<void> {
    const cards = this.cards ?? [];
    if (cards.every(({ hasEnded }) => hasEnded)) {
      const next = await callFeed('feed.next', { path: { handle: this.#handle }, signal });
      if (!signal.aborted) this.cards = next.cards.map((card) => ({ ...card, hasEnded: false }));
      return;
    }
    const channelIds = cards.map(({ channel }) => channel.channelId);
    const now = await callFeed('feed.look', { body: { channelIds, sinceMs: 0, category: null }, signal });
    if (signal.aborted) return;
    const byChannel = new Map(now.cards.map((card) => [card.channelId, card]));
    this.cards = cards.map((card) => updated(card, byChannel.get(card.channel.channelId)));
  }
}
