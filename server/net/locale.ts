// The language that a browser asks for, among those we speak.

import type * as v from 'valibot';
import type { locale } from '../../shared/schema.ts';

export type Locale = v.InferOutput<typeof locale>;

const LANGUAGES_MAX = 20; // a header longer than this is not a person's choice

/** By Accept-Language (RFC 9110, 12.5.4): the highest q wins, the earlier at equal q; English if we speak none. */
export const localeOf = (acceptLanguage: string): Locale => {
  let best: { locale: Locale; q: number } = { locale: 'en', q: 0 };
  for (const item of acceptLanguage.toLowerCase().split(',', LANGUAGES_MAX)) {
    const [tag = '', ...parameters] = item.split(';').map((part) => part.trim());
    const q = Number(parameters.find((it) => it.startsWith('q='))?.slice(2) ?? 1);
    const spoken: Locale | null = /^zh\b/.test(tag) ? 'zh-CN' : /^en\b/.test(tag) ? 'en' : null;
    if (spoken && q > best.q) best = { locale: spoken, q };
  }
  return best.locale;
};
