// Where a stay began, and where a card was shown.

/** Places that show cards of broadcasts. */
export const PLACES = ['home', 'category', 'search', 'next', 'following'] as const;
export type Place = (typeof PLACES)[number];

/** What brought somebody: a card, a notice, a shared link, the channel's own page, or nothing that is known. */
export const SOURCES = [...PLACES, 'notice', 'share', 'channel', 'direct'] as const;
export type Source = (typeof SOURCES)[number];
