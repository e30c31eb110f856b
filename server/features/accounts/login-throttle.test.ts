import { expect, test } from 'vitest';
import { createHandClock } from '../../lib/clock.ts';
import { createLoginThrottle } from './login-throttle.ts';

const setUp = (homes: string[] = []) => {
  const clock = createHandClock();
  const throttle = createLoginThrottle({ clock, isLoggedInFrom: async (_, address) => homes.includes(address) });
  const admitted = async (address: string, nameKey = 'ada', hasSession = false): Promise<boolean> =>
    throttle.admit({ nameKey, address, hasSession }).then(() => true, () => false);
  const count = async (tries: number, address: (i: number) => string, nameKey?: string): Promise<number> => {
    let passed = 0;
    for (let i = 0; i < tries; i += 1) if (await admitted(address(i), nameKey)) passed += 1;
    return passed;
  };
  return { clock, throttle, admitted, count };
};

test('one address gets at most ten tries a minute at one account', async () => {
  const { clock, count } = setUp();
  let passed = 0;
  for (let second = 0; second < 60; second += 1) {
    passed += await count(20, () => '192.0.2.1');
    clock.advance(1_000);
  }
  expect(passed).toBeGreaterThanOrEqual(5);
  expect(passed).toBeLessThanOrEqual(10);
});

test('two hundred addresses together get no more', async () => {
  const { clock, count } = setUp();
  let passed = 0;
  for (let second = 0; second < 60; second += 1) {
    passed += await count(200, (i) => `192.0.2.${i}`);
    clock.advance(1_000);
  }
  expect(passed).toBeLessThanOrEqual(10);
});

test('during such an attack the owner gets in: from a known address, a past one, and with a session', async () => {
  const { throttle, admitted, count } = setUp(['198.51.100.1']);
  throttle.succeeded({ nameKey: 'ada', address: '198.51.100.2' });
  expect(await count(300, (i) => `192.0.2.${i}`)).toBe(5);
  expect(await admitted('198.51.100.1')).toBe(true);
  expect(await admitted('198.51.100.2')).toBe(true);
  expect(await admitted('198.51.100.3', 'ada', true)).toBe(true);
  expect(await admitted('198.51.100.3')).toBe(false);
});

test('nothing is locked for good, and other accounts are not touched', async () => {
  const { clock, admitted, count } = setUp();
  await count(300, (i) => `192.0.2.${i}`);
  expect(await admitted('203.0.113.9', 'bob')).toBe(true);
  clock.advance(12_000);
  expect(await admitted('203.0.113.9')).toBe(true);
});

test('a refusal says when to come back', async () => {
  const { throttle, count } = setUp();
  await count(5, () => '192.0.2.1');
  await expect(throttle.admit({ nameKey: 'ada', address: '192.0.2.1', hasSession: false })).rejects.toMatchObject({
    code: 'too_many_requests',
    retryAfterMs: 12_000,
  });
});
