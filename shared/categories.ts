// What a channel or broadcast is about. Keys travel and are stored; words for them live in web/text.

export const CATEGORIES = [
  'talk', 'music', 'games', 'art', 'dance', 'food', 'outdoors', 'sports',
  'education', 'technology', 'business', 'shopping', 'news', 'pets', 'other',
] as const;
export type Category = (typeof CATEGORIES)[number];
