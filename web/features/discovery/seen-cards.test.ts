// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FeedCard } from '../../../shared/discovery-routes.ts';
import { createSeenCards } from './seen-cards.ts';

const shown = (id: string) => ({ channel: { channelId: id }, broadcast: { broadcastId: `b-${id}` }, reason: { why: 'popular', because: null } }) as unknown as FeedCard;

let look: (target: unknown, ratio: number) => void;
class Observer {
  constructor(callback: (entries: object[]) => void) {
    look = (target, intersectionRatio) => callback([{ target, intersectionRatio, isIntersecting: intersectionRatio > 0 }]);
  }
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('IntersectionObserver', Observer);
  vi.stubGlobal('document', { visibilityState: 'visible' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const start = () => {
  const reports: unknown[] = [];
  const seen = createSeenCards({ place: 'home', report: async (report) => void reports.push(report) });
  const element = () => new EventTarget() as unknown as Element;
  return { seen, reports, element };
};

test('[D5] half a card for a second is seen, once, and told with others', async () => {
  const { seen, reports, element } = start();
  const [a, b, c] = [element(), element(), element()];
  seen.card(shown('a'), 0)(a);
  seen.card(shown('b'), 1)(b);
  seen.card(shown('c'), 2)(c);
  look(a, 0.6);
  look(b, 0.4); // less than half
  look(c, 1);
  await vi.advanceTimersByTimeAsync(900);
  look(c, 0); // scrolled away too soon
  await vi.advanceTimersByTimeAsync(200);
  look(b, 0.5);
  await vi.advanceTimersByTimeAsync(1_500);
  look(a, 0);
  look(a, 1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reports).toEqual([{
    place: 'home',
    cards: [{ channelId: 'a', broadcastId: 'b-a', position: 0, why: 'popular' }, { channelId: 'b', broadcastId: 'b-b', position: 1, why: 'popular' }],
  }]);
});

test('who opens a card has seen it, and that is told at once', () => {
  const { seen, reports, element } = start();
  const a = element();
  seen.card(shown('a'), 4)(a);
  a.dispatchEvent(new Event('click'));
  expect(reports).toMatchObject([{ cards: [{ channelId: 'a', position: 4 }] }]);
});

test('a card that is gone is not seen any more, and what was is told at the end', async () => {
  const { seen, reports, element } = start();
  const [a, b] = [element(), element()];
  const leave = seen.card(shown('a'), 0)(a);
  seen.card(shown('b'), 1)(b);
  look(a, 1);
  look(b, 1);
  leave();
  await vi.advanceTimersByTimeAsync(1_000);
  seen.close();
  expect(reports).toMatchObject([{ cards: [{ channelId: 'b' }] }]);
});
