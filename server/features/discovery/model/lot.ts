// Drawing some of those who are live to stand for all: the likelier somebody is chosen, the more often drawn, so that a few draws say
// much of the sum over all (importance sampling). Knows slots and scores.

import type { Random } from './random.ts';

export const createLot = (capacity: number, random: Random) => {
  const slots = new Int32Array(capacity);
  const upTo = new Float64Array(capacity); // the sum of chances up to and with this one
  const chance = new Float64Array(capacity);
  let size = 0;
  return {
    /** Everybody's chance: a share `even` is the same for all, the rest goes by exp(score). */
    fill(live: Int32Array, count: number, scoreOf: (slot: number) => number, even: number): void {
      size = count;
      let top = -Infinity;
      for (let at = 0; at < count; at++) top = Math.max(top, scoreOf(live[at] ?? 0));
      let sum = 0;
      for (let at = 0; at < count; at++) sum += Math.exp(scoreOf(live[at] ?? 0) - top);
      let total = 0;
      for (let at = 0; at < count; at++) {
        const slot = live[at] ?? 0;
        slots[at] = slot;
        chance[slot] = even / count + ((1 - even) * Math.exp(scoreOf(slot) - top)) / sum;
        upTo[at] = total += chance[slot] ?? 0;
      }
    },
    /** -1 while there is nobody. */
    draw(): number {
      const aim = random() * (upTo[size - 1] ?? 0);
      let low = 0;
      let high = size - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((upTo[middle] ?? 0) > aim) high = middle;
        else low = middle + 1;
      }
      return size === 0 ? -1 : (slots[low] ?? -1);
    },
    /** How likely a draw gives the slot, as of the last `fill`. */
    chanceOf: (slot: number): number => chance[slot] ?? 0,
  };
};
