// A browser in two words, for the list of sessions: what a person recognises. Guesses from the User-Agent header, which
// lies; nothing depends on it.

import { cleanLine } from '../../lib/plain-text.ts';

/** The first that matches: most browsers also claim to be the ones further down. */
const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ['WeChat', /MicroMessenger\//], ['Edge', /Edg(?:e|A|iOS)?\//], ['Opera', /OPR\//], ['Samsung Internet', /SamsungBrowser\//],
  ['Firefox', /(?:Firefox|FxiOS)\//], ['Chrome', /(?:Chrome|CriOS|Chromium)\//], ['Safari', /Safari\//],
];
const SYSTEMS: readonly (readonly [string, RegExp])[] = [
  ['Android', /Android/], ['iOS', /iPhone|iPad|iPod/], ['Windows', /Windows/], ['macOS', /Mac OS X|Macintosh/], ['ChromeOS', /CrOS/],
  ['Linux', /Linux|X11/],
];
const OTHER_CHARS_MAX = 40;

export const deviceOf = (userAgent: string): string => {
  const match = (table: typeof BROWSERS): string[] => table.filter(([, pattern]) => pattern.test(userAgent)).slice(0, 1).map(([name]) => name);
  const known = [...match(BROWSERS), ...match(SYSTEMS)].join(' · ');
  return known || cleanLine(userAgent).slice(0, OTHER_CHARS_MAX);
};
