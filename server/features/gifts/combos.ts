// How often somebody gave the same gift without a pause (rule G3). Counted in the order of the commits and only when a commit
// has succeeded: what a batch would make of the counts is a draft until then, and a refused gift is in no draft. No I/O.

import type { ComboId, GiftId, GiftSendId, RoomId, UserId } from '../../../shared/ids.ts';
import { COMBO_WINDOW_MS } from '../../../shared/limits.ts';

export type Combo = { readonly comboId: ComboId; readonly count: number };
export type Given = {
  readonly roomId: RoomId;
  readonly userId: UserId;
  readonly giftId: GiftId;
  readonly quantity: number;
  readonly givenAtMs: number;
  /** A combo goes by the name of its first gift. */
  readonly giftSendId: GiftSendId;
};
type Running = Combo & { readonly lastAtMs: number };

/** Old ones are swept out when there are twice as many as were left the last time. */
const SWEEP_MIN = 1_024;
const COUNT_MAX = 1e9;

/** The combo that a gift is the next step of, as far as this batch goes. */
export type ComboDraft = (given: Given) => Combo;

export const createCombos = () => {
  const running = new Map<string, Running>();
  let sweepAt = SWEEP_MIN;

  const sweep = (nowMs: number): void => {
    for (const [key, { lastAtMs }] of running) if (nowMs - lastAtMs > COMBO_WINDOW_MS) running.delete(key);
    sweepAt = Math.max(SWEEP_MIN, running.size * 2);
  };

  const goesOn = (earlier: Running | undefined, { givenAtMs, quantity }: Given): earlier is Running =>
    earlier !== undefined && givenAtMs - earlier.lastAtMs <= COMBO_WINDOW_MS && earlier.count + quantity <= COUNT_MAX;

  const keyOf = ({ roomId, userId, giftId }: Given): string => `${roomId} ${userId} ${giftId}`;

  return {
    draft(): ComboDraft {
      const changed = new Map<string, Running>();
      return (given) => {
        const key = keyOf(given);
        const earlier = changed.get(key) ?? running.get(key);
        const next: Running = goesOn(earlier, given)
          ? { comboId: earlier.comboId, count: earlier.count + given.quantity, lastAtMs: Math.max(earlier.lastAtMs, given.givenAtMs) }
          : { comboId: given.giftSendId as string as ComboId, count: given.quantity, lastAtMs: given.givenAtMs };
        changed.set(key, next);
        return next;
      };
    },
    /** It is committed: the next one counts on from here. */
    keep(given: Given, { comboId, count }: Combo): void {
      running.set(keyOf(given), { comboId, count, lastAtMs: given.givenAtMs });
      if (running.size > sweepAt) sweep(given.givenAtMs);
    },
    /** Combos in memory; tests count them. */
    size: (): number => running.size,
  };
};

export type Combos = ReturnType<typeof createCombos>;
