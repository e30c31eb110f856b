// How often something happened lately, by name: in the last hour and the last day, in steps of five minutes. Bounded: names beyond a
// number are counted together, and what is older than a day is forgotten.

import type { Clock } from './clock.ts';

export type RecentCount = { readonly name: string; readonly hour: number; readonly day: number };

const STEP_MS = 5 * 60_000;
const HOUR_STEPS = 12;
const DAY_STEPS = 288;
const NAMES_MAX = 200;
/** Of the names that found no place. */
export const OTHER = 'other';

export type RecentCounts = ReturnType<typeof createRecentCounts>;

export const createRecentCounts = (clock: Clock, namesMax = NAMES_MAX) => {
  const steps = new Map<number, Map<string, number>>();
  const stepNow = (): number => Math.floor(clock.nowMs() / STEP_MS);
  const forgetOld = (now: number): void => {
    for (const step of steps.keys()) if (step <= now - DAY_STEPS) steps.delete(step);
  };
  const names = (): Set<string> => new Set([...steps.values()].flatMap((counts) => [...counts.keys()]));

  return {
    add(name: string, count = 1): void {
      const now = stepNow();
      let counts = steps.get(now);
      if (!counts) {
        forgetOld(now);
        steps.set(now, (counts = new Map<string, number>()));
      }
      const known = counts.has(name) || names().size < namesMax || names().has(name);
      const kept = known ? name : OTHER;
      counts.set(kept, (counts.get(kept) ?? 0) + count);
    },
    /** Most in the last hour first, then most in the last day. */
    list(): RecentCount[] {
      const now = stepNow();
      forgetOld(now);
      const sums = new Map<string, { hour: number; day: number }>();
      for (const [step, counts] of steps) {
        for (const [name, count] of counts) {
          const sum = sums.get(name) ?? { hour: 0, day: 0 };
          sums.set(name, { hour: sum.hour + (step > now - HOUR_STEPS ? count : 0), day: sum.day + count });
        }
      }
      return [...sums].map(([name, sum]) => ({ name, ...sum })).sort((a, b) => b.hour - a.hour || b.day - a.day || (a.name < b.name ? -1 : 1));
    },
  };
};
