import { expect, test } from 'vitest';
import { createHandClock } from './clock.ts';
import { createRateLimiter } from './rate-limiter.ts';

const rate = { burst: 3, perSecond: 2 };

test('a burst at once, then the steady rate, and a true time to wait', () => {
  const clock = createHandClock();
  const limiter = createRateLimiter({ clock, keysMax: 10 });
  expect([1, 2, 3].map(() => limiter.take('a', rate))).toEqual([0, 0, 0]);
  expect(limiter.take('a', rate)).toBe(500);
  expect(limiter.take('b', rate)).toBe(0);
  clock.advance(499);
  expect(limiter.take('a', rate)).toBeGreaterThan(0);
  clock.advance(1);
  expect(limiter.take('a', rate)).toBe(0);
});

test('idle time never saves up more than the burst', () => {
  const clock = createHandClock();
  const limiter = createRateLimiter({ clock, keysMax: 10 });
  limiter.take('a', rate);
  clock.advance(3_600_000);
  expect([1, 2, 3, 4].map(() => limiter.take('a', rate) === 0)).toEqual([true, true, true, false]);
});

test('forgets the longest unused key when there are too many', () => {
  const limiter = createRateLimiter({ clock: createHandClock(), keysMax: 2 });
  const once = { burst: 1, perSecond: 0.001 };
  limiter.take('a', once);
  limiter.take('b', once);
  expect(limiter.take('a', once)).toBeGreaterThan(0);
  limiter.take('c', once); // forgets b, since a was used after it
  expect(limiter.take('a', once)).toBeGreaterThan(0);
  expect(limiter.take('b', once)).toBe(0);
});

test('keys that are full again go, those in use stay', () => {
  const clock = createHandClock();
  const limiter = createRateLimiter({ clock, keysMax: 10_000 });
  const slow = { burst: 2, perSecond: 0.001 };
  limiter.take('spent', slow);
  limiter.take('spent', slow);
  for (let at = 0; at < 3_000; at += 1) {
    limiter.take(`guest ${at}`, rate);
    clock.advance(100);
  }
  // Each is full again after half a second.
  expect(limiter.keys()).toBeLessThan(30);
  expect(limiter.take('spent', slow)).toBeGreaterThan(0);
});
