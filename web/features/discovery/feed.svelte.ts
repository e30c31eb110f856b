// What a page of cards shows: fetched once for each visit, in an order that stays. While somebody looks, numbers change in place, what ended
// says so where it stands, and how many began since is only counted: they come in when the reader asks. Built by the page.
// Invariant: a failed read keeps the cards and says that they are old.

import type { Category } from '../../../shared/categories.ts';
import type { CardNow, FeedCard } from '../../../shared/discovery-routes.ts';
import { FEED_SEEN_MAX } from '../../../shared/limits.ts';
import { codeOf } from '../../live/http.ts';
import { callFeed } from '../../live/http-feed.ts';
import type { AnyErrorCode } from '../../text/error-text.ts';
import { whileVisible } from './polling.ts';

const POLL_MS = 10_000;
/** Who was away so long comes back to a new visit. */
const VISIT_OVER_MS = 10 * 60_000;

export type ShownCard = FeedCard & { readonly hasEnded: boolean };
export type Section =
  | { readonly is: 'following' | 'for_you'; readonly cards: readonly ShownCard[] }
  | { readonly is: 'category'; readonly category: Category; readonly cards: readonly ShownCard[] };

const fresh = (cards: readonly FeedCard[]): ShownCard[] => cards.map((card) => ({ ...card, hasEnded: false }));

/** The card as it is now; the same object if nothing changed. */
export const updated = (card: ShownCard, now: CardNow | undefined): ShownCard => {
  const isSame = now !== undefined && now.broadcastId === card.broadcast.broadcastId;
  if (!isSame) return card.hasEnded ? card : { ...card, hasEnded: true };
  const { title, viewers, thumbnailUrl } = now;
  return { ...card, hasEnded: false, viewers, thumbnailUrl, broadcast: { ...card.broadcast, title } };
};

export class Feed {
  /** null until the first answer. */
  sections = $state.raw<readonly Section[] | null>(null);
  /** How many began since that would be shown. */
  news = $state(0);
  /** Why the last read failed. */
  problem = $state<AnyErrorCode | null>(null);
  isRefreshing = $state(false);

  readonly #category: Category | null;
  #madeAtMs = 0;
  #readAt = 0;

  /** `category` null: the home page. */
  constructor(category: Category | null) {
    this.#category = category;
  }

  readonly cards: readonly ShownCard[] = $derived((this.sections ?? []).flatMap((section) => section.cards));

  /** Reads now and then while the page is visible; returns how to stop. */
  readonly start = (): (() => void) => whileVisible(POLL_MS, (signal) => this.#tick(signal));

  /** A new order, with what has begun since. */
  async refresh(): Promise<void> {
    this.isRefreshing = true;
    await this.#load();
    this.isRefreshing = false;
  }

  /** Somebody does not want to see this channel: it goes at once, before the server has said yes. Throws an ApiError, with the card back. */
  async hide(card: ShownCard): Promise<void> {
    const before = this.sections;
    const { channelId, handle } = card.channel;
    this.#change((cards) => cards.filter((one) => one.channel.channelId !== channelId));
    try {
      await callFeed('feed.hide', { path: { handle } });
    } catch (thrown) {
      this.sections = before;
      throw thrown;
    }
  }

  async unhide({ channel: { handle } }: ShownCard): Promise<void> {
    await callFeed('feed.unhide', { path: { handle } });
    await this.#load();
  }

  async #tick(signal: AbortSignal): Promise<void> {
    // Where nothing is left to look at, nothing can jump.
    const isNewVisit = this.cards.every(({ hasEnded }) => hasEnded) || performance.now() - this.#readAt > VISIT_OVER_MS;
    await (isNewVisit ? this.#load(signal) : this.#look(signal));
  }

  async #load(signal?: AbortSignal): Promise<void> {
    await this.#read(signal, async () => {
      const { madeAtMs, sections } = await this.#ask(signal ? { signal } : {});
      return () => {
        this.sections = sections;
        this.#madeAtMs = madeAtMs;
        this.news = 0;
      };
    });
  }

  async #ask(options: { signal?: AbortSignal }): Promise<{ madeAtMs: number; sections: Section[] }> {
    if (this.#category !== null) {
      const { madeAtMs, cards } = await callFeed('feed.category', { path: { category: this.#category }, ...options });
      return { madeAtMs, sections: [{ is: 'category', category: this.#category, cards: fresh(cards) }] };
    }
    const { madeAtMs, following, forYou, categories } = await callFeed('feed.home', options);
    const sections: Section[] = [
      { is: 'following', cards: fresh(following) },
      { is: 'for_you', cards: fresh(forYou) },
      ...categories.map(({ category, cards }): Section => ({ is: 'category', category, cards: fresh(cards) })),
    ];
    return { madeAtMs, sections: sections.filter(({ cards }) => cards.length > 0) };
  }

  async #look(signal: AbortSignal): Promise<void> {
    const channelIds = [...new Set(this.cards.map(({ channel }) => channel.channelId))].slice(0, FEED_SEEN_MAX);
    await this.#read(signal, async () => {
      const now = await callFeed('feed.look', { body: { channelIds, sinceMs: this.#madeAtMs, category: this.#category }, signal });
      const byChannel = new Map(now.cards.map((card) => [card.channelId, card]));
      return () => {
        this.#change((cards) => cards.map((card) => updated(card, byChannel.get(card.channel.channelId))));
        this.news = now.fresh;
      };
    });
  }

  async #read(signal: AbortSignal | undefined, ask: () => Promise<() => void>): Promise<void> {
    try {
      const apply = await ask();
      if (signal?.aborted) return;
      apply();
      this.problem = null;
      this.#readAt = performance.now();
    } catch (thrown) {
      if (!signal?.aborted) this.problem = codeOf(thrown);
    }
  }

  #change(change: (cards: readonly ShownCard[]) => readonly ShownCard[]): void {
    this.sections = (this.sections ?? []).map((section) => ({ ...section, cards: change(section.cards) }));
  }
}
