// How the broadcast goes out: reads the sender now and then, keeps the light steady, and reports to the server.

import type { ClockOffset } from '../../../shared/time.ts';
import type { Ask } from '../../live/requests.ts';
import type { Sender } from '../../media/sender.ts';
import type { SenderStats } from '../../media/stats.ts';
import { HEALTHY, healthOf, losesPackets, steadied, troubleOf, type Health } from './health.ts';

export type MeasurementsDeps = {
  readonly ask: Ask;
  readonly sender: () => Sender;
  readonly clockOffset: () => ClockOffset | null;
  readonly isSocketOpen: () => boolean;
  /** What the camera or screen delivers; 0 without one. */
  readonly sourceFramesPerSecond: () => number;
};

/** Loss is counted in short spans, and a span without any does not mean that it is over. */
const LOSS_TOLD_LOOKS = 8;

export class Measurements {
  measured = $state.raw<SenderStats | null>(null);
  health = $state.raw<Health>(HEALTHY.shown);
  /** Since the broadcast began on this page. */
  framesDropped = $state(0);

  readonly #deps: MeasurementsDeps;
  #steady = HEALTHY;
  #looksSinceLoss = LOSS_TOLD_LOOKS;

  constructor(deps: MeasurementsDeps) {
    this.#deps = deps;
  }

  reset(): void {
    this.measured = null;
    this.framesDropped = 0;
    this.#steady = HEALTHY;
    this.health = HEALTHY.shown;
  }

  /** One look, shown and reported. A report that does not arrive is not missed: the next one comes soon. */
  async take(): Promise<void> {
    const stats = await this.#deps.sender().stats();
    this.measured = stats;
    this.framesDropped += stats?.framesDropped ?? 0;
    this.#judge(stats);
    if (!stats || !this.#deps.isSocketOpen()) return;
    await this.#deps.ask('broadcast.report', {
      hostClock: this.#deps.clockOffset(),
      bitsPerSecond: stats.bitsPerSecond,
      framesPerSecond: stats.framesPerSecond,
      roundTripMs: stats.roundTripMs,
      lossRatio: stats.lossRatio,
      trouble: troubleOf(this.health, this.#looksSinceLoss < LOSS_TOLD_LOOKS),
    }).catch(() => undefined);
  }

  #judge(stats: SenderStats | null): void {
    const now = healthOf({
      socketOpen: this.#deps.isSocketOpen(),
      mediaConnected: this.#deps.sender().state() === 'sending',
      sendsVideo: (stats?.layers.length ?? 0) > 0,
      framesPerSecond: stats?.framesPerSecond ?? 0,
      sourceFramesPerSecond: this.#deps.sourceFramesPerSecond(),
      roundTripMs: stats?.roundTripMs ?? null,
      lossRatio: stats?.lossRatio ?? 0,
      limitedBy: stats?.limitedBy ?? 'none',
    });
    this.#looksSinceLoss = losesPackets({ lossRatio: stats?.lossRatio ?? 0 }) ? 0 : this.#looksSinceLoss + 1;
    this.#steady = steadied(this.#steady, now);
    this.health = this.#steady.shown;
  }
}
