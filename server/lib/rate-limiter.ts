// A token bucket for each key. Own code: rate-limiter-flexible counts in fixed windows and sets a timer for every key, and
// the tables speak of a burst and a steady rate. The number of keys is bounded: the longest unused is forgotten, and a
// forgotten bucket starts full.

import type { Rate } from '../../shared/messages/define.ts';
import type { Clock } from './clock.ts';

export type RateLimiter = {
  /** 0 when allowed; else how many ms until it would be. Refused tries cost nothing. */
  take(key: string, rate: Rate): number;
  /** How many are kept. */
  keys(): number;
};

type Bucket = { tokens: number; atMs: number; fullAtMs: number };

/** With each new key so many old ones are looked at, so that those which are full again go sooner than new ones come. */
const LOOKS = 2;

export const createRateLimiter = (deps: { clock: Clock; keysMax: number }): RateLimiter => {
  // A Map keeps the order of insertion; re-inserting on use makes its first key the longest unused. While there is much room
  // nothing will be forgotten soon, and the order may be anything.
  const buckets = new Map<string, Bucket>();

  /** A bucket that is full again is as good as none. */
  const forgetFull = (nowMs: number): void => {
    let looks = LOOKS;
    for (const [key, bucket] of buckets) {
      if (looks-- === 0) return;
      buckets.delete(key);
      if (bucket.fullAtMs > nowMs) buckets.set(key, bucket);
    }
  };
  const keep = (key: string, bucket: Bucket, isNew: boolean): void => {
    const isRoomy = buckets.size * 2 <= deps.keysMax;
    if (isNew && isRoomy) forgetFull(bucket.atMs);
    if (!isNew && !isRoomy) buckets.delete(key);
    if (isNew || !isRoomy) buckets.set(key, bucket);
    if (buckets.size > deps.keysMax) for (const oldest of buckets.keys()) { buckets.delete(oldest); break; }
  };

  return {
    take(key, rate) {
      const nowMs = deps.clock.nowMs();
      const known = buckets.get(key);
      const bucket = known ?? { tokens: rate.burst, atMs: nowMs, fullAtMs: nowMs };
      bucket.tokens = Math.min(rate.burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * rate.perSecond);
      bucket.atMs = nowMs;
      const isAllowed = bucket.tokens >= 1;
      if (isAllowed) bucket.tokens -= 1;
      bucket.fullAtMs = nowMs + ((rate.burst - bucket.tokens) / rate.perSecond) * 1000;
      keep(key, bucket, known === undefined);
      return isAllowed ? 0 : Math.ceil(((1 - bucket.tokens) / rate.perSecond) * 1000);
    },
    keys: () => buckets.size,
  };
};
