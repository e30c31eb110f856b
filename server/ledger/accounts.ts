// Whose account it is, in its id. Pure.

import type { ChannelId, UserId } from '../../shared/ids.ts';

export type AccountId = 'issued' | 'revenue' | 'escrow' | `wallet:${string}` | `debt:${string}` | `earnings:${string}` | `payouts:${string}`;

export const walletOf = (userId: UserId): AccountId => `wallet:${userId}`;
/** What a refund or charge-back could not take back. */
export const debtOf = (userId: UserId): AccountId => `debt:${userId}`;
export const earningsOf = (channelId: ChannelId): AccountId => `earnings:${channelId}`;
/** Asked for and not decided yet. */
export const payoutsOf = (channelId: ChannelId): AccountId => `payouts:${channelId}`;

/** Null: no wallet. */
export const walletOwner = (id: AccountId): UserId | null => (id.startsWith('wallet:') ? (id.slice('wallet:'.length) as UserId) : null);

export const kindOf = (id: AccountId): string => id.split(':', 1)[0] ?? '';
export const ownerOf = (id: AccountId): string | null => id.split(':')[1] ?? null;
/** Zero or below: what is owed. */
export const isDebt = (id: AccountId): boolean => id.startsWith('debt:');
/** Coins come from one, and stand as a debt in the other. */
export const mayBeOverdrawn = (id: AccountId): boolean => id === 'issued' || isDebt(id);
