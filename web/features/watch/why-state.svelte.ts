// What WhyLine says: feeds each measurement to why.ts, with what the page knows around it. Knows no components. A line that was
// closed stays away until the picture has been well again, or something else is wrong.

import { browserClock, type Clock } from '../../live/clock.ts';
import type { ReceiverStats } from '../../media/stats.ts';
import type { Watch } from './watch.svelte.ts';
import { heard, QUIET, verdictOf, type Fault } from './why.ts';

/** A page in the background measures seldom; what happened between two such looks nobody knows. */
const LOOK_MS_MAX = 2_000;
/** A picture that has been small for so long may be meant to be: another camera, another window. */
const BEST_KEPT_MS = 45_000;

type Best = { readonly of: string; readonly side: number; readonly atMs: number };

export const createWhy = (watch: Watch, clock: Clock = browserClock) => {
  let said = $state.raw(QUIET);
  let closed = $state<Fault | null>(null);
  let lookedAtMs = clock.nowMs();
  let best: Best | null = null;

  /** 0 where a small picture is wished for, or is all there is. */
  const bestSide = (side: number, nowMs: number): number => {
    const { publicationId, layers } = watch.subscription ?? {};
    if (!publicationId || (layers ?? 1) < 2 || watch.staging?.isStaged || (watch.quality !== 'auto' && watch.quality !== 'high')) {
      best = null;
      return 0;
    }
    if (!best || best.of !== publicationId || side >= best.side || nowMs - best.atMs > BEST_KEPT_MS) best = { of: publicationId, side, atMs: nowMs };
    return best.side;
  };

  return {
    get shown(): Fault | null {
      return said.fault === closed ? null : said.fault;
    },
    close(): void {
      closed = said.fault;
    },
    look(measured: ReceiverStats): void {
      const nowMs = clock.nowMs();
      const lastedMs = Math.min(LOOK_MS_MAX, nowMs - lookedAtMs);
      lookedAtMs = nowMs;
      const source = watch.picture.main;
      if (source === null || watch.playback.isPaused || document.hidden || measured.framesDecoded === 0) return;
      const { latency } = watch.measurements;
      const verdict = verdictOf({
        measured,
        source,
        // What is certain of it.
        latencyMs: latency && latency.latencyMs - latency.errorMs,
        trouble: watch.broadcast?.trouble ?? 'none',
        bestSide: bestSide(Math.max(measured.width, measured.height), nowMs),
      });
      said = heard(said, verdict, lastedMs);
      if (said.fault === null) closed = null;
    },
  };
};
