// How much processor time each process took between two looks, as a share of one core.

import type { Clock } from '../../lib/clock.ts';

/** Closer together they would measure chance; the answer of the look before is given again. */
const APART_MS_MIN = 1_000;

export const createUsage = (clock: Clock) => {
  let before: { readonly atMs: number; readonly cpuMs: ReadonlyMap<number, number> } | null = null;
  let shares: ReadonlyMap<number, number> = new Map();
  return {
    /** `cpuMs`: of processor time since each began, by pid. Who is missing in the answer was not there at the look before. */
    look(cpuMs: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
      const atMs = clock.nowMs();
      if (before && atMs - before.atMs < APART_MS_MIN) return shares;
      const earlier = before;
      before = { atMs, cpuMs };
      if (!earlier) return shares;
      const spanMs = atMs - earlier.atMs;
      shares = new Map([...cpuMs].flatMap(([pid, ms]): [number, number][] => {
        const then = earlier.cpuMs.get(pid);
        return then === undefined ? [] : [[pid, Math.min(64, Math.max(0, (ms - then) / spanMs))]];
      }));
      return shares;
    },
  };
};
