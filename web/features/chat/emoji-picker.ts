// The emoji picker of the package, made ours: its words and data in the page's language from our own server, its colours our
// tokens, and its style sheet in a form that the content security policy lets through.

import english from 'emoji-picker-element/i18n/en.js';
import chinese from 'emoji-picker-element/i18n/zh_CN.js';
import Picker from 'emoji-picker-element/picker.js';
import englishData from 'emoji-picker-element-data/en/emojibase/data.json?url';
import chineseData from 'emoji-picker-element-data/zh/emojibase/data.json?url';
import type { Locale } from '../../text/language.svelte.ts';

const LANGUAGES = {
  en: { locale: 'en', dataSource: englishData, i18n: english },
  'zh-CN': { locale: 'zh', dataSource: chineseData, i18n: chinese },
};

const LOOK: Readonly<Record<string, string>> = {
  '--background': 'var(--color-surface)',
  '--border-color': 'transparent',
  '--border-size': '0',
  '--button-hover-background': 'var(--color-raised)',
  '--button-active-background': 'var(--color-hover)',
  '--indicator-color': 'var(--color-brand-text)',
  '--input-border-color': 'var(--color-edge)',
  '--input-border-radius': '999px',
  '--input-font-color': 'var(--color-text)',
  '--input-placeholder-color': 'var(--color-faint)',
  '--input-padding': '0.375rem 0.875rem',
  '--category-font-color': 'var(--color-muted)',
  '--category-font-size': '0.8125rem',
  '--outline-color': 'var(--color-focus)',
  '--num-columns': '8',
  '--emoji-padding': '0.375rem',
};

/** A <style> of its own would be refused: the policy takes style elements from our files alone. */
const adoptStyles = (root: ShadowRoot): void => {
  const styles = [...root.querySelectorAll('style')];
  root.adoptedStyleSheets = styles.map((style) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style.textContent);
    style.remove();
    return sheet;
  });
};

export const createEmojiPicker = (language: Locale, picked: (emoji: string) => void): HTMLElement => {
  const picker = new Picker(LANGUAGES[language]);
  if (picker.shadowRoot) adoptStyles(picker.shadowRoot);
  picker.style.width = picker.style.height = '100%';
  for (const [name, value] of Object.entries(LOOK)) picker.style.setProperty(name, value);
  picker.addEventListener('emoji-click', ({ detail }) => {
    if (detail.unicode !== undefined) picked(detail.unicode);
  });
  return picker;
};
