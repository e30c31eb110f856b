// Which frame an interaction belongs to (rules T4-T6). A page says which frame its person saw; the server knows when the words
// came in and how long the picture takes to that viewer, and keeps the claim within that. Arithmetic only; times are given in.

import { FRAME_CLAIM_MS_MAX } from '../../../shared/limits.ts';
import type { SeenFrame } from '../../../shared/messages/time.ts';

/** How long the picture takes from the host's camera to this viewer's eye, as measured lately: between the two, in ms. */
export type DelayRange = { readonly minMs: number; readonly maxMs: number };

/** Without any measurement: nobody sees the future, and what is older than this nobody calls live. */
export const UNMEASURED: DelayRange = { minMs: 0, maxMs: 5_000 };

/** The way of the request from the page to us, which its measurements do not contain. */
const ROAD_MS_MAX = 1_000;

/**
 * The claim within what is possible: not younger than a frame that could have been seen when the words came in, not older
 * than the slowest picture, the road and, for what takes time to write, the writing. What had to be moved has the width of
 * the whole range as its error.
 */
export const clampStamp = (p: {
  readonly seen: SeenFrame | null;
  readonly arrivedAtMs: number;
  readonly delay: DelayRange;
  readonly draftMsMax: number;
}): SeenFrame => {
  const newestMs = p.arrivedAtMs - p.delay.minMs;
  const oldestMs = Math.max(p.arrivedAtMs - FRAME_CLAIM_MS_MAX, p.arrivedAtMs - p.delay.maxMs - ROAD_MS_MAX - p.draftMsMax);
  if (!p.seen) {
    // What most people see: somewhere in the measured range.
    const middleMs = p.arrivedAtMs - (p.delay.minMs + p.delay.maxMs) / 2;
    return { capturedAtMs: middleMs, errorMs: (p.delay.maxMs - p.delay.minMs) / 2 };
  }
  const { capturedAtMs, errorMs } = p.seen;
  const isPossible = capturedAtMs - errorMs <= newestMs && capturedAtMs + errorMs >= oldestMs;
  const within = Math.min(newestMs, Math.max(oldestMs, capturedAtMs));
  // Nor may a page say that it knows less than we do: a wide error would be in time for everything.
  const widestMs = newestMs - oldestMs;
  return { capturedAtMs: within, errorMs: isPossible ? Math.min(errorMs, widestMs) : widestMs };
};

/** What the tables and the messages take as an error. */
const ERROR_MS_MAX = 60_000;

/** In whole milliseconds, as the database keeps it: what is told at once and what is read again later are the same. The bound takes in what rounding moved. */
export const wholeFrame = ({ capturedAtMs, errorMs }: SeenFrame): SeenFrame => {
  const wholeMs = Math.round(capturedAtMs);
  return { capturedAtMs: wholeMs, errorMs: Math.min(ERROR_MS_MAX, Math.ceil(errorMs + Math.abs(wholeMs - capturedAtMs))) };
};
