// The page's clock and timers as a thing that can be handed in, so that tests turn the hands themselves. Times are the
// page's own: timeOrigin + now() never jumps when somebody sets the system clock, and is what media timestamps use.

export type Cancel = () => void;

export type Clock = {
  /** Milliseconds since 1970 by the page's steady clock. */
  readonly nowMs: () => number;
  /** Calls once, after the delay, unless cancelled. */
  readonly after: (delayMs: number, fn: () => void) => Cancel;
};

export const browserClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  after: (delayMs, fn) => {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Calls again and again until cancelled; one call at a time, however late the timers are. */
export const every = (clock: Clock, periodMs: number, fn: () => void): Cancel => {
  let cancel: Cancel;
  const arm = (): void => {
    cancel = clock.after(periodMs, () => {
      arm();
      fn();
    });
  };
  arm();
  return () => cancel();
};
