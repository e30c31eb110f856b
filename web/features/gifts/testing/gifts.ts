// Gifts for tests: `sent('ann', 'rose', 2, 5)` is Ann giving two roses, the combo now counting five.

import type { ComboId, GiftId, GiftSendId, UserId } from '../../../../shared/ids.ts';
import type { Author } from '../../../../shared/messages/chat.ts';
import type { GiftView, SentGift } from '../../../../shared/messages/gifts.ts';

export const NOW_MS = 1_700_000_000_000;

export const giver = (name: string): Author => ({ userId: `u-${name}` as UserId, name, displayName: name.toUpperCase(), role: 'viewer', fanLevel: 1 });

export const gift = (name: string, coins = 5, tier: GiftView['tier'] = 'small'): GiftView => ({
  giftId: name as GiftId, nameEn: name, nameZh: name, coins, animation: 'rose', tier, isOnSale: true, position: coins,
});

let sends = 0;

export const sent = (by: string, name: string, quantity = 1, count = quantity, parts: Partial<SentGift> = {}): SentGift => {
  sends += 1;
  return {
    giftSendId: `s${String(sends).padStart(6, '0')}` as GiftSendId, author: giver(by), giftId: name as GiftId, quantity, coins: 5 * quantity,
    combo: { comboId: `${by}-${name}` as ComboId, count }, stamp: { capturedAtMs: NOW_MS, errorMs: 10, timelineMs: 754_000 }, givenAtMs: NOW_MS, ...parts,
  };
};
