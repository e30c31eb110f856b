import { expect, test } from 'vitest';
import { localeOf } from './locale.ts';

test.each([
  ['', 'en'], ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'], ['en-US,en;q=0.9,zh;q=0.8', 'en'], ['fr,de', 'en'], ['fr, zh-TW;q=0.3', 'zh-CN'],
  ['en;q=0.1, zh;q=0.2', 'zh-CN'], ['ZH', 'zh-CN'], ['zh;q=0', 'en'], ['zh;q=nonsense', 'en'], ['*', 'en'], ['zhuang', 'en'],
])('%s asks for %s', (header, locale) => {
  expect(localeOf(header)).toBe(locale);
});
