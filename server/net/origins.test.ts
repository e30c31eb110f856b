import { expect, test } from 'vitest';
import { createOrigins } from './origins.ts';

test.each([
  ['http://localhost:3000', 'localhost:3000', true],
  ['http://192.168.1.5:3000', '192.168.1.5:3000', true],
  ['http://[fd00::1]:3000', '[fd00::1]:3000', true],
  ['https://localhost', 'localhost', true],
  ['http://localhost:5173', 'localhost:3000', false],
  ['http://evil.example', 'localhost:3000', false],
  // DNS rebinding: the attacker's name leads to this server, so Origin and Host agree.
  ['http://evil.example:3000', 'evil.example:3000', false],
  ['http://localhost:3000/', 'localhost:3000', false],
  ['null', 'localhost:3000', false],
  ['', 'localhost:3000', false],
  ['file://', '', false],
])('without PUBLIC_URL: %s at %s: %s', (origin, host, expected) => {
  expect(createOrigins({ publicUrl: null, allowed: [] }).allows(origin, host)).toBe(expected);
});

test('with PUBLIC_URL the list is all there is', () => {
  const origins = createOrigins({ publicUrl: 'https://live.example', allowed: ['https://friend.example'] });
  expect(origins.allows('https://live.example', 'whatever')).toBe(true);
  expect(origins.allows('https://friend.example', 'live.example')).toBe(true);
  for (const origin of ['http://live.example', 'https://live.example.evil.example', 'https://live.example:8443', 'http://127.0.0.1:3000']) {
    expect(origins.allows(origin, '127.0.0.1:3000')).toBe(false);
  }
});

test('a change without Origin needs the word of the browser', () => {
  const { mayChange } = createOrigins({ publicUrl: 'https://live.example', allowed: [] });
  const host = 'live.example';
  expect(mayChange({ origin: '', secFetchSite: 'same-origin', host })).toBe(true);
  for (const secFetchSite of ['', 'none', 'same-site', 'cross-site']) expect(mayChange({ origin: '', secFetchSite, host })).toBe(false);
});
