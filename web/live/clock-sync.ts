// How far the page's clock is from the server's, NTP's way (RFC 5905): of the last exchanges the quickest is believed, for
// it had the least time to be wrong in. An old exchange grows less sure as it ages, since no two clocks run alike.
// Knows `clock.sync` and nothing else. Invariant: server time = page time + offsetMs, true within errorMs.

import { clockOffsetOf } from '../../shared/time.ts';
import type { ClockOffset } from '../../shared/time.ts';
import type { Result } from '../../shared/messages.ts';
import type { Cancel, Clock } from './clock.ts';

/** At the start several exchanges, so that one of them finds the road free. */
const BURST = 8;
const BURST_GAP_MS = 120;
const PERIOD_MS = 10_000;
const WINDOW = 16;
/** Quartz is good for 20 ppm or so, a warm laptop for more: 50 microseconds in a second. */
const DRIFT_MS_PER_MS = 50e-6;

type Sample = ClockOffset & { readonly atMs: number };

/** The error of a sample now: what it had, and what the clocks may have drifted apart since. */
const errorNow = (sample: Sample, nowMs: number): number =>
  sample.errorMs + Math.abs(nowMs - sample.atMs) * DRIFT_MS_PER_MS;

/** Two samples that exclude each other: one of the clocks was set, or the machine slept in between. */
const contradict = (a: Sample, b: Sample, nowMs: number): boolean =>
  Math.abs(a.offsetMs - b.offsetMs) > errorNow(a, nowMs) + errorNow(b, nowMs) + 1;

export type ClockSync = {
  /** Null until the first exchange is done. */
  readonly offset: () => ClockOffset | null;
  /** Takes a new burst, on a fresh connection: its road may be another. */
  readonly start: () => void;
  readonly stop: Cancel;
};

export const createClockSync = (deps: {
  readonly clock: Clock;
  readonly exchange: () => Promise<Result<'clock.sync'>>;
}): ClockSync => {
  const { clock } = deps;
  let samples: readonly Sample[] = [];
  let cancel: Cancel = () => {};
  let round = 0;

  const add = (sample: Sample): void => {
    const kept = samples.some((old) => contradict(old, sample, sample.atMs)) ? [] : samples;
    samples = [...kept, sample].slice(-WINDOW);
  };

  const measure = async (): Promise<void> => {
    const sentMs = clock.nowMs();
    const server = await deps.exchange();
    const receivedMs = clock.nowMs();
    add({ ...clockOffsetOf({ sentMs, ...server, receivedMs }), atMs: receivedMs });
  };

  const run = (mine: number, left: number): void => {
    const again = (): void => {
      if (mine !== round) return;
      cancel = clock.after(left > 1 ? BURST_GAP_MS : PERIOD_MS, () => run(mine, Math.max(1, left - 1)));
    };
    measure().then(again, again); // One that failed is one sample less; the connection looks after itself.
  };

  return {
    offset: () => {
      const nowMs = clock.nowMs();
      const best = samples.toSorted((a, b) => errorNow(a, nowMs) - errorNow(b, nowMs))[0];
      return best ? { offsetMs: best.offsetMs, errorMs: errorNow(best, nowMs) } : null;
    },
    start: () => {
      cancel();
      round += 1;
      run(round, BURST);
    },
    stop: () => {
      cancel();
      round += 1;
    },
  };
};
