// Whether people came back within a week: learned when the week is over, in the order of the stays. Those who come back are known
// sooner than those who do not; to learn of them as they come would teach that everybody does.

import { RETURN_WITHIN_MS } from '../../../shared/limits.ts';
import type { Clock } from '../../lib/clock.ts';
import type { BehaviourModel } from './model.ts';
import { daysBetween, hourOf } from './stay.ts';
import type { BehaviourStore } from './store.ts';

const PAGE = 500;
/** A new model has years to read: so many pages in one go, the rest an hour later. */
const PAGES_MAX = 40;
const HELD_OUT_EVERY = 5;

export const createWeeks = (deps: { readonly clock: Clock; readonly store: Pick<BehaviourStore, 'weeks'>; readonly model: BehaviourModel; readonly upTo: string }) => {
  const { clock, model } = deps;
  let upTo = deps.upTo;
  let known = 0;

  /** True: there may be more. */
  const page = async (): Promise<boolean> => {
    const rows = await deps.store.weeks(upTo, PAGE);
    for (const row of rows) {
      if (row.endedAtMs >= clock.nowMs() - RETURN_WITHIN_MS) return false;
      upTo = row.id;
      if (!row.isKnown) continue;
      const { lines, reactions, gifts, watchedS, earlierWatches, follows } = row;
      const watch = { lines, reactions, gifts, watchedS, earlierWatches, follows, hour: hourOf(row.endedAtMs), daysSince: daysBetween(row.lastStartedAtMs, row.startedAtMs) };
      model.happened('returns', watch, row.cameBack, ++known % HELD_OUT_EVERY === 0);
    }
    return rows.length === PAGE;
  };

  return {
    /** Learns of what has become known since. Rejects as the store does, and goes on there the next time. */
    async learn(): Promise<void> {
      for (let pages = 0; pages < PAGES_MAX && (await page()); pages++);
    },
    /** The last stay that was learned from. */
    upTo: (): string => upTo,
  };
};
