// One stay while it lasts, and the labels that come of it: what was seen of it at some moments, and whether they were still there a
// minute later, gave, or followed before they left. Pure: times and chance are given in. Invariant: all moments of one stay are
// learned from or all are held out, so that nobody is judged by what was learned from themselves.

import { REJOIN_GRACE_MS, STAY_AHEAD_MS } from '../../../shared/limits.ts';
import type { Behaviour, Watch } from './model.ts';
import type { EndedStay, OpenStay, Past } from './stay.ts';

export type Label = { readonly behaviour: Behaviour; readonly watch: Watch; readonly happened: boolean };

/** That somebody is gone is known when they could have come back; only then is it known of others that they stayed. */
const KNOWN_AFTER_MS = STAY_AHEAD_MS + REJOIN_GRACE_MS;

export type FollowedStay = ReturnType<typeof createFollowedStay>;

export const createFollowedStay = (past: Past | null, isHeldOut: boolean) => {
  let moments: { readonly watch: Watch; readonly atMs: number }[] = [];
  let lookedAtMs = -Infinity;
  let looks = 0;
  /** One moment of the whole stay, each as likely: many of one stay would be one thing counted often. */
  let sample: { readonly watch: Watch; readonly gifts: number; readonly follows: number } | null = null;

  return {
    isHeldOut,
    /** Null: not known yet. */
    past,
    /** The moment as one to learn from, once a minute; gives the labels that have become known. `chance`: below 1. */
    look(stay: OpenStay, watch: Watch, nowMs: number, chance: number): Label[] {
      const known: Label[] = [];
      for (let first = moments[0]; first && nowMs - first.atMs >= KNOWN_AFTER_MS; first = moments[0]) {
        known.push({ behaviour: 'stays', watch: first.watch, happened: true });
        moments.shift();
      }
      if (nowMs - lookedAtMs >= STAY_AHEAD_MS) {
        lookedAtMs = nowMs;
        moments.push({ watch, atMs: nowMs });
        looks++;
        if (stay.userId !== null && chance < 1 / looks) sample = { watch, gifts: stay.gifts, follows: stay.follows };
      }
      return known;
    },
    ended(stay: EndedStay): Label[] {
      const labels = moments.flatMap(({ watch, atMs }): Label[] => {
        const stayedMs = stay.endedAtMs - atMs;
        if (stayedMs < 0) return []; // they had gone, and we did not know
        if (stayedMs >= STAY_AHEAD_MS) return [{ behaviour: 'stays', watch, happened: true }];
        return stay.sawEnd ? [] : [{ behaviour: 'stays', watch, happened: false }];
      });
      moments = [];
      if (!sample) return labels;
      labels.push({ behaviour: 'gifts', watch: sample.watch, happened: stay.gifts > sample.gifts });
      if (!sample.watch.follows) labels.push({ behaviour: 'follows', watch: sample.watch, happened: stay.follows > sample.follows });
      return labels;
    },
  };
};
