// Circles of people who watch the same channels, found by themselves: a speech, a scene. A mixture model, so one watch can tell nearly
// for sure to which circle somebody belongs, where vectors (kinship) need many. P(circle | channel) is learned by stepwise
// expectation-maximisation (Cappé and Moulines, 2009): of the channel that is chosen, and again of those chosen before, as more is
// known of who chose them. P(circle | person) is Bayes over the history, each time anew, so nothing is kept of a person. Knows slots.

import type { Random } from './random.ts';
import type { Taste } from './taste.ts';

const CIRCLES = 12;
const CONTEXT_MAX = 24; // newest channels of a history that count
const STRAY = 0.04; // share of choices that have nothing to do with circles
const SKEW = 2; // of a new channel's memberships, as a logarithm: with little, all circles may stay the same
const STEP_POWER = 0.8; // how fast the steps of a channel's memberships shrink
const STEP_MIN = 0.003;
const AGAIN = 0.4; // of a step, for a channel of the history when its person is known better
const AGAIN_AFTER = 50; // choices of a channel at which that counts half: earlier, circles that are not told apart yet would flow together
const SHARE_STEP = 0.0005;
const SHARE_MIN = 0.001;

export type Circles = ReturnType<typeof createCircles>;

export const createCircles = (capacity: number, random: Random) => {
  const K = CIRCLES;
  const member = new Float32Array(capacity * K); // P(circle | channel)
  const times = new Float64Array(capacity);
  const share = new Float64Array(K).fill(1 / K); // P(circle)
  const over = new Float64Array(K); // P(circle | person) / P(circle), of the person asked for last
  const joint = new Float64Array(K);
  const context: number[] = []; // slots of the history that count, of the same person

  const factor = (slot: number, k: number): number => STRAY + ((1 - STRAY) * (member[slot * K + k] ?? 0)) / (share[k] ?? 1);
  const stepOf = (slot: number): number => Math.max(STEP_MIN, ((times[slot] ?? 0) + 2) ** -STEP_POWER);
  const move = (slot: number, sum: number, step: number): void => {
    for (let k = 0; k < K; k++) {
      const before = member[slot * K + k] ?? 0;
      member[slot * K + k] = before + step * ((joint[k] ?? 0) / sum - before);
    }
  };
  /** What each channel of the history is taken for, now that its person chose `slot` too: by all the others, without itself. */
  const learnAgain = (slot: number): void => {
    for (const other of context) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += joint[k] = ((over[k] ?? 0) / factor(other, k)) * factor(slot, k) * (member[other * K + k] ?? 0);
      const sure = (times[other] ?? 0) / ((times[other] ?? 0) + AGAIN_AFTER);
      move(other, sum, AGAIN * sure * stepOf(other));
    }
  };

  const memberships = (slot: number): number => {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += (over[k] ?? 0) * (member[slot * K + k] ?? 0);
    return sum;
  };

  return {
    clear(slot: number): void {
      times[slot] = 0;
      let sum = 0;
      for (let k = 0; k < K; k++) sum += joint[k] = (share[k] ?? 0) * Math.exp(SKEW * (2 * random() - 1));
      for (let k = 0; k < K; k++) member[slot * K + k] = (joint[k] ?? 0) / sum;
    },
    ask({ known }: Taste, slotOfRef: (ref: number) => number): void {
      // So few factors, none below a twenty-fifth, that their product needs no logarithms.
      for (let k = 0; k < K; k++) over[k] = share[k] ?? 0;
      context.length = 0;
      for (let at = known.length - 1; at >= Math.max(0, known.length - CONTEXT_MAX); at--) {
        const slot = slotOfRef(known[at]?.ref ?? 0);
        if (slot < 0) continue;
        context.push(slot);
        for (let k = 0; k < K; k++) over[k] = (over[k] ?? 0) * factor(slot, k);
      }
      let sum = 0;
      for (let k = 0; k < K; k++) sum += over[k] ?? 0;
      for (let k = 0; k < K; k++) over[k] = (over[k] ?? 0) / sum / (share[k] ?? 1);
    },
    /** log P(channel | person) / P(channel), as far as circles tell. */
    piece: (slot: number): number => Math.log(STRAY + (1 - STRAY) * memberships(slot)),
    /** After `ask`: the person chose the channel, which is new to them. One watched again says nothing new about whose it is. */
    learn(slot: number): void {
      times[slot] = (times[slot] ?? 0) + 1;
      learnAgain(slot);
      let sum = 0;
      for (let k = 0; k < K; k++) sum += joint[k] = (over[k] ?? 0) * (member[slot * K + k] ?? 0);
      move(slot, sum, stepOf(slot));
      for (let k = 0; k < K; k++) share[k] = Math.max(SHARE_MIN, (share[k] ?? 0) + SHARE_STEP * ((joint[k] ?? 0) / sum - (share[k] ?? 0)));
    },
  };
};
