// What went on, hour by hour or day by day: asks the database for each sum and puts them side by side. An answer is kept for a moment,
// since a page asks again and again, and several operators may look.

import type { OperatorHistory, OperatorPoint, Range } from '../../../shared/operator-routes.ts';
import type { Clock } from '../../lib/clock.ts';
import type { OperatorStore, Step, Sums } from './store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const FRESH_MS = 20_000;

const SPANS: Readonly<Record<Range, { readonly step: Step; readonly stepMs: number; readonly steps: number }>> = {
  '24h': { step: 'hour', stepMs: HOUR_MS, steps: 24 },
  '7d': { step: 'day', stepMs: DAY_MS, steps: 7 },
  '30d': { step: 'day', stepMs: DAY_MS, steps: 30 },
};

const EMPTY: Omit<OperatorPoint, 'atMs'> = {
  broadcasts: 0, stays: 0, people: 0, newAccounts: 0, viewerMs: 0, latencyP50Ms: null, latencyP95Ms: null, freezes: 0,
  coinsBought: 0, coinsTakenBack: 0, coinsGiven: 0, coinsPaidOut: 0, coinsKept: 0,
};

/** A sum over nothing is null in SQL; only a latency may be unknown. */
const filled = (sums: Sums): Sums =>
  Object.fromEntries(Object.entries(sums).filter(([name, value]) => value !== null || name.startsWith('latency'))) as Sums;

export type History = ReturnType<typeof createHistory>;

export const createHistory = ({ clock, store }: { readonly clock: Clock; readonly store: OperatorStore }) => {
  const kept = new Map<Range, { readonly atMs: number; readonly answer: Promise<OperatorHistory> }>();

  const ask = async (range: Range): Promise<OperatorHistory> => {
    const { step, stepMs, steps } = SPANS[range];
    // The step that goes on is the last one.
    const lastMs = Math.floor(clock.nowMs() / stepMs) * stepMs;
    const fromMs = lastMs - (steps - 1) * stepMs;
    const parts = await Promise.all([
      store.watched(fromMs, step), store.broadcasts(fromMs, step), store.stays(fromMs, step), store.accounts(fromMs, step), store.money(fromMs, step),
    ]);
    const points = Array.from({ length: steps }, (_, at): OperatorPoint => {
      const atMs = fromMs + at * stepMs;
      return Object.assign({ atMs, ...EMPTY }, ...parts.map((sums) => filled(sums.get(atMs) ?? {}))) as OperatorPoint;
    });
    return { range, step, points };
  };

  return {
    /** Rejects with `database_unavailable`. */
    async of(range: Range): Promise<OperatorHistory> {
      const before = kept.get(range);
      if (before && clock.nowMs() - before.atMs < FRESH_MS) return before.answer;
      const answer = ask(range);
      kept.set(range, { atMs: clock.nowMs(), answer });
      answer.catch(() => {
        if (kept.get(range)?.answer === answer) kept.delete(range);
      });
      return answer;
    },
  };
};
