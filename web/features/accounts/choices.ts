// The choices of language and look, as menu items and as options, for the header's menus and the settings alike.

import type { Account } from './account.svelte.ts';
import { THEMES, type Theme, type ThemeChoice } from '../../styles/theme.svelte.ts';
import { m } from '../../text/generated/messages.js';
import { language, type Locale } from '../../text/language.svelte.ts';
import type { MenuItem } from '../../ui/Menu.svelte';

/** Each language in its own words, for people who cannot read the present one. */
const LANGUAGES: Record<Locale, () => string> = { en: m.language_en, 'zh-CN': m.language_zh_cn };
const THEME_NAMES: Record<ThemeChoice, () => string> = { system: m.theme_system, dark: m.theme_dark, light: m.theme_light };

export const languageOptions = (): { value: Locale; label: string }[] =>
  (Object.keys(LANGUAGES) as Locale[]).map((value) => ({ value, label: LANGUAGES[value]() }));

export const themeOptions = (): { value: ThemeChoice; label: string }[] =>
  THEMES.map((value) => ({ value, label: THEME_NAMES[value]() }));

/** Changes the page at once; that the account could not be told costs nothing here. */
export const chooseLanguage = (account: Account, locale: Locale): void => {
  language.choose(locale);
  if (account.me) account.update({ locale }).catch(() => undefined);
};

export const languageItems = (account: Account): MenuItem[] =>
  languageOptions().map(({ value, label }) => ({
    label,
    checked: language.current === value,
    onselect: () => chooseLanguage(account, value),
  }));

export const themeItems = (theme: Theme): MenuItem[] =>
  themeOptions().map(({ value, label }) => ({ label, checked: theme.choice === value, onselect: () => theme.choose(value) }));
