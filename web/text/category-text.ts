// Words for every category, complete by its type.

import type { Category } from '../../shared/categories.ts';
import { m } from './generated/messages.js';

const WORDS: { readonly [C in Category]: () => string } = {
  talk: m.category_talk,
  music: m.category_music,
  games: m.category_games,
  art: m.category_art,
  dance: m.category_dance,
  food: m.category_food,
  outdoors: m.category_outdoors,
  sports: m.category_sports,
  education: m.category_education,
  technology: m.category_technology,
  business: m.category_business,
  shopping: m.category_shopping,
  news: m.category_news,
  pets: m.category_pets,
  other: m.category_other,
};

export const categoryText = (category: Category): string => WORDS[category]();
