// A gift and a super chat as they are on their way into the ledger, and what people are told of them once they are committed.

import type { BroadcastId, ComboId, GiftId, GiftSendId, RoomId, SuperChatId, TransferId } from '../../../shared/ids.ts';
import type { Author } from '../../../shared/messages/chat.ts';
import type { SentGift, SuperChat } from '../../../shared/messages/gifts.ts';
import type { FrameStamp } from '../../../shared/messages/time.ts';

type Base = {
  readonly roomId: RoomId;
  readonly broadcastId: BroadcastId;
  readonly author: Author;
  readonly coins: number;
  readonly stamp: FrameStamp | null;
  /** The page named a frame: the stamp is more than our estimate. */
  readonly isFrameNamed: boolean;
  readonly givenAtMs: number;
};
export type GiftDraft = Base & { readonly kind: 'gift'; readonly giftId: GiftId; readonly quantity: number };
export type SuperChatDraft = Base & { readonly kind: 'super_chat'; readonly text: string; readonly pinnedUntilMs: number };
export type Draft = GiftDraft | SuperChatDraft;

/** With its number in the ledger: what is written, and told once it is. */
export type GiftRow = { readonly kind: 'gift'; readonly draft: GiftDraft; readonly sent: SentGift };
export type SuperChatRow = { readonly kind: 'super_chat'; readonly draft: SuperChatDraft; readonly superChat: SuperChat };
export type Row = GiftRow | SuperChatRow;

export const transferOf = (row: Row): TransferId => (row.kind === 'gift' ? row.sent.giftSendId : row.superChat.superChatId) as string as TransferId;

export const sentGiftOf = (draft: GiftDraft, transferId: TransferId, combo: { readonly comboId: ComboId; readonly count: number }): SentGift => ({
  giftSendId: transferId as string as GiftSendId,
  author: draft.author,
  giftId: draft.giftId,
  quantity: draft.quantity,
  coins: draft.coins,
  combo: { comboId: combo.comboId, count: combo.count },
  stamp: draft.stamp,
  givenAtMs: draft.givenAtMs,
});

export const superChatOf = (draft: SuperChatDraft, transferId: TransferId): SuperChat => ({
  superChatId: transferId as string as SuperChatId,
  author: draft.author,
  text: draft.text,
  coins: draft.coins,
  saidAtMs: draft.givenAtMs,
  stamp: draft.stamp,
  pinnedUntilMs: draft.pinnedUntilMs,
});
