// A clock that stands still until a test moves it, and then fires what has come due, in order. For tests only.

import type { Clock } from '../clock.ts';

export type HandClock = Clock & {
  /** Moves time on; promises that settle on the way are given their turn. */
  readonly advance: (durationMs: number) => Promise<void>;
  /** Time passes while nothing runs, as in a page that the browser froze; then what is due fires, once each. */
  readonly freeze: (durationMs: number) => Promise<void>;
  /** Timers that wait. */
  readonly waiting: () => number;
};

/** Lets everything that is ready to run, run. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

export const createHandClock = (startMs = 1_700_000_000_000): HandClock => {
  let nowMs = startMs;
  const timers = new Set<{ readonly dueMs: number; readonly fn: () => void }>();

  const nextDue = (untilMs: number) => {
    const due = [...timers].filter((timer) => timer.dueMs <= untilMs);
    return due.sort((a, b) => a.dueMs - b.dueMs)[0];
  };

  const advance = async (durationMs: number): Promise<void> => {
    const untilMs = nowMs + durationMs;
    await settle();
    for (let timer = nextDue(untilMs); timer; timer = nextDue(untilMs)) {
      timers.delete(timer);
      nowMs = Math.max(nowMs, timer.dueMs);
      timer.fn();
      await settle();
    }
    nowMs = untilMs;
    await settle();
  };

  return {
    nowMs: () => nowMs,
    after: (delayMs, fn) => {
      const timer = { dueMs: nowMs + delayMs, fn };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance,
    freeze: async (durationMs) => {
      nowMs += durationMs;
      await advance(0);
    },
    waiting: () => timers.size,
  };
};
