// Turns many into few: what is asked for is done at once after a pause, and while it keeps being asked for, once a tick. So
// nothing waits in a quiet place, and a loud one pays for ticks and not for events.

import type { Cancel, Clock } from './clock.ts';

export type Ticks<K> = {
  /** `tick(key)` runs now, or with the tick that is under way. */
  ask(key: K): void;
  /** Nothing more runs for this key until it is asked for again. */
  forget(key: K): void;
  /** Runs what waits now, and stops all timers. */
  close(): void;
};

export const createTicks = <K>(deps: { readonly clock: Clock; readonly tickMs: number; readonly tick: (key: K) => void }): Ticks<K> => {
  const running = new Map<K, { isAsked: boolean; cancel: Cancel }>();

  const start = (key: K): void => {
    const cancel = deps.clock.after(deps.tickMs, () => {
      const isAsked = running.get(key)?.isAsked === true;
      running.delete(key);
      if (!isAsked) return;
      start(key);
      deps.tick(key);
    });
    running.set(key, { isAsked: false, cancel });
  };

  return {
    ask(key) {
      const tick = running.get(key);
      if (tick) {
        tick.isAsked = true;
        return;
      }
      start(key); // before the work, so that work which asks again waits for the next tick
      deps.tick(key);
    },
    forget(key) {
      running.get(key)?.cancel();
      running.delete(key);
    },
    close() {
      const waiting = [...running].filter(([, { isAsked }]) => isAsked).map(([key]) => key);
      for (const { cancel } of running.values()) cancel();
      running.clear();
      for (const key of waiting) deps.tick(key);
    },
  };
};
