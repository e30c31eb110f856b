// One kind of device, camera or microphone: which is chosen, the track that runs, and why none does. Opening takes time, and
// people change their minds meanwhile. Invariant: the newest choice wins, and a track that is not in use is stopped.

import type { CaptureError } from '../../media/capture-error.ts';
import type { Captured } from '../../media/capture.ts';

export type DeviceSlotDeps = {
  readonly isWanted: boolean;
  readonly isOn: boolean;
  /** Without an id: the one that was used last, or the browser's own first one. */
  readonly open: (deviceId?: string) => Promise<Captured<MediaStreamTrack>>;
  readonly onChange: () => void;
};

export class DeviceSlot {
  /** What the picker shows; `''`: none. */
  id = $state('');
  isWanted = $state(true);
  /** Off: there, but seen or heard by nobody. */
  isOn = $state(true);
  isStarting = $state(false);
  track = $state.raw<MediaStreamTrack | null>(null);
  fault = $state<CaptureError | null>(null);

  readonly #deps: DeviceSlotDeps;
  #round = 0;

  constructor(deps: DeviceSlotDeps) {
    this.#deps = deps;
    this.isWanted = deps.isWanted;
    this.isOn = deps.isOn;
  }

  /** Opens a device; what runs goes on until the new one is there. */
  async open(deviceId?: string): Promise<void> {
    if (!this.isWanted) return;
    this.#round += 1;
    const mine = this.#round;
    this.isStarting = true;
    const captured = await this.#deps.open(deviceId);
    if (mine !== this.#round) {
      if (captured.ok) captured.value.stop();
      return;
    }
    this.isStarting = false;
    if (captured.ok) this.#take(captured.value);
    else this.#fail(captured.error);
  }

  /** By the creator's hand: choosing a device means wanting to use it. */
  async choose(deviceId: string): Promise<void> {
    this.id = deviceId;
    this.isWanted = deviceId !== '';
    if (!this.isWanted) return this.release();
    this.isOn = true;
    await this.open(deviceId);
  }

  toggle(): void {
    this.isOn = !this.isOn;
    this.#deps.onChange();
  }

  /** The device is gone, or not wanted any more. */
  release(): void {
    this.#round += 1;
    this.isStarting = false;
    this.fault = null;
    this.id = '';
    this.#put(null);
  }

  #take(track: MediaStreamTrack): void {
    this.fault = null;
    this.id = track.getSettings().deviceId ?? '';
    this.#put(track);
  }

  /** The device that ran goes on. */
  #fail(fault: CaptureError): void {
    this.fault = fault;
    this.id = this.track?.getSettings().deviceId ?? '';
  }

  /** Whoever sends takes the new track first, so that nobody sees the old one stop. */
  #put(track: MediaStreamTrack | null): void {
    const before = this.track;
    this.track = track;
    this.#deps.onChange();
    if (before !== track) before?.stop();
  }
}
