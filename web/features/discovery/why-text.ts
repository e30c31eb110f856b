// Why a card is there, in words: what the server found, never more than it knows.

import type { FeedCard, Why } from '../../../shared/discovery-routes.ts';
import { categoryText } from '../../text/category-text.ts';
import { m } from '../../text/generated/messages.js';
import { spokenText } from '../../text/spoken-text.ts';

/** With fewer viewers nobody would believe it. */
const POPULAR_FROM = 5;

const WORDS: { readonly [W in Why]: (card: FeedCard, locale: string) => string } = {
  followed: () => m.why_followed(),
  watched: ({ channel }) => m.why_watched({ name: channel.displayName }),
  shared: ({ reason: { because } }) => (because === null ? m.why_shared_some() : m.why_shared({ name: because })),
  category: ({ broadcast }) => m.why_category({ category: categoryText(broadcast.category) }),
  tag: () => m.why_tag(),
  language: ({ broadcast }, locale) => (broadcast.language === null ? m.why_tag() : m.why_language({ language: spokenText(broadcast.language, locale) })),
  similar: ({ broadcast }) => m.why_similar({ category: categoryText(broadcast.category) }),
  explore: () => m.why_explore(),
  found: () => m.why_found(),
  popular: ({ viewers }) => (viewers < POPULAR_FROM ? m.why_live() : m.why_popular()),
};

export const whyText = (card: FeedCard, locale: string): string => WORDS[card.reason.why](card, locale);
