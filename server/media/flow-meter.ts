// Notices that packets stopped coming, and that they come again: mediasoup tells neither for a track with one encoding.
// Looks at a count of received bytes now and then, so it costs one small request to the worker per publisher and second.

import type { Cancel, Clock } from '../lib/clock.ts';

const CHECK_INTERVAL_MS = 1_000;
/** Looks without a new byte. Encoders pause for a frame or two, never for two seconds. */
const SILENT_CHECKS_MAX = 2;
/** The first bytes may take longer: ICE, perhaps over a relay, and DTLS come before them. */
const FIRST_CHECKS_MAX = 6;

/** `received` resolves to null while nothing is expected (all is muted); a rejection is a look that did not happen. */
export const startFlowMeter = (deps: {
  readonly clock: Clock;
  readonly received: () => Promise<number | null>;
  readonly changed: (isFlowing: boolean) => void;
}): Cancel => {
  let bytes = 0;
  let silent = SILENT_CHECKS_MAX - FIRST_CHECKS_MAX;
  let isFlowing = true;
  let stopped = false;

  const judge = (now: number | null): void => {
    if (stopped) return;
    const came = now === null || now > bytes;
    silent = came ? 0 : silent + 1;
    bytes = now ?? bytes;
    const flows = silent < SILENT_CHECKS_MAX;
    if (flows === isFlowing) return;
    isFlowing = flows;
    deps.changed(flows);
  };
  const cancel = deps.clock.every(CHECK_INTERVAL_MS, () => void deps.received().then(judge, () => {}));
  return () => {
    stopped = true;
    cancel();
  };
};
