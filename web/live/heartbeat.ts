// Notices a half-open socket: one that still looks open although nothing goes through. After some silence it asks for any
// sign of life, and without one it says so. It counts ticks, not time: a page that the browser froze for an hour wakes up
// with one late tick, not with an hour of silence.

import { every } from './clock.ts';
import type { Cancel, Clock } from './clock.ts';

const TICK_MS = 1_000;
const ASK_AFTER_TICKS = 5;
/** With a reply outstanding, silence is odd sooner. */
const ASK_WHEN_OWED_TICKS = 2;
/** With TICK_MS the most that a dead connection goes unnoticed: 9 to 10 s. */
const DEAD_AFTER_TICKS = 9;

export type Heartbeat = {
  /** Something arrived. */
  readonly heard: () => void;
  /** Something may have happened to the network: ask now, and wait for less. */
  readonly doubt: () => void;
  readonly stop: Cancel;
};

export const startHeartbeat = (deps: {
  readonly clock: Clock;
  /** Sends something that the server answers at once. */
  readonly ask: () => void;
  /** Are there requests without a reply? */
  readonly isOwed: () => boolean;
  readonly dead: () => void;
}): Heartbeat => {
  let silentTicks = 0;

  const doubt = (): void => {
    if (silentTicks > ASK_AFTER_TICKS) return; // Already asked.
    silentTicks = ASK_AFTER_TICKS + 1;
    deps.ask();
  };

  const stop = every(deps.clock, TICK_MS, () => {
    silentTicks += 1;
    if (silentTicks >= (deps.isOwed() ? ASK_WHEN_OWED_TICKS : ASK_AFTER_TICKS)) doubt();
    if (silentTicks > DEAD_AFTER_TICKS) deps.dead();
  });

  return { heard: () => { silentTicks = 0; }, doubt, stop };
};
