// The moving level of the microphone, and what it says about the sound. Reads a few times a second: a bar that moves is
// enough, and the encoder needs the time more.

import { browserClock, every, type Cancel } from '../../live/clock.ts';
import { createMeter, type Level, type Meter } from '../../media/meter.ts';

const READ_EVERY_MS = 60;
const LISTEN_MS = 4_000;
/** -50 dB on the meter's scale: a voice and not the room. */
const VOICE = 1 / 6;

export class MicrophoneLevel {
  value = $state(0);
  hint = $state<Level['hint']>('none');
  /** A voice was heard since this microphone runs. */
  hasHeard = $state(false);
  /** Browsers measure no sound before the first click or key on a page. */
  isWaitingForClick = $state(false);

  #runsSinceMs = Infinity;
  #meter: Meter | null = null;
  #stop: Cancel = () => undefined;

  /** Measures this track from now on; null: none. */
  follow(track: MediaStreamTrack | null): void {
    this.close();
    this.hasHeard = false;
    if (!track) return;
    const meter = createMeter(track);
    this.#meter = meter;
    const stopReading = every(browserClock, READ_EVERY_MS, () => this.#read(meter));
    this.isWaitingForClick = true;
    this.#runsSinceMs = Infinity;
    const resume = (): void => {
      void meter.resume().then(() => {
        if (this.#meter !== meter || !this.isWaitingForClick) return;
        this.isWaitingForClick = false;
        this.#runsSinceMs = browserClock.nowMs();
      });
    };
    resume();
    window.addEventListener('pointerdown', resume);
    window.addEventListener('keydown', resume);
    this.#stop = () => {
      stopReading();
      window.removeEventListener('pointerdown', resume);
      window.removeEventListener('keydown', resume);
    };
  }

  close(): void {
    this.#stop();
    this.#stop = () => undefined;
    this.#meter?.close();
    this.#meter = null;
    this.value = 0;
    this.isWaitingForClick = false;
    this.hint = 'none';
  }

  #read(meter: Meter): void {
    const { level, hint } = meter.read();
    this.value = level;
    // The meter itself does not know that it was asleep, and would call that silence.
    this.hint = hint === 'quiet' && browserClock.nowMs() - this.#runsSinceMs < LISTEN_MS ? 'none' : hint;
    if (level >= VOICE) this.hasHeard = true;
  }
}
