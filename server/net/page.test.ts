import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createPageTemplate } from './page.ts';

const INDEX = '<!doctype html>\n<html lang="en">\n<head>\n  <title>Qiao</title>\n  <meta name="description" content="old" />\n  <script>early()</script>\n  <script type="module" src="/a.js"></script>\n</head><body></body></html>';
const address = { origin: 'https://live.example', path: '/@ada' };
const page = { status: 200, locale: 'zh-CN' as const, title: '桥', description: 'About', imageUrl: '/thumbnails/ada' };

test('language, title and what a link shows are written in once', () => {
  const html = createPageTemplate(INDEX).render(page, address);
  expect(html).toContain('<html lang="zh-CN">');
  expect(html).toContain('<title>桥</title>');
  expect(html.match(/name="description"/g)).toHaveLength(1);
  expect(html).toContain('property="og:image" content="https://live.example/thumbnails/ada"');
  expect(html).toContain('property="og:url" content="https://live.example/@ada"');
  expect(html).not.toContain('noindex');
  expect(createPageTemplate(INDEX).render({ ...page, status: 404, imageUrl: null }, address)).toMatch(/noindex(?![^]*og:image)/);
});

test("a person's words stay text", () => {
  const title = `</title><script>alert("x")</script>$&$1'`;
  const html = createPageTemplate(INDEX).render({ ...page, title, description: title }, { ...address, path: '/@"><script>' });
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html).toContain('&lt;/title&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;$&amp;$1&#39;');
});

test('scripts in the file itself are known by their hash, those with an address are not', () => {
  const hash = createHash('sha256').update('early()').digest('base64');
  expect(createPageTemplate(INDEX).inlineHashes).toEqual([`'sha256-${hash}'`]);
});

test('a file without language or title is refused at start', () => {
  expect(() => createPageTemplate('<html><title>x</title>')).toThrow('index.html needs');
  expect(() => createPageTemplate('<html lang="en">')).toThrow('index.html needs');
});
