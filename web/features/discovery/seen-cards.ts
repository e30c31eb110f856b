// Which cards were really seen: half of a card or more, for a second, on a page in front. Each once for every page that shows it, told to
// the server a few at a time. Knows no Svelte; `card` is for {@attach}.

import type { FeedCard } from '../../../shared/discovery-routes.ts';
import { FEED_SEEN_MAX, SEEN_AFTER_MS } from '../../../shared/limits.ts';
import type { RouteBody } from '../../../shared/routes.ts';
import type { Place } from '../../../shared/sources.ts';

type Report = RouteBody<'feed.shown'>;
export type SeenDeps = {
  readonly place: Place;
  /** What it throws is not missed. */
  readonly report: (report: Report) => Promise<unknown>;
};

const HALF = 0.5;
const BATCH_MS = 3_000;

type Shown = Pick<FeedCard, 'channel' | 'broadcast' | 'reason'>;

export const createSeenCards = ({ place, report }: SeenDeps) => {
  const told = new Set<string>();
  const cards = new Map<Element, { readonly card: Shown; readonly position: number }>();
  const timers = new Map<Element, ReturnType<typeof setTimeout>>();
  const waiting: Report['cards'] = [];
  let batch: ReturnType<typeof setTimeout> | undefined;

  const flush = (): void => {
    clearTimeout(batch);
    batch = undefined;
    const sending = waiting.splice(0, FEED_SEEN_MAX);
    if (sending.length > 0) report({ place, cards: sending }).catch(() => undefined);
    if (waiting.length > 0) flush();
  };
  const see = (element: Element): void => {
    const shown = cards.get(element);
    if (!shown) return;
    const { card: { channel, broadcast, reason }, position } = shown;
    if (told.has(broadcast.broadcastId)) return;
    told.add(broadcast.broadcastId);
    waiting.push({ channelId: channel.channelId, broadcastId: broadcast.broadcastId, position, why: reason.why });
    batch ??= setTimeout(flush, BATCH_MS);
  };
  const stopWaiting = (element: Element): void => {
    clearTimeout(timers.get(element));
    timers.delete(element);
  };
  const look = (entries: readonly IntersectionObserverEntry[]): void => {
    for (const { target, isIntersecting, intersectionRatio } of entries) {
      stopWaiting(target);
      if (isIntersecting && intersectionRatio >= HALF) timers.set(target, setTimeout(() => document.visibilityState === 'visible' && see(target), SEEN_AFTER_MS));
    }
  };
  const observer = new IntersectionObserver(look, { threshold: HALF });

  return {
    /** Watches an element that shows this card. Who opens it has seen it. */
    card: (card: Shown, position: number) => (element: Element): (() => void) => {
      cards.set(element, { card, position });
      observer.observe(element);
      const opened = (): void => (see(element), flush());
      element.addEventListener('click', opened);
      return () => {
        element.removeEventListener('click', opened);
        observer.unobserve(element);
        stopWaiting(element);
        cards.delete(element);
      };
    },
    close(): void {
      flush();
      observer.disconnect();
      for (const element of [...timers.keys()]) stopWaiting(element);
    },
  };
};

export type SeenCards = ReturnType<typeof createSeenCards>;
