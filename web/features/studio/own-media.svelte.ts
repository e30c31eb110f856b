// What one person sends: their devices, how loud the microphone is, and the sender that is kept in step with both. The studio and
// whoever is on the stage beside the host each build one. Invariant: while they may publish and a device runs, the sender has it,
// whoever came first.

import type { Publication } from '../../../shared/messages/stage.ts';
import type { Hear } from '../../live/connection.ts';
import type { Ask } from '../../live/requests.ts';
import { createSender, type Sender } from '../../media/sender.ts';
import type { Toasts } from '../../ui/toasts.svelte.ts';
import { Devices } from './devices.svelte.ts';
import { MicrophoneLevel } from './microphone-level.svelte.ts';
import { createPublisher, type Publisher } from './publisher.ts';

export type OwnMediaDeps = {
  readonly ask: Ask;
  readonly hear: Hear;
  readonly toasts: Toasts;
  readonly mayPublish: () => boolean;
  /** The server would not have something of it. */
  readonly onRefused: (error: unknown) => void;
};

export class OwnMedia {
  readonly devices: Devices;
  readonly level = new MicrophoneLevel();

  readonly #deps: OwnMediaDeps;
  #sender: Sender;
  #publisher: Publisher;
  /** The microphone that the level is measured of. */
  #heardTrack: MediaStreamTrack | null = null;

  constructor(deps: OwnMediaDeps) {
    this.#deps = deps;
    this.#sender = this.#newSender();
    this.#publisher = createPublisher(this.#sender);
    this.devices = new Devices({ toasts: deps.toasts, onChange: () => this.#devicesChanged() });
  }

  /** Another one after letGo(). */
  get sender(): Sender {
    return this.#sender;
  }

  /** The first round trips, made before they are needed; if they fail, they are made then. */
  makeReady(): void {
    this.#sender.prepare().catch(() => undefined);
  }

  /** After a rejoin: what the server has of all that is on the stage. */
  follow(publications: readonly Publication[]): void {
    this.#sender.follow(publications);
    void this.sync();
  }

  async sync(): Promise<void> {
    if (!this.#deps.mayPublish()) return;
    try {
      await this.#publisher.follow(this.devices.wishes);
    } catch (error) {
      this.#deps.onRefused(error);
    }
  }

  /** The server has closed all that was sent; what comes next gets a sender of its own. */
  letGo(): void {
    this.#sender.close();
    this.#sender = this.#newSender();
    this.#publisher = createPublisher(this.#sender);
  }

  close(): void {
    this.level.close();
    this.devices.close();
    this.#sender.close();
  }

  #newSender(): Sender {
    return createSender({
      ask: this.#deps.ask,
      hear: this.#deps.hear,
      onState: () => undefined,
      onTrackEnded: (source) => this.devices.trackEnded(source),
    });
  }

  #devicesChanged(): void {
    const microphone = this.devices.microphone.track;
    if (microphone !== this.#heardTrack) {
      this.#heardTrack = microphone;
      this.level.follow(microphone);
    }
    void this.sync();
  }
}
