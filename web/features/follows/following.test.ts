// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FollowedView } from '../../../shared/finding-routes.ts';
import { NOTICE_POLL_MS } from '../../../shared/limits.ts';
import { Following } from './following.svelte.ts';

const followed = (handle: string, live: object | null = null) => ({ channel: { channelId: handle, handle }, wantsNotices: true, live, next: null }) as unknown as FollowedView;

/** What the server says now; null: it is away. */
let list: FollowedView[] | null;
let visibilityState: string;
beforeEach(() => {
  vi.useFakeTimers();
  visibilityState = 'visible';
  vi.stubGlobal('document', { get visibilityState() { return visibilityState; }, addEventListener: () => {} });
  vi.stubGlobal('fetch', async (_: string, { method }: RequestInit) => {
    if (method !== 'GET') return Response.json({});
    return list === null ? new Response('', { status: 502 }) : Response.json({ follows: list });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const opened = async () => {
  list = [followed('ada'), followed('bob')];
  const following = new Following();
  const stop = following.start();
  await vi.advanceTimersByTimeAsync(0);
  return { following, stop, live: () => following.follows?.flatMap((one) => (one.live ? one.channel.handle : [])) };
};

test('[N4] who goes live while the page is looked at is shown as live', async () => {
  const { following, stop, live } = await opened();
  expect(live()).toEqual([]);
  list = [followed('bob', { viewers: 1 }), followed('ada')];
  await vi.advanceTimersByTimeAsync(NOTICE_POLL_MS);
  expect(live()).toEqual(['bob']);
  list = null;
  await vi.advanceTimersByTimeAsync(NOTICE_POLL_MS);
  expect([live(), following.problem]).toEqual([['bob'], 'unreachable']);
  stop();
  list = [];
  await vi.advanceTimersByTimeAsync(2 * NOTICE_POLL_MS);
  expect(live()).toEqual(['bob']);
});

test('an answer that was on its way does not bring back who is not followed any more', async () => {
  const { following, stop } = await opened();
  const [ada] = following.follows ?? [];
  const late = following.load();
  if (ada) await following.unfollow(ada);
  await late;
  expect(following.follows?.map(({ channel }) => channel.handle)).toEqual(['bob']);
  stop();
});
