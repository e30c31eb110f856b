// What gifts do to the picture: small ones in the lane, large ones over all of it, each only after the server told of it. Knows
// whose turn it is; how it looks is the components' business.

import type { GiftId } from '../../../shared/ids.ts';
import type { GiftView, SentGift } from '../../../shared/messages/gifts.ts';
import { browserClock, every, type Cancel, type Clock } from '../../live/clock.ts';
import { EMPTY_QUEUE, nextTurn, queueWith, type BigQueue } from './big-queue.ts';
import { keepEffectSettings, readEffectSettings, type EffectSettings } from './effect-settings.ts';
import { EMPTY_LANE, isEmptyLane, laneAt, laneWith, type Lane } from './lane.ts';
import { createGiftSound, type GiftSound } from './sound.ts';

/** After a dropped connection the missed ones come all at once; the chat has them, but they are not news any more. */
const FRESH_MS_MAX = 20_000;
const LOOK_EVERY_MS = 250;

export type EffectsDeps = {
  readonly giftOf: (giftId: GiftId) => GiftView | null;
  readonly isOwn: (gift: SentGift) => boolean;
  readonly serverNowMs: () => number;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly clock?: Clock;
  readonly sound?: GiftSound;
};

export class Effects {
  settings = $state.raw<EffectSettings>({ isOn: true, hasSound: null });
  /** The player makes no sound; then gifts make none either, unless somebody chose otherwise. */
  isPlayerSilent = $state(true);
  lane = $state.raw<Lane>(EMPTY_LANE);
  big = $state.raw<BigQueue>(EMPTY_QUEUE);

  readonly #deps: EffectsDeps;
  readonly #clock: Clock;
  readonly #sound: GiftSound;
  #stopLooking: Cancel | null = null;

  readonly hasSound: boolean = $derived(this.settings.hasSound ?? !this.isPlayerSilent);

  constructor(deps: EffectsDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? browserClock;
    this.#sound = deps.sound ?? createGiftSound();
    this.settings = readEffectSettings(deps.storage);
  }

  change(wish: Partial<EffectSettings>): void {
    this.settings = { ...this.settings, ...wish };
    keepEffectSettings(this.#deps.storage, this.settings);
    if (!this.settings.isOn) [this.lane, this.big] = [EMPTY_LANE, EMPTY_QUEUE];
  }

  take(gift: SentGift): void {
    if (!this.settings.isOn || gift.givenAtMs < this.#deps.serverNowMs() - FRESH_MS_MAX) return;
    const tier = this.#deps.giftOf(gift.giftId)?.tier ?? 'small';
    const isOwn = this.#deps.isOwn(gift);
    const placed = tier === 'large' ? queueWith(this.big, gift, isOwn) : null;
    if (placed) this.big = placed.queue;
    if (!placed || placed.isOver) this.#toLane(gift, isOwn);
    if (this.hasSound) this.#sound.play(tier);
  }

  /** The performance is over, or this viewer has seen enough of it. */
  bigIsOver(turn: number): void {
    if (this.big.playing?.turn === turn) this.big = nextTurn(this.big);
  }

  close(): void {
    this.#stopLooking?.();
    this.#sound.close();
  }

  #toLane(gift: SentGift, isOwn: boolean): void {
    this.lane = laneWith(this.lane, gift, isOwn, this.#clock.nowMs());
    this.#stopLooking ??= every(this.#clock, LOOK_EVERY_MS, () => {
      this.lane = laneAt(this.lane, this.#clock.nowMs());
      if (!isEmptyLane(this.lane)) return;
      this.#stopLooking?.();
      this.#stopLooking = null;
    });
  }
}
