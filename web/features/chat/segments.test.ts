import { expect, test } from 'vitest';
import { isFewEmoji, segmentsOf } from './segments.ts';

const shown = (text: string, me: string | null = null): string[] =>
  segmentsOf(text, me).map((one) => (one.is === 'text' ? one.text : one.is === 'link' ? `[${one.text} ${one.url}]` : one.isMe ? `<ME ${one.text}>` : `<${one.text}>`));

test('links to the web are found, with and without a scheme', () => {
  expect(shown('see https://example.com/a?b=1, or www.example.org')).toEqual([
    'see ', '[https://example.com/a?b=1 https://example.com/a?b=1]', ', or ', '[www.example.org http://www.example.org/]',
  ]);
  expect(shown('看https://example.com/a 吧')).toEqual(['看', '[https://example.com/a https://example.com/a]', ' 吧']);
});

test.each(['javascript:alert(1)', 'data:text/html,x', 'ftp://example.com/x', 'mailto:a@example.com', 'file:///etc/passwd', 'vbscript:x'])(
  '%s is no link',
  (text) => {
    expect(segmentsOf(text, null).some(({ is }) => is === 'link')).toBe(false);
    expect(shown(text).join('').replace(/[<>]/g, '')).toBe(text);
  },
);

test('markup stays text', () => {
  expect(shown('<img src=x onerror=alert(1)>')).toEqual(['<img src=x onerror=alert(1)>']);
});

test('names after an @ are found, one’s own is marked, and addresses are none', () => {
  expect(shown('hi @Lin and @小明, not me@example', 'lin')).toEqual(['hi ', '<ME @Lin>', ' and ', '<@小明>', ', not me@example']);
  expect(shown('@lin.', 'lin')).toEqual(['<ME @lin>', '.']);
});

test('few emoji and nothing else are large', () => {
  expect(['👍', '👩‍🎤 🎉', '❤️❤️❤️', '🇨🇳'].every(isFewEmoji)).toBe(true);
  expect(['', '1', '👍👍👍👍', 'ok 👍', '#'].some(isFewEmoji)).toBe(false);
});
