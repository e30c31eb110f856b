// What this viewer measures: shown by the player, and reported so that the creator and the operator know how it arrives.

import { FIRST_PICTURE_MS_MAX, PLAYED_REPORT_MS_MAX } from '../../../shared/limits.ts';
import type { Ask } from '../../live/requests.ts';
import type { Latency } from '../../media/latency.ts';
import type { Receiver } from '../../media/receiver.ts';
import type { ReceiverStats } from '../../media/stats.ts';
import { formatNumber } from '../../text/format.ts';
import { m } from '../../text/generated/messages.js';
import { language } from '../../text/language.svelte.ts';

export type MeasurementsDeps = {
  readonly ask: Ask;
  readonly receiver: Pick<Receiver, 'stats'>;
  readonly picture: () => 'camera' | 'screen';
  /** From the host's camera to this screen; null while unknown. */
  readonly latency: (stats: ReceiverStats | null) => Latency | null;
  /** From coming in to the first picture; null: not yet, or there was none to wait for. */
  readonly firstPictureMs: () => number | null;
  readonly isPaused: () => boolean;
  /** Only who is in the room can report. */
  readonly isJoined: () => boolean;
};

/** The table's bounds; two clocks that disagree can make a delay below zero or beyond all sense. */
const MS_MAX = 60_000;
const bounded = (ms: number): number => Math.min(MS_MAX, Math.max(0, ms));
const reported = (latency: Latency | null) => ({
  latencyMs: latency ? bounded(latency.latencyMs) : null,
  latencyErrorMs: latency ? bounded(latency.errorMs) : null,
});

export class Measurements {
  measured = $state.raw<ReceiverStats | null>(null);
  latency = $state.raw<Latency | null>(null);

  readonly #deps: MeasurementsDeps;
  #isFirstPictureTold = false;

  constructor(deps: MeasurementsDeps) {
    this.#deps = deps;
  }

  /** "86 ms ± 12"; null while unknown. */
  get latencyText(): string | null {
    if (!this.latency) return null;
    const { latencyMs, errorMs } = this.latency;
    // Rounded up: an error bound that is made smaller is none.
    return m.watch_latency_value({
      latency: formatNumber(Math.max(0, latencyMs), language.current),
      error: formatNumber(Math.ceil(errorMs), language.current),
    });
  }

  /** The delay changes quickly and is cheap to read. */
  look(): void {
    this.latency = this.#deps.latency(this.measured);
  }

  /** One look at everything, shown and reported. A report that does not arrive is not missed: the next one comes soon. */
  async take(): Promise<void> {
    const stats = await this.#deps.receiver.stats('host', this.#deps.picture());
    this.measured = stats;
    this.look();
    if (!stats || !this.#deps.isJoined()) return;
    const firstPictureMs = this.#isFirstPictureTold ? null : this.#deps.firstPictureMs();
    await this.#deps.ask('watch.report', {
      ...reported(this.latency),
      framesPerSecond: stats.framesPerSecond,
      lossRatio: stats.lossRatio,
      bitsPerSecond: stats.bitsPerSecond,
      freezes: stats.freezes,
      playedMs: this.#deps.isPaused() ? 0 : Math.min(PLAYED_REPORT_MS_MAX, stats.movedMs),
      ...(firstPictureMs !== null && firstPictureMs <= FIRST_PICTURE_MS_MAX && { firstPictureMs }),
    }).then(() => { this.#isFirstPictureTold ||= firstPictureMs !== null; }, () => undefined);
  }
}
