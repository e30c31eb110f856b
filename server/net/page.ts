// index.html as it leaves for one address: language, title and what chat programs and search engines show of a link. All
// that is written in is text from people, so all of it is escaped.

import { createHash } from 'node:crypto';
import type { Locale } from './locale.ts';

export type PageRequest = {
  /** Decoded: `/@桥`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly locale: Locale;
};

export type Page = {
  readonly status: number;
  readonly locale: Locale;
  readonly title: string;
  readonly description: string;
  /** `/path` on this server or a full address; null for none. */
  readonly imageUrl: string | null;
};

export type PageTemplate = {
  render(page: Page, address: { readonly origin: string; readonly path: string }): string;
  /** As it is, for when nobody can say what stands at an address. */
  readonly plain: string;
  /** CSP sources of the scripts in the file itself. */
  readonly inlineHashes: readonly string[];
};

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? '');

const LANG = /<html lang="[^"]*"/;
const TITLE = /<title>[^<]*<\/title>/;
const DESCRIPTION = /\s*<meta name="description"[^>]*>/;
const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

const hashOf = (script: string): string => `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

const metaTags = (page: Page, address: { readonly origin: string; readonly path: string }): string => {
  const image = page.imageUrl?.startsWith('/') ? `${address.origin}${page.imageUrl}` : page.imageUrl;
  const tags: readonly (readonly [kind: 'name' | 'property', key: string, content: string])[] = [
    ['name', 'description', page.description],
    ['property', 'og:type', 'website'],
    ['property', 'og:site_name', 'Qiao'],
    ['property', 'og:title', page.title],
    ['property', 'og:description', page.description],
    ['property', 'og:url', `${address.origin}${address.path}`],
    ['property', 'og:locale', page.locale.replace('-', '_')],
    ...(image ? [['property', 'og:image', image] as const, ['name', 'twitter:card', 'summary_large_image'] as const] : []),
    ...(page.status === 200 ? [] : [['name', 'robots', 'noindex'] as const]),
  ];
  return tags.map(([kind, key, content]) => `\n    <meta ${kind}="${key}" content="${escapeHtml(content)}" />`).join('');
};

/** Throws if index.html has no language or title to replace: links would lose their words unnoticed. */
export const createPageTemplate = (indexHtml: string): PageTemplate => {
  if (!LANG.test(indexHtml) || !TITLE.test(indexHtml)) throw new Error('index.html needs <html lang="…"> and <title>');
  const bare = indexHtml.replace(DESCRIPTION, '');
  return {
    plain: indexHtml,
    inlineHashes: [...indexHtml.matchAll(INLINE_SCRIPT)].map(([, script = '']) => hashOf(script)),
    // Replaced by functions: in a replacement string, `$&` in a person's title would have a meaning.
    render: (page, address) => bare
      .replace(LANG, () => `<html lang="${escapeHtml(page.locale)}"`)
      .replace(TITLE, () => `<title>${escapeHtml(page.title)}</title>${metaTags(page, address)}`),
  };
};
