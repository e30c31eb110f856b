// Words for gifts. Their names stand in the catalogue, in both languages.

import type { GiftView } from '../../../shared/messages/gifts.ts';
import { m } from '../../text/generated/messages.js';

export const giftName = (gift: GiftView | null, locale: string): string => {
  if (!gift) return m.gifts_unknown();
  return locale.startsWith('zh') ? gift.nameZh : gift.nameEn;
};
