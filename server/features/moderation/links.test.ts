import { expect, test } from 'vitest';
import { hasLink } from './links.ts';

test.each([
  'https://example.com', 'http://example.com/a?b=c', 'look: example.com', 'EXAMPLE.COM', 'www.example.de', 'go to bit.ly/abc', 't.me/room',
  'youtu.be/xyz', 'discord.gg/raid', 'ｅｘａｍｐｌｅ．ｃｏｍ', 'example。com', 'exam\u200bple.com', 'example[.]com', 'example (dot) com', 'example . com',
  'example. com', '看这里https://例子.中国/', '加群：example.cn', 'https://1.2.3.4/', '192.168.1.10/x', '//example.net', '<a href="https://example.org">x</a>',
  'wa.me/123', 'xn--fsq.com', 'sub.domain.example.io',
])('a link: %s', (text) => {
  expect(hasLink(text)).toBe(true);
});

test.each([
  'hello', 'wait...what', 'yes.me too', 'no.it is fine', 'good.so good', 'version 1.2.3', '3.5 stars', 'e.g. this', 'i.e. that', 'at 10.30', 'and/or', 'the dot com bubble',
  '好的。comfortable', '你好。再见', 'he said. come here', 'u.s. and u.k.', 'a.m. or p.m.', 'mail me: someone@example.com', 'ok.', '.', 'file:///etc/passwd', 'javascript:alert(1)',
  'see you . me too', 'node.js', 'main.ts', 'Mr.Bean', '第3.5集', '点点点',
])('no link: %s', (text) => {
  expect(hasLink(text)).toBe(false);
});
