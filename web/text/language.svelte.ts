// Which language the page speaks. There is one per page because there is one page: the message functions read it, and since
// it is reactive state, every text on screen changes at once, without a reload that would cut a live picture.

import { locales, overwriteGetLocale } from './generated/runtime.js';

export type Locale = (typeof locales)[number];

const STORED_AS = 'qiao.language';

/** The first of the wanted languages that we speak; any Chinese is better answered in Chinese than in English. */
export const pickLocale = (wanted: readonly string[]): Locale => {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'zh') return 'zh-CN';
    if (language === 'en') return 'en';
  }
  return 'en';
};

const stored = (): string[] => {
  try {
    return [localStorage.getItem(STORED_AS) ?? ''];
  } catch {
    return []; // Storage may be forbidden; the browser's languages decide then.
  }
};

class Language {
  current = $state<Locale>(pickLocale([...stored(), ...navigator.languages]));

  /** The account's language, unless this browser has a choice of its own. */
  adopt(locale: Locale): void {
    if (!locales.some((known) => known === stored()[0])) this.#change(locale);
  }

  /** Changes every text, and remembers it in this browser. */
  choose(locale: Locale): void {
    this.#change(locale);
    try {
      localStorage.setItem(STORED_AS, locale);
    } catch {
      // Then it holds for this visit.
    }
  }

  #change(locale: Locale): void {
    this.current = locale;
    document.documentElement.lang = locale;
  }
}

export const language = new Language();
document.documentElement.lang = language.current;
overwriteGetLocale(() => language.current);
