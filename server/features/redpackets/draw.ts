// Who wins a red packet, and how much (rule G7): by the frame that each saw when reaching for it, not by arrival. Pure: the same
// claims and the same seed give the same winners, so that a server that died in the middle comes to the same end.

import { createHash } from 'node:crypto';
import type { UserId } from '../../../shared/ids.ts';
import { RED_PACKET_CLAIM_MS } from '../../../shared/limits.ts';
import type { SeenFrame } from '../../../shared/messages/time.ts';

export type Claim = { readonly userId: UserId; readonly capturedAtMs: number };
export type Share = { readonly userId: UserId; readonly coins: number };
/** From 0 up to, and never, 1. */
export type Random = () => number;

/** Frames lie at least 16 ms apart; what the pages make of one frame's time differs by fractions of a millisecond. */
const SAME_FRAME_MS = 1;

/** Chance that can be had again: each number is a hash of the seed and a counter. */
export const randomFrom = (seed: string): Random => {
  let count = 0;
  return () => createHash('sha256').update(`${seed}/${(count += 1)}`).digest().readUIntBE(0, 6) / 2 ** 48;
};

const shuffled = <T>(items: readonly T[], random: Random): T[] => {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
};

/** `too_early`: the announced frame cannot have been seen. `too_late`: it lies longer back than reaching for it may take. */
export const judgeClaim = ({ capturedAtMs, errorMs }: SeenFrame, announcedFrameMs: number): 'counts' | 'too_early' | 'too_late' => {
  if (capturedAtMs + errorMs < announcedFrameMs) return 'too_early';
  return capturedAtMs - errorMs > announcedFrameMs + RED_PACKET_CLAIM_MS ? 'too_late' : 'counts';
};

/** In the order of the frames; those of one frame in an order that chance gives. */
export const rankClaims = (claims: readonly Claim[], announcedFrameMs: number, random: Random): Claim[] => {
  // A stamp before the announced frame counts for its error; it must not be better than to have seen that frame.
  const seenMs = ({ capturedAtMs }: Claim): number => Math.max(capturedAtMs, announcedFrameMs);
  const byName = (a: Claim, b: Claim): number => (a.userId < b.userId ? -1 : 1); // the order in which rows are read must not matter
  const sorted = [...claims].sort((a, b) => seenMs(a) - seenMs(b) || byName(a, b));
  const ranked: Claim[] = [];
  for (let from = 0; from < sorted.length; ) {
    const firstMs = seenMs(sorted[from] as Claim);
    let to = from;
    while (to < sorted.length && seenMs(sorted[to] as Claim) - firstMs <= SAME_FRAME_MS) to += 1;
    ranked.push(...shuffled(sorted.slice(from, to).sort(byName), random));
    from = to;
  }
  return ranked;
};

/** `coins` in `shares` parts of at least one: each part is up to twice what is left on average, so all may hope for the same. */
export const splitCoins = (coins: number, shares: number, random: Random): number[] => {
  const parts: number[] = [];
  let left = coins;
  for (let others = shares - 1; others > 0; others -= 1) {
    const most = Math.min(left - others, Math.max(1, Math.floor((2 * left) / (others + 1)) - 1));
    const part = 1 + Math.floor(random() * most);
    parts.push(part);
    left -= part;
  }
  return [...parts, left];
};

/** The winners' shares, most first, and what nobody took. */
export const drawShares = (p: {
  readonly claims: readonly Claim[];
  readonly announcedFrameMs: number;
  readonly coins: number;
  readonly shares: number;
  readonly seed: string;
}): { readonly shares: Share[]; readonly returnedCoins: number } => {
  const random = randomFrom(p.seed);
  const winners = rankClaims(p.claims, p.announcedFrameMs, random).slice(0, p.shares);
  const parts = splitCoins(p.coins, p.shares, random);
  const shares = winners.map(({ userId }, at) => ({ userId, coins: parts[at] ?? 0 })).sort((a, b) => b.coins - a.coins);
  return { shares, returnedCoins: p.coins - shares.reduce((sum, share) => sum + share.coins, 0) };
};
