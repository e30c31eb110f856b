// What this person gives: their coins, the taps on their way, the combo that goes on while they tap. Coins and counts are the
// server's, shown once it has confirmed them; what is on its way is shown as such beside them.

import type { ComboId, GiftId } from '../../../shared/ids.ts';
import { COMBO_WINDOW_MS } from '../../../shared/limits.ts';
import type { GiftView } from '../../../shared/messages/gifts.ts';
import { browserClock, type Cancel, type Clock } from '../../live/clock.ts';
import type { RequestErrorCode } from '../../live/request-error.ts';
import { newKey } from '../../live/request-key.ts';
import type { PartDeps } from '../interaction/part.ts';
import { createGiftOutbox, type GiftOutbox, type Waiting } from './outbox.ts';
import type { PaidRequests } from './paid-request.ts';

export const QUANTITIES = [1, 10, 66, 188] as const;
/** From here on one tap is no wish yet. */
const DEAR_FROM_COINS = 1_000;
const ARMED_MS = 4_000;
const USED_KEY = 'qiao.gifts.used';
const USED_MAX = 8;

export type OwnCombo = {
  readonly giftId: GiftId;
  /** Of each tap. */
  readonly quantity: number;
  readonly comboId: ComboId | null;
  /** As the server has counted; 0: nothing is confirmed yet. */
  readonly count: number;
  readonly tappedAtMs: number;
  /** Rises with each tap: the ring begins anew. */
  readonly taps: number;
};

export type GivingProblem = { readonly code: RequestErrorCode; readonly giftId: GiftId | null; readonly lost: number };

export type GivingDeps = {
  readonly part: PartDeps;
  readonly paid: PaidRequests;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly giftOf: (giftId: GiftId) => GiftView | null;
  /** The catalogue here is not the server's any more. */
  readonly outdated: () => void;
  readonly clock?: Clock;
};

const readUsed = (storage: Pick<Storage, 'getItem'>): readonly GiftId[] => {
  try {
    const kept: unknown = JSON.parse(storage.getItem(USED_KEY) ?? '[]');
    return Array.isArray(kept) ? (kept.filter((one) => typeof one === 'string') as GiftId[]).slice(0, USED_MAX) : [];
  } catch {
    return []; // Storage is switched off, or holds something else.
  }
};

export class Giving {
  /** Null: a guest, or not told yet. */
  balance = $state<number | null>(null);
  fanCoins = $state(0);
  /** Of one tap. */
  quantity = $state(1);
  isDrawerOpen = $state(false);
  /** A dear one that was tapped once, and goes with the second tap. */
  armed = $state<GiftId | null>(null);
  used = $state.raw<readonly GiftId[]>([]);
  waiting = $state.raw<readonly Waiting[]>([]);
  combo = $state.raw<OwnCombo | null>(null);
  /** Why the last one did not go through; until the next tap, or it was read. What was tapped before it and is given after it leaves it standing. */
  problem = $state.raw<GivingProblem | null>(null);

  readonly #deps: GivingDeps;
  readonly #clock: Clock;
  readonly #outbox: GiftOutbox;
  #cancelCombo: Cancel = () => {};
  #cancelArmed: Cancel = () => {};

  /** Coins that the taps on their way will cost. */
  readonly coinsOnWay: number = $derived(this.waiting.reduce((sum, { giftId, quantity }) => sum + quantity * (this.#deps.giftOf(giftId)?.coins ?? 0), 0));

  constructor(deps: GivingDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? browserClock;
    this.used = readUsed(deps.storage);
    this.#outbox = createGiftOutbox({
      paid: deps.paid,
      clock: this.#clock,
      newKey,
      changed: (waiting) => { this.waiting = waiting; },
      given: ({ giftId }, { gift, balance }) => {
        this.balance = balance;
        this.#counted(giftId, gift.combo.comboId, gift.combo.count);
      },
      refused: (giftId, code, lost) => this.#refused(giftId, code, lost),
    });
  }

  countOnWay(giftId: GiftId): number {
    return this.waiting.reduce((sum, one) => sum + (one.giftId === giftId ? one.quantity : 0), 0);
  }

  /** A finger on a gift: a dear one asks for a second. */
  press(gift: GiftView): void {
    const isDear = gift.coins * this.quantity >= DEAR_FROM_COINS;
    if (!isDear || this.armed === gift.giftId || this.combo?.giftId === gift.giftId) return this.tap(gift);
    this.#cancelArmed();
    this.armed = gift.giftId;
    this.#cancelArmed = this.#clock.after(ARMED_MS, () => { this.armed = null; });
  }

  tap(gift: GiftView, quantity = this.quantity): void {
    const { part } = this.#deps;
    this.#cancelArmed();
    this.armed = null;
    if (!part.may('interact')) return this.#refused(gift.giftId, 'not_logged_in', 0);
    if (part.isOwner()) return this.#refused(gift.giftId, 'own_channel', 0);
    if (this.balance !== null && this.balance - this.coinsOnWay < gift.coins * quantity) return this.#refused(gift.giftId, 'insufficient_coins', quantity);
    this.problem = null;
    const { combo } = this;
    const goesOn = combo?.giftId === gift.giftId;
    this.combo = {
      giftId: gift.giftId, quantity, comboId: goesOn ? combo.comboId : null, count: goesOn ? combo.count : 0,
      tappedAtMs: this.#clock.nowMs(), taps: (combo?.taps ?? 0) + 1,
    };
    this.#endComboLater();
    this.#outbox.tap(gift.giftId, quantity, part.seen());
  }

  /** The same again, while the ring runs. */
  again(): void {
    const gift = this.combo && this.#deps.giftOf(this.combo.giftId);
    if (gift && this.combo) this.tap(gift, this.combo.quantity);
  }

  close(): void {
    this.#cancelCombo();
    this.#cancelArmed();
    this.#outbox.close();
  }

  #counted(giftId: GiftId, comboId: ComboId, count: number): void {
    this.used = [giftId, ...this.used.filter((one) => one !== giftId)].slice(0, USED_MAX);
    try {
      this.#deps.storage.setItem(USED_KEY, JSON.stringify(this.used));
    } catch {
      // Storage is full or switched off: the order lasts for this page only.
    }
    if (this.combo?.giftId === giftId) this.combo = { ...this.combo, comboId, count: comboId === this.combo.comboId ? Math.max(this.combo.count, count) : count };
  }

  #refused(giftId: GiftId, code: RequestErrorCode, lost: number): void {
    this.problem = { code, giftId, lost };
    if (this.combo?.giftId === giftId && this.countOnWay(giftId) === 0 && this.combo.count === 0) this.combo = null;
    if (code === 'gift_unknown') this.#deps.outdated();
  }

  #endComboLater(): void {
    this.#cancelCombo();
    this.#cancelCombo = this.#clock.after(COMBO_WINDOW_MS, () => {
      // An answer that is late keeps the counter until it is here.
      if (this.combo && this.countOnWay(this.combo.giftId) > 0) return this.#endComboLater();
      this.combo = null;
    });
  }
}
