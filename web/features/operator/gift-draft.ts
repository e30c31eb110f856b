// A gift of the catalogue while an operator writes it: what is typed, what is wrong with it, and what is sent. Pure.

import type { GiftId } from '../../../shared/ids.ts';
import { COINS_MAX } from '../../../shared/limits.ts';
import type { GiftView } from '../../../shared/messages/gifts.ts';

const POSITION_MAX = 10_000;
const GIFT_ID = /^[A-Za-z0-9_-]{1,64}$/;

export type GiftDraft = Omit<GiftView, 'giftId' | 'coins' | 'position'> & { giftId: string; coins: string; position: string };
export type GiftFaults = { readonly giftId?: 'taken' | 'invalid'; readonly nameEn?: true; readonly nameZh?: true; readonly coins?: true; readonly position?: true };

/** A new one stands behind all others. */
export const draftOf = (gift: GiftView | null, others: readonly GiftView[]): GiftDraft =>
  gift
    ? { ...gift, coins: String(gift.coins), position: String(gift.position) }
    : {
        giftId: '', nameEn: '', nameZh: '', coins: '', animation: 'lantern', tier: 'small', isOnSale: true,
        position: String(Math.min(POSITION_MAX, Math.max(0, ...others.map(({ position }) => position)) + 10)),
      };

/** "Paper Crane!" becomes "paper-crane": an id to begin with. */
export const idFrom = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64);

const isWhole = (typed: string, min: number, max: number): boolean => /^\d+$/.test(typed.trim()) && Number(typed) >= min && Number(typed) <= max;

/** `taken`: ids that a new gift may not have, or it would change another one. */
export const faultsOf = (draft: GiftDraft, taken: readonly string[]): GiftFaults => ({
  ...(GIFT_ID.test(draft.giftId) ? (taken.includes(draft.giftId) ? { giftId: 'taken' as const } : {}) : { giftId: 'invalid' as const }),
  ...(draft.nameEn.trim() === '' ? { nameEn: true as const } : {}),
  ...(draft.nameZh.trim() === '' ? { nameZh: true as const } : {}),
  ...(isWhole(draft.coins, 1, COINS_MAX) ? {} : { coins: true as const }),
  ...(isWhole(draft.position, 0, POSITION_MAX) ? {} : { position: true as const }),
});

/** Of a draft without faults. */
export const giftOf = (draft: GiftDraft): GiftView => ({
  ...draft, giftId: draft.giftId as GiftId, nameEn: draft.nameEn.trim(), nameZh: draft.nameZh.trim(), coins: Number(draft.coins), position: Number(draft.position),
});
