import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UserId } from '../../../shared/ids.ts';
import { RED_PACKET_CLAIM_MS, RED_PACKET_COINS_MAX, RED_PACKET_SHARES_MAX } from '../../../shared/limits.ts';
import { drawShares, judgeClaim, randomFrom, rankClaims, splitCoins } from './draw.ts';
import type { Claim } from './draw.ts';

const ANNOUNCED_MS = 1_800_000_000_000;
const claimsOf = (offsets: readonly number[]): Claim[] => offsets.map((offset, at) => ({ userId: `u${at}` as UserId, capturedAtMs: ANNOUNCED_MS + offset }));
const offsets = fc.array(fc.double({ min: -500, max: RED_PACKET_CLAIM_MS, noNaN: true }), { maxLength: 60 });
const coinsAndShares = fc.integer({ min: 1, max: RED_PACKET_SHARES_MAX }).chain((shares) => fc.record({ shares: fc.constant(shares), coins: fc.integer({ min: shares, max: RED_PACKET_COINS_MAX }) }));

test('[G7] who saw an earlier frame never loses to who saw a later one', () => {
  fc.assert(
    fc.property(offsets, coinsAndShares, fc.string(), (seen, { coins, shares }, seed) => {
      const claims = claimsOf(seen);
      const won = new Set(drawShares({ claims, announcedFrameMs: ANNOUNCED_MS, coins, shares, seed }).shares.map(({ userId }) => userId));
      expect(won.size).toBe(Math.min(shares, claims.length));
      const frameOf = ({ capturedAtMs }: Claim): number => Math.max(capturedAtMs, ANNOUNCED_MS);
      const lastWon = Math.max(...claims.filter(({ userId }) => won.has(userId)).map(frameOf));
      for (const lost of claims.filter(({ userId }) => !won.has(userId))) expect(frameOf(lost)).toBeGreaterThanOrEqual(lastWon - 1);
    }),
  );
});

test('[G7] the order in which the claims came in decides nothing', () => {
  fc.assert(
    fc.property(offsets, fc.string(), fc.infiniteStream(fc.nat()), (seen, seed, order) => {
      const claims = claimsOf(seen);
      const keys = new Map(claims.map((claim) => [claim, order.next().value as number]));
      const mixed = [...claims].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
      expect(rankClaims(mixed, ANNOUNCED_MS, randomFrom(seed))).toEqual(rankClaims(claims, ANNOUNCED_MS, randomFrom(seed)));
    }),
  );
});

test('[G7] equal frames are decided by lot', () => {
  const wins = new Map<string, number>();
  for (let seed = 0; seed < 600; seed += 1) {
    const [first] = rankClaims(claimsOf([40, 40.4, 40.8]), ANNOUNCED_MS, randomFrom(`s${seed}`));
    wins.set(first?.userId ?? '', (wins.get(first?.userId ?? '') ?? 0) + 1);
  }
  for (const user of ['u0', 'u1', 'u2']) expect(wins.get(user) ?? 0).toBeGreaterThan(140);
});

test('[G7] a stamp before the announced frame is worth no more than that frame', () => {
  const firsts = new Set(Array.from({ length: 60 }, (_, seed) => rankClaims(claimsOf([-400, 0]), ANNOUNCED_MS, randomFrom(`${seed}`))[0]?.userId));
  expect(firsts.size).toBe(2);
});

test('[G7] sums are exact, and each share is at least one coin', () => {
  fc.assert(
    fc.property(coinsAndShares, fc.string(), ({ coins, shares }, seed) => {
      const parts = splitCoins(coins, shares, randomFrom(seed));
      expect(parts).toHaveLength(shares);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(coins);
      expect(Math.min(...parts)).toBeGreaterThanOrEqual(1);
    }),
  );
  fc.assert(
    fc.property(offsets, coinsAndShares, fc.string(), (seen, { coins, shares }, seed) => {
      const drawn = drawShares({ claims: claimsOf(seen), announcedFrameMs: ANNOUNCED_MS, coins, shares, seed });
      expect(drawn.shares.reduce((sum, share) => sum + share.coins, drawn.returnedCoins)).toBe(coins);
      expect(drawn.shares.map((share) => share.coins)).toEqual(drawn.shares.map((share) => share.coins).sort((a, b) => b - a));
      if (seen.length === 0) expect(drawn.returnedCoins).toBe(coins);
    }),
  );
});

test('[G7] all places of a red packet may hope for the same', () => {
  const sums = [0, 0, 0, 0, 0];
  for (let seed = 0; seed < 3_000; seed += 1) splitCoins(500, 5, randomFrom(`r${seed}`)).forEach((part, at) => (sums[at] = (sums[at] ?? 0) + part));
  for (const sum of sums) expect(sum / 3_000).toBeGreaterThan(92);
  for (const sum of sums) expect(sum / 3_000).toBeLessThan(108);
});

test('[G7] the same claims and seed come to the same end', () => {
  const draw = (seed: string) => drawShares({ claims: claimsOf([5, 9, 9, 30]), announcedFrameMs: ANNOUNCED_MS, coins: 100, shares: 3, seed });
  expect(draw('a')).toEqual(draw('a'));
  expect(Array.from({ length: 20 }, (_, at) => JSON.stringify(draw(`${at}`)))).not.toEqual(Array.from({ length: 20 }, () => JSON.stringify(draw('a'))));
});

test('[G7] a claim counts from the announced frame on, for so long, and the stamp’s error speaks for it', () => {
  const judge = (offset: number, errorMs = 5) => judgeClaim({ capturedAtMs: ANNOUNCED_MS + offset, errorMs }, ANNOUNCED_MS);
  expect([judge(-6), judge(-5), judge(0), judge(RED_PACKET_CLAIM_MS + 5), judge(RED_PACKET_CLAIM_MS + 6)]).toEqual(['too_early', 'counts', 'counts', 'counts', 'too_late']);
});
