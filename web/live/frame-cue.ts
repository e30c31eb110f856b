// Shows a timed fact on the frame it belongs to: when the frame on this screen is the host's frame of that moment, and not
// when the words happen to arrive. A picture that never gets there (paused, frozen, no capture times) holds nothing back.

import type { SeenFrame } from '../../shared/messages/time.ts';
import { browserClock } from './clock.ts';
import type { Cancel, Clock } from './clock.ts';

/** Two frames at 60 a second: closer than a person can tell. */
const LOOK_EVERY_MS = 33;
/** The longest that anything waits for its frame; live pictures are far younger. */
const WAIT_MS_MAX = 5_000;

export type FrameCue = {
  /** Calls `show` once, on that frame; at once where there is nothing to wait for. */
  readonly on: (frameMs: number | null, show: () => void) => Cancel;
  readonly close: () => void;
};

type Waiting = { readonly frameMs: number; readonly show: () => void; readonly untilMs: number };

export const createFrameCue = (deps: { readonly seen: () => SeenFrame | null; readonly clock?: Clock }): FrameCue => {
  const { seen, clock = browserClock } = deps;
  let waiting: readonly Waiting[] = [];
  let cancelLook: Cancel | null = null;

  const isDue = ({ frameMs, untilMs }: Waiting): boolean => {
    const frame = seen();
    return frame === null || frame.capturedAtMs >= frameMs || clock.nowMs() >= untilMs;
  };

  const look = (): void => {
    const due = waiting.filter(isDue);
    waiting = waiting.filter((one) => !due.includes(one));
    cancelLook = waiting.length > 0 ? clock.after(LOOK_EVERY_MS, look) : null;
    for (const { show } of due) show();
  };

  return {
    on: (frameMs, show) => {
      if (frameMs === null) {
        show();
        return () => {};
      }
      const one = { frameMs, show, untilMs: clock.nowMs() + WAIT_MS_MAX };
      if (isDue(one)) {
        show();
        return () => {};
      }
      waiting = [...waiting, one];
      cancelLook ??= clock.after(LOOK_EVERY_MS, look);
      return () => { waiting = waiting.filter((other) => other !== one); };
    },
    close: () => {
      cancelLook?.();
      cancelLook = null;
      waiting = [];
    },
  };
};
