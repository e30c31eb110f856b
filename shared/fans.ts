// What follows from coins: the level of a fan, how long a paid message stays on top. The server decides by it, the page shows it.

import { FAN_LEVEL_MAX } from './limits.ts';

/** Coins that level n takes: 1, 50, 150, 300, 500 ... each step is 50 coins dearer than the one before. */
export const coinsOfFanLevel = (level: number): number => (level <= 1 ? level : 25 * level * (level - 1));

/** 0: has not given anything in this channel. */
export const fanLevelOf = (coins: number): number => {
  if (coins < 1) return 0;
  const level = Math.floor((1 + Math.sqrt(1 + (4 * coins) / 25)) / 2);
  return Math.min(Math.max(level, 1), FAN_LEVEL_MAX);
};

/** What a paid message gets for its price; the last row that it can pay for holds. */
export const SUPER_CHAT_TIERS = [
  { coins: 50, pinnedMs: 30_000 },
  { coins: 200, pinnedMs: 2 * 60_000 },
  { coins: 500, pinnedMs: 5 * 60_000 },
  { coins: 1_000, pinnedMs: 10 * 60_000 },
  { coins: 5_000, pinnedMs: 30 * 60_000 },
  { coins: 20_000, pinnedMs: 60 * 60_000 },
] as const;

export const pinnedMsFor = (coins: number): number => SUPER_CHAT_TIERS.findLast((tier) => tier.coins <= coins)?.pinnedMs ?? 0;
