// What a spoken language is called; the browser knows. Pure: the locale is passed in.

import type { SpokenLanguage } from '../../shared/spoken-languages.ts';

/** "Chinese", "中文". */
export const spokenText = (tag: SpokenLanguage, locale: string): string => new Intl.DisplayNames(locale, { type: 'language' }).of(tag) ?? tag;
