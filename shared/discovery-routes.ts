// The HTTP table's rows about finding each other: what is live, for whom, and why; what was shown; what somebody does not want to see.
// Rules D1-D7 in README.md.

import * as v from 'valibot';
import { CATEGORIES } from './categories.ts';
import {
  FEED_CARDS_MAX, FEED_CATEGORIES_MAX, FEED_CATEGORY_CARDS_MAX, FEED_ROW_CARDS_MAX, FEED_SEEN_MAX, HIDDEN_CHANNELS_MAX, LIVE_LIST_MAX, NEXT_CARDS_MAX, TITLE_CHARS_MAX,
} from './limits.ts';
import { liveCard } from './live-card.ts';
import { channelView } from './messages/rooms.ts';
import { often, route } from './route.ts';
import type { Route } from './route.ts';
import { broadcastId, channelId, displayName, imageUrl, integer, list, nothing, text, timeMs } from './schema.ts';
import { PLACES } from './sources.ts';

/**
 * `followed`: they follow it. `watched`: they were there before. `shared`: people of a channel that they know, `because`, are there too. `category`, `tag`,
 * `language`: like what they watch. `similar`: like what is shown beside it. `explore`: to find out. `popular`: many watch it.
 * `found`: they searched for it.
 */
export const WHYS = ['followed', 'watched', 'shared', 'category', 'tag', 'language', 'similar', 'explore', 'popular', 'found'] as const;
export type Why = (typeof WHYS)[number];

const reason = v.strictObject({ why: v.picklist(WHYS), because: v.nullable(displayName) });
export type Reason = v.InferOutput<typeof reason>;

export const feedCard = v.strictObject({ ...liveCard.entries, reason });
export type FeedCard = v.InferOutput<typeof feedCard>;

const home = v.strictObject({
  madeAtMs: timeMs,
  /** Who they follow and who is live. No card is in two of these. */
  following: list(feedCard, FEED_CARDS_MAX),
  forYou: list(feedCard, FEED_CARDS_MAX),
  categories: list(v.strictObject({ category: v.picklist(CATEGORIES), cards: list(feedCard, FEED_ROW_CARDS_MAX) }), FEED_CATEGORIES_MAX),
});
export type HomeFeed = v.InferOutput<typeof home>;

/** What changes of a card while somebody looks at it. */
const cardNow = v.strictObject({
  channelId,
  broadcastId,
  title: text(1, TITLE_CHARS_MAX),
  viewers: integer(0, 1e9),
  thumbnailUrl: v.nullable(imageUrl),
});
export type CardNow = v.InferOutput<typeof cardNow>;

const byHandle = { access: 'user', body: null, result: nothing, rate: often } as const;

export const DISCOVERY_ROUTES = {
  'live.list': route({
    method: 'GET', path: '/api/live', access: 'anyone', body: null,
    result: v.strictObject({ live: list(liveCard, LIVE_LIST_MAX) }), rate: often, about: 'Public broadcasts on air, most watched first.',
  }),
  'feed.home': route({
    method: 'GET', path: '/api/feed', access: 'anyone', body: null, result: home, rate: often,
    about: 'What is live, in the order in which this person would probably choose it, each with why.',
  }),
  'feed.category': route({
    method: 'GET', path: '/api/feed/categories/:category', access: 'anyone', body: null,
    result: v.strictObject({ madeAtMs: timeMs, cards: list(feedCard, FEED_CATEGORY_CARDS_MAX) }), rate: often, about: 'The same of one category.',
  }),
  'feed.next': route({
    method: 'GET', path: '/api/feed/next/:handle', access: 'anyone', body: null,
    result: v.strictObject({ cards: list(feedCard, NEXT_CARDS_MAX) }), rate: often, about: 'What else is live, for who watches this channel.',
  }),
  'feed.look': route({
    method: 'POST', path: '/api/feed/look', access: 'anyone',
    body: v.strictObject({ channelIds: list(channelId, FEED_SEEN_MAX), sinceMs: timeMs, category: v.nullable(v.picklist(CATEGORIES)) }),
    /** `fresh`: how many began since then that they would be shown. */
    result: v.strictObject({ cards: list(cardNow, FEED_SEEN_MAX), fresh: integer(0, 1e9) }),
    rate: often, about: 'What has become of the cards that a page shows; those that are missing have ended.',
  }),
  'feed.shown': route({
    method: 'POST', path: '/api/feed/shown', access: 'anyone',
    body: v.strictObject({
      place: v.picklist(PLACES),
      /** `position` from 0, the first. */
      cards: list(v.strictObject({ channelId, broadcastId, position: integer(0, 1_000), why: v.picklist(WHYS) }), FEED_SEEN_MAX),
    }),
    result: nothing, rate: often, about: 'Cards that were really seen: half of them or more, for a second.',
  }),
  'feed.hidden': route({
    method: 'GET', path: '/api/me/hidden', access: 'user', body: null,
    result: v.strictObject({ channels: list(channelView, HIDDEN_CHANNELS_MAX) }), rate: often, about: 'Channels that this person does not want to be shown.',
  }),
  'feed.hide': route({ method: 'PUT', path: '/api/me/hidden/:handle', ...byHandle, about: 'Shows this channel no more.' }),
  'feed.unhide': route({ method: 'DELETE', path: '/api/me/hidden/:handle', ...byHandle, about: 'Shows it again.' }),
} as const satisfies Record<string, Route>;
