import { expect, test } from 'vitest';
import { createHandClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { createRateLimiter } from '../lib/rate-limiter.ts';
import { createOrigins } from './origins.ts';

const setUp = (settings: { publicUrl: string | null; allowed?: readonly string[] }) => {
  const lines: string[] = [];
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  const limiter = createRateLimiter({ clock: createHandClock(), keysMax: 10 });
  return { ...createOrigins({ allowed: [], ...settings, log, limiter }), lines };
};

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
  expect(setUp({ publicUrl: null }).allows(origin, host)).toBe(expected);
});

test('with PUBLIC_URL the list is all there is', () => {
  const origins = setUp({ publicUrl: 'https://live.example', allowed: ['https://friend.example'] });
  expect(origins.allows('https://live.example', 'whatever')).toBe(true);
  expect(origins.allows('https://friend.example', 'live.example')).toBe(true);
  for (const origin of ['http://live.example', 'https://live.example.evil.example', 'https://live.example:8443', 'http://127.0.0.1:3000']) {
    expect(origins.allows(origin, '127.0.0.1:3000')).toBe(false);
  }
});

test('a change without Origin needs the word of the browser', () => {
  const { mayChange } = setUp({ publicUrl: 'https://live.example' });
  const host = 'live.example';
  expect(mayChange({ origin: '', secFetchSite: 'same-origin', host })).toBe(true);
  for (const secFetchSite of ['', 'none', 'same-site', 'cross-site']) expect(mayChange({ origin: '', secFetchSite, host })).toBe(false);
});

test('refusals are told to the operator, but cannot fill the log', () => {
  const { refused, lines } = setUp({ publicUrl: null });
  for (let i = 0; i < 1_000; i += 1) refused(`https://evil${i}.example`, 'localhost:3000');
  expect(lines[0]).toContain('set PUBLIC_URL or ALLOWED_ORIGINS');
  expect(lines.length).toBeLessThan(10);
});
