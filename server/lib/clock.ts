// Time as a thing that is handed over, so that tests turn the hands themselves. All timers of the server go through it.

/** Stops a timer; harmless when it has fired or was stopped before. */
export type Cancel = () => void;

export type Clock = {
  /** Whole milliseconds since 1970. */
  nowMs(): number;
  after(delayMs: number, fn: () => void): Cancel;
  every(intervalMs: number, fn: () => void): Cancel;
};

/**
 * The machine's clock. It counts on from the start of the process (CLOCK_MONOTONIC), so that a correction of the wall
 * clock cannot make a broadcast's timeline jump.
 */
export const createSystemClock = (): Clock => ({
  nowMs: () => Math.floor(performance.timeOrigin + performance.now()),
  after(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
  every(intervalMs, fn) {
    const timer = setInterval(fn, intervalMs);
    return () => clearInterval(timer);
  },
});

export type HandClock = Clock & {
  /** Lets time pass: runs what falls due, in order, each at its own moment. */
  advance(ms: number): void;
  /** Timers that are set; tests count them to zero. */
  timers(): number;
};

/** A clock for tests that stands still until somebody turns it. */
export const createHandClock = (startMs = 1_000_000): HandClock => {
  type Timer = { dueMs: number; readonly fn: () => void; readonly intervalMs: number | null };
  const timers = new Set<Timer>();
  let nowMs = startMs;

  const set = (timer: Timer): Cancel => {
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const nextDue = (untilMs: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers) if (timer.dueMs <= untilMs && (!next || timer.dueMs < next.dueMs)) next = timer;
    return next;
  };

  return {
    nowMs: () => nowMs,
    after: (delayMs, fn) => set({ dueMs: nowMs + delayMs, fn, intervalMs: null }),
    every: (intervalMs, fn) => set({ dueMs: nowMs + intervalMs, fn, intervalMs: Math.max(1, intervalMs) }),
    advance(ms) {
      const untilMs = nowMs + ms;
      for (let timer = nextDue(untilMs); timer; timer = nextDue(untilMs)) {
        nowMs = Math.max(nowMs, timer.dueMs);
        if (timer.intervalMs === null) timers.delete(timer);
        else timer.dueMs += timer.intervalMs;
        timer.fn();
      }
      nowMs = untilMs;
    },
    timers: () => timers.size,
  };
};
