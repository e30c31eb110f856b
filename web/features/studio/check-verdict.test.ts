import { expect, test } from 'vitest';
import { checkVerdictOf } from './check-verdict.ts';

const open = { ok: true, connectMs: 40 } as const;
const shut = { ok: false } as const;

test.each([
  [{ udp: open, tcp: open, bitsPerSecond: 4e6 }, 'good'],
  [{ udp: open, tcp: shut, bitsPerSecond: 4e6 }, 'good'],
  [{ udp: open, tcp: open, bitsPerSecond: 1e6 }, 'fair'],
  [{ udp: open, tcp: open, bitsPerSecond: 2e5 }, 'poor'],
  [{ udp: shut, tcp: open, bitsPerSecond: 4e6 }, 'tcp'],
  [{ udp: shut, tcp: open, bitsPerSecond: 2e5 }, 'poor'],
  [{ udp: shut, tcp: shut, bitsPerSecond: null }, 'blocked'],
  [{ udp: open, tcp: open, bitsPerSecond: null }, 'failed'],
  ['failed', 'failed'],
] as const)('%j is %s', (outcome, verdict) => {
  expect(checkVerdictOf(outcome)).toBe(verdict);
});
