// The banners at the picture's left edge: which combos are shown, which wait, and when each goes. Pure: time is passed in.
// Invariant: nothing is dropped in silence. A combo is one banner, and what would wait too long is told as a sum.

import type { ComboId, GiftId } from '../../../shared/ids.ts';
import type { Author } from '../../../shared/messages/chat.ts';
import type { SentGift } from '../../../shared/messages/gifts.ts';

export const SHOWN_MAX = 3;
/** Of a banner after its last change. */
const STAYS_MS = 4_500;
/** While many wait; long enough to be read. */
const STAYS_HURRIED_MS = 1_500;
const HURRY_FROM = 4;
const WAITING_MAX = 24;

export type Banner = {
  readonly comboId: ComboId;
  readonly author: Author;
  readonly giftId: GiftId;
  /** Of the combo, as the server counted it. */
  readonly count: number;
  readonly timelineMs: number | null;
  readonly isOwn: boolean;
  /** Null: waits for its turn. */
  readonly changedAtMs: number | null;
};

export type Lane = {
  readonly shown: readonly Banner[];
  readonly waiting: readonly Banner[];
  /** Gifts that came too thick for a banner each, until that was told. */
  readonly untold: { readonly gifts: number; readonly sinceMs: number } | null;
};

export const EMPTY_LANE: Lane = { shown: [], waiting: [], untold: null };

const bannerOf = (gift: SentGift, isOwn: boolean): Banner => ({
  comboId: gift.combo.comboId, author: gift.author, giftId: gift.giftId, count: gift.combo.count,
  timelineMs: gift.stamp?.timelineMs ?? null, isOwn, changedAtMs: null,
});

/** The count never goes back: answers and events may come in either order. */
const grown = (banner: Banner, gift: SentGift): Banner => ({ ...banner, count: Math.max(banner.count, gift.combo.count) });
const withGrown = (list: readonly Banner[], gift: SentGift, nowMs: number | null): readonly Banner[] =>
  list.map((one) => (one.comboId === gift.combo.comboId ? { ...grown(one, gift), changedAtMs: nowMs } : one));
const has = (list: readonly Banner[], gift: SentGift): boolean => list.some(({ comboId }) => comboId === gift.combo.comboId);

/** Own ones go before others', in their order. */
const queued = (waiting: readonly Banner[], banner: Banner): readonly Banner[] => {
  if (!banner.isOwn) return [...waiting, banner];
  const at = waiting.findIndex(({ isOwn }) => !isOwn);
  return at < 0 ? [...waiting, banner] : [...waiting.slice(0, at), banner, ...waiting.slice(at)];
};

const filled = (lane: Lane, nowMs: number): Lane => {
  const free = SHOWN_MAX - lane.shown.length;
  if (free <= 0 || lane.waiting.length === 0) return lane;
  const next = lane.waiting.slice(0, free).map((banner) => ({ ...banner, changedAtMs: nowMs }));
  return { ...lane, shown: [...lane.shown, ...next], waiting: lane.waiting.slice(free) };
};

const shortened = (lane: Lane, nowMs: number): Lane => {
  const over = lane.waiting.slice(WAITING_MAX);
  if (over.length === 0) return lane;
  const gifts = (lane.untold?.gifts ?? 0) + over.length;
  return { ...lane, waiting: lane.waiting.slice(0, WAITING_MAX), untold: { gifts, sinceMs: nowMs } };
};

export const laneWith = (lane: Lane, gift: SentGift, isOwn: boolean, nowMs: number): Lane => {
  if (has(lane.shown, gift)) return { ...lane, shown: withGrown(lane.shown, gift, nowMs) };
  if (has(lane.waiting, gift)) return { ...lane, waiting: withGrown(lane.waiting, gift, null) };
  return shortened(filled({ ...lane, waiting: queued(lane.waiting, bannerOf(gift, isOwn)) }, nowMs), nowMs);
};

const staysMs = (lane: Lane): number => (lane.waiting.length >= HURRY_FROM ? STAYS_HURRIED_MS : STAYS_MS);

/** As it is at that time: whose turn is over is gone, and others have come. */
export const laneAt = (lane: Lane, nowMs: number): Lane => {
  const stays = staysMs(lane);
  const shown = lane.shown.filter(({ changedAtMs }) => changedAtMs !== null && nowMs - changedAtMs < stays);
  const untold = lane.untold && nowMs - lane.untold.sinceMs < STAYS_MS ? lane.untold : null;
  return shown.length === lane.shown.length && untold === lane.untold ? lane : filled({ ...lane, shown, untold }, nowMs);
};

export const isEmptyLane = ({ shown, waiting, untold }: Lane): boolean => shown.length === 0 && waiting.length === 0 && untold === null;
