// How dear a paid message is, as a colour: one for each step of shared/fans.ts. White words reach 4.5:1 on each.

import { SUPER_CHAT_TIERS } from '../../../shared/fans.ts';

const COLORS = ['#1c5f9e', '#0b6b62', '#4a6510', '#8a5200', '#b0400c', '#a91432'] as const;

export const superChatColor = (coins: number): string => {
  const step = SUPER_CHAT_TIERS.findLastIndex((tier) => tier.coins <= coins);
  return COLORS[Math.max(0, Math.min(step, COLORS.length - 1))] ?? COLORS[0];
};
