// Gifts that take the whole picture, one after the other. Pure. Invariant: a combo is one turn, the queue stays short, and what
// finds no place in it is handed back for a banner: nothing is dropped.

import type { ComboId, GiftId } from '../../../shared/ids.ts';
import type { Author } from '../../../shared/messages/chat.ts';
import type { SentGift } from '../../../shared/messages/gifts.ts';

export const BIG_WAITING_MAX = 4;

export type BigGift = {
  readonly comboId: ComboId;
  readonly author: Author;
  readonly giftId: GiftId;
  /** Of the combo, as the server counted it. */
  readonly count: number;
  readonly timelineMs: number | null;
  readonly isOwn: boolean;
  /** Tells one turn of a combo from the next. */
  readonly turn: number;
};

export type BigQueue = { readonly playing: BigGift | null; readonly waiting: readonly BigGift[]; readonly turns: number };

export const EMPTY_QUEUE: BigQueue = { playing: null, waiting: [], turns: 0 };

const isOf = (gift: SentGift) => (one: BigGift | null): one is BigGift => one?.comboId === gift.combo.comboId;
const grown = (one: BigGift, gift: SentGift): BigGift => ({ ...one, count: Math.max(one.count, gift.combo.count) });

export type Placed = { readonly queue: BigQueue; /** No place: show it as a banner. */ readonly isOver: boolean };

export const queueWith = (queue: BigQueue, gift: SentGift, isOwn: boolean): Placed => {
  const isSame = isOf(gift);
  if (isSame(queue.playing)) return { queue: { ...queue, playing: grown(queue.playing, gift) }, isOver: false };
  if (queue.waiting.some(isSame)) {
    return { queue: { ...queue, waiting: queue.waiting.map((one) => (isSame(one) ? grown(one, gift) : one)) }, isOver: false };
  }
  const turns = queue.turns + 1;
  const one: BigGift = {
    comboId: gift.combo.comboId, author: gift.author, giftId: gift.giftId, count: gift.combo.count,
    timelineMs: gift.stamp?.timelineMs ?? null, isOwn, turn: turns,
  };
  if (!queue.playing) return { queue: { ...queue, playing: one, turns }, isOver: false };
  if (queue.waiting.length >= BIG_WAITING_MAX && !isOwn) return { queue, isOver: true };
  const at = isOwn ? queue.waiting.findIndex((other) => !other.isOwn) : -1;
  const waiting = at < 0 ? [...queue.waiting, one] : [...queue.waiting.slice(0, at), one, ...queue.waiting.slice(at)];
  return { queue: { ...queue, waiting, turns }, isOver: false };
};

/** The turn is over, or was skipped. */
export const nextTurn = (queue: BigQueue): BigQueue => ({ ...queue, playing: queue.waiting[0] ?? null, waiting: queue.waiting.slice(1) });
