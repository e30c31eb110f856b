// The moving level of the microphone, and what it says about the sound. Reads a few times a second: a bar that moves is
// enough, and the encoder needs the time more.

import { browserClock, every, type Cancel } from '../../live/clock.ts';
import { createMeter, type Level, type Meter } from '../../media/meter.ts';

const READ_EVERY_MS = 60;
/** -50 dB on the meter's scale: a voice and not the room. */
const VOICE = 1 / 6;

export class MicrophoneLevel {
  value = $state(0);
  hint = $state<Level['hint']>('none');
  /** A voice was heard since this microphone runs. */
  hasHeard = $state(false);

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
    // Browsers start no sound without a gesture, and a page that was just opened has had none.
    const resume = (): void => void meter.resume();
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
    this.hint = 'none';
  }

  #read(meter: Meter): void {
    const { level, hint } = meter.read();
    this.value = level;
    this.hint = hint;
    if (level >= VOICE) this.hasHeard = true;
  }
}
