// A token bucket for each key. Own code: rate-limiter-flexible counts in fixed windows and sets a timer for every key, and
// the tables speak of a burst and a steady rate. The number of keys is bounded: the longest unused is forgotten, and a
// forgotten bucket starts full.

import type { Rate } from '../../shared/messages/define.ts';
import type { Clock } from './clock.ts';

export type RateLimiter = {
  /** 0 when allowed; else how many ms until it would be. Refused tries cost nothing. */
  take(key: string, rate: Rate): number;
};

export const createRateLimiter = (deps: { clock: Clock; keysMax: number }): RateLimiter => {
  // A Map keeps the order of insertion; re-inserting on use makes its first key the longest unused. While there is much room
  // nothing will be forgotten soon, and the order may be anything.
  const buckets = new Map<string, { tokens: number; atMs: number }>();

  return {
    take(key, rate) {
      const nowMs = deps.clock.nowMs();
      const bucket = buckets.get(key) ?? { tokens: rate.burst, atMs: nowMs };
      bucket.tokens = Math.min(rate.burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * rate.perSecond);
      bucket.atMs = nowMs;
      const isRoomy = buckets.size * 2 <= deps.keysMax;
      if (!isRoomy) buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > deps.keysMax) for (const oldest of buckets.keys()) { buckets.delete(oldest); break; }
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return 0;
      }
      return Math.ceil(((1 - bucket.tokens) / rate.perSecond) * 1000);
    },
  };
};
