// Work for one of the page's next frames. A hidden page has no frames, but still wants to be up to date when it is looked at
// again.

import type { Cancel } from '../../live/clock.ts';

const HIDDEN_EVERY_MS = 500;

/** Calls once, on the first frame after the delay. */
export const atNextFrame = (fn: () => void, delayMs = 0): Cancel => {
  let frame: number | null = null;
  const cancel = (): void => {
    if (frame !== null) cancelAnimationFrame(frame);
    clearTimeout(delay);
    clearTimeout(late);
  };
  const run = (): void => {
    cancel();
    fn();
  };
  const waitForFrame = (): void => { frame = requestAnimationFrame(run); };
  const delay = setTimeout(waitForFrame, delayMs);
  // A page that is or becomes hidden does not get the frame it was promised.
  const late = setTimeout(run, delayMs + HIDDEN_EVERY_MS);
  return cancel;
};
