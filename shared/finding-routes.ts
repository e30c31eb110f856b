// The HTTP table's rows for finding each other: search, whom one follows, notices and web push, and what is planned.
// Rules Y1-Y4, F3, N1-N6 and Z1-Z4 in README.md.

import * as v from 'valibot';
import { CATEGORIES } from './categories.ts';
import {
  FOLLOWS_MAX, NOTICE_PAGE_MAX, PUSH_ENDPOINT_CHARS_MAX, PUSH_KEY_CHARS_MAX, PUSH_SECRET_CHARS_MAX, SCHEDULE_COMING_MAX, SCHEDULED_MAX, SEARCH_RESULTS_MAX,
  TITLE_CHARS_MAX,
} from './limits.ts';
import { channelView } from './messages/rooms.ts';
import { liveCard } from './live-card.ts';
import { often, route } from './route.ts';
import type { Route } from './route.ts';
import { handle, integer, list, locale, noticeId, nothing, scheduledId, text, timeMs } from './schema.ts';

const searchResult = v.strictObject({
  channel: channelView,
  /** What is on air there and may be seen by anyone; null: nothing. */
  live: v.nullable(liveCard),
  isFollowing: v.boolean(),
});
export type SearchResult = v.InferOutput<typeof searchResult>;

const planFields = { title: text(1, TITLE_CHARS_MAX), category: v.picklist(CATEGORIES), startsAtMs: timeMs };

export const planView = v.strictObject({
  scheduledId,
  ...planFields,
  /** The reader asked to be reminded. */
  isReminded: v.boolean(),
});
export type PlanView = v.InferOutput<typeof planView>;

const comingView = v.strictObject({ channel: channelView, plan: planView });
export type ComingView = v.InferOutput<typeof comingView>;

const followedView = v.strictObject({
  channel: channelView,
  followedAtMs: timeMs,
  wantsNotices: v.boolean(),
  live: v.nullable(liveCard),
  next: v.nullable(planView),
});
export type FollowedView = v.InferOutput<typeof followedView>;

const followChoice = v.strictObject({ isFollowing: v.boolean(), wantsNotices: v.boolean() });
export type FollowChoice = v.InferOutput<typeof followChoice>;

const noticeView = v.strictObject({
  noticeId,
  kind: v.literal('live'),
  channel: v.strictObject({ handle, displayName: channelView.entries.displayName, avatarUrl: channelView.entries.avatarUrl }),
  title: text(1, TITLE_CHARS_MAX),
  atMs: timeMs,
  isRead: v.boolean(),
  /** The same broadcast is still on air. */
  isLive: v.boolean(),
});
export type NoticeView = v.InferOutput<typeof noticeView>;

const base64url = (max: number) => v.pipe(v.string(), v.minLength(16), v.maxLength(max), v.regex(/^[A-Za-z0-9_-]+$/));
/** An address in the letters that addresses have; where it may lead is the server's to judge (rule N6). */
const pushEndpoint = v.pipe(v.string(), v.maxLength(PUSH_ENDPOINT_CHARS_MAX), v.regex(/^https?:\/\/[!-~]+$/));

export const FINDING_ROUTES = {
  'search.query': route({
    method: 'GET', path: '/api/search', access: 'anyone', body: null,
    result: v.strictObject({ results: list(searchResult, SEARCH_RESULTS_MAX) }), rate: often,
    about: 'Channels and live broadcasts for `?q=` words; `?count=` says how many at most.',
  }),
  'follow.list': route({
    method: 'GET', path: '/api/follows', access: 'user', body: null,
    result: v.strictObject({ follows: list(followedView, FOLLOWS_MAX) }), rate: often, about: 'Whom one follows: live first, then what is planned soonest.',
  }),
  'follow.show': route({
    method: 'GET', path: '/api/follows/:handle', access: 'user', body: null, result: followChoice, rate: often, about: 'Whether one follows this channel and is told when it goes live.',
  }),
  'follow.choose': route({
    method: 'PUT', path: '/api/follows/:handle', access: 'user', body: followChoice, result: followChoice, rate: { burst: 20, perSecond: 1 },
    about: 'Follows a channel or stops, and says whether to be told when it goes live.',
  }),
  'notice.list': route({
    method: 'GET', path: '/api/notices', access: 'user', body: null,
    result: v.strictObject({ notices: list(noticeView, NOTICE_PAGE_MAX), unread: integer(0, 1e6), hasMore: v.boolean() }), rate: often,
    about: 'The own notices, newest first; `?before=` a notice gives the page before it.',
  }),
  'notice.read': route({
    method: 'POST', path: '/api/notices/read', access: 'user', body: v.strictObject({ noticeIds: v.nullable(list(noticeId, NOTICE_PAGE_MAX)) }),
    result: v.strictObject({ unread: integer(0, 1e6) }), rate: often, about: 'Marks these as read; null: all.',
  }),
  'push.key': route({
    method: 'GET', path: '/api/push', access: 'user', body: null, result: v.strictObject({ publicKey: base64url(PUSH_KEY_CHARS_MAX) }), rate: often,
    about: 'The key with which a browser subscribes to web push (VAPID, RFC 8292).',
  }),
  'push.subscribe': route({
    method: 'POST', path: '/api/push', access: 'user',
    body: v.strictObject({ endpoint: pushEndpoint, p256dh: base64url(PUSH_KEY_CHARS_MAX), auth: base64url(PUSH_SECRET_CHARS_MAX), locale }),
    result: nothing, rate: { burst: 10, perSecond: 0.2 }, about: 'This browser takes web push, in this language.',
  }),
  'push.unsubscribe': route({
    method: 'POST', path: '/api/push/off', access: 'user', body: v.strictObject({ endpoint: pushEndpoint }),
    result: nothing, rate: { burst: 10, perSecond: 0.2 }, about: 'This browser takes none any more.',
  }),
  'schedule.list': route({
    method: 'GET', path: '/api/channels/:handle/schedule', access: 'anyone', body: null,
    result: v.strictObject({ plans: list(planView, SCHEDULED_MAX) }), rate: often, about: 'What a channel has planned, soonest first.',
  }),
  'schedule.coming': route({
    method: 'GET', path: '/api/schedule', access: 'user', body: null,
    result: v.strictObject({ coming: list(comingView, SCHEDULE_COMING_MAX) }), rate: often, about: 'What followed channels have planned, and what one is reminded of, soonest first.',
  }),
  'schedule.add': route({
    method: 'POST', path: '/api/schedule', access: 'user', body: v.strictObject(planFields), result: planView, rate: { burst: 30, perSecond: 0.5 },
    about: 'Plans a broadcast of the own channel.',
  }),
  'schedule.change': route({
    method: 'PUT', path: '/api/schedule/:scheduledId', access: 'user', body: v.strictObject(planFields), result: planView, rate: { burst: 30, perSecond: 0.5 },
    about: 'Changes an own plan.',
  }),
  'schedule.cancel': route({
    method: 'DELETE', path: '/api/schedule/:scheduledId', access: 'user', body: null, result: nothing, rate: { burst: 30, perSecond: 0.5 }, about: 'Takes an own plan back.',
  }),
  'schedule.remind': route({
    method: 'PUT', path: '/api/schedule/:scheduledId/reminder', access: 'user', body: v.strictObject({ isReminded: v.boolean() }),
    result: v.strictObject({ isReminded: v.boolean() }), rate: { burst: 20, perSecond: 1 }, about: 'Asks to be told when it begins, or no longer.',
  }),
} as const satisfies Record<string, Route>;
