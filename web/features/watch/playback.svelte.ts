// Playing as the viewer wants it, on all the page's <video> elements at once: starting in spite of autoplay rules, sound,
// pause, the remembered choice. Knows nothing of rooms or transports. Invariant: the viewer's own wish for sound is kept
// apart from the silence that a browser forces, so that being forced once is not remembered as a choice.

import { untrack } from 'svelte';
import { keepSound, readSound } from './remembered-sound.ts';
import type { Surface } from './surface.svelte.ts';

/** What the browser wants a tap for before it goes on. */
export type Wanting = 'nothing' | 'tap_for_sound' | 'tap_to_play';

/** One press of an arrow key. */
const VOLUME_STEP = 0.1;
/** What a viewer who had turned the volume to nothing gets when they want sound again. */
const AUDIBLE_VOLUME = 0.5;

const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'NotAllowedError';

export class Playback {
  volume = $state(1);
  isMuted = $state(false);
  isPaused = $state(false);
  wanting = $state<Wanting>('nothing');

  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly #surfaces = new Set<Surface>();

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage;
    const sound = readSound(storage);
    this.volume = sound.volume;
    this.isMuted = sound.isMuted;
  }

  get isSilent(): boolean {
    return this.isMuted || this.volume === 0 || this.wanting !== 'nothing';
  }

  /** For `{@attach}`: plays this surface for as long as it is on the page. */
  readonly on = (surface: Surface) => (video: HTMLVideoElement): (() => void) => {
    const listeners = new AbortController();
    // Svelte runs this anew when state that it read changes; it must run once, or the picture would start over.
    untrack(() => {
      this.#surfaces.add(surface);
      video.volume = this.volume;
      surface.attach(video, listeners.signal);
      // Media keys and the small window have buttons of their own; ours follow.
      video.addEventListener('pause', () => { this.isPaused = this.wanting !== 'tap_to_play' && !video.ended; }, listeners);
      video.addEventListener('play', () => { this.isPaused = false; }, listeners);
      this.tracksChanged();
    });
    return () => {
      listeners.abort();
      this.#surfaces.delete(surface);
    };
  };

  /** Tracks came or went: an element whose stream was empty or over does not go on by itself. */
  tracksChanged(): void {
    for (const surface of this.#surfaces) {
      const needsStart = surface.tracksChanged();
      if (needsStart && surface.video && !this.isPaused) void this.#start(surface.video);
    }
  }

  get #videos(): HTMLVideoElement[] {
    return [...this.#surfaces].flatMap(({ video }) => video ?? []);
  }

  async #start(video: HTMLVideoElement): Promise<void> {
    // Once refused, always refused until a tap: asking again would only stop the silent picture.
    const isSilent = this.isMuted || this.wanting !== 'nothing';
    video.muted = isSilent;
    try {
      await video.play();
      if (this.wanting === 'tap_to_play') this.wanting = 'tap_for_sound';
    } catch (error) {
      // Other errors mean that the element left the page or that somebody paused it meanwhile.
      if (isRefusal(error)) await this.#startSilently(video, isSilent);
    }
  }

  /** `wasSilent`: how the refused start was; another one, refused at the same time, may have silenced the element since. */
  async #startSilently(video: HTMLVideoElement, wasSilent: boolean): Promise<void> {
    if (wasSilent) {
      this.wanting = 'tap_to_play'; // Phones that save power refuse even a silent start.
      return;
    }
    this.wanting = 'tap_for_sound';
    video.muted = true;
    try {
      await video.play();
    } catch (error) {
      if (isRefusal(error)) this.wanting = 'tap_to_play';
    }
  }

  /** The tap that the browser wanted. It is no choice to remember: sound was wanted all the time. */
  tap(): void {
    this.wanting = 'nothing';
    for (const video of this.#videos) {
      video.muted = this.isMuted;
    }
    this.tracksChanged();
  }

  togglePlay(): void {
    if (this.wanting === 'tap_to_play') this.tap();
    else if (this.isPaused) this.#goOn();
    else for (const video of this.#videos) video.pause();
  }

  #goOn(): void {
    this.isPaused = false;
    this.tracksChanged();
  }

  toggleMute(): void {
    if (this.wanting !== 'nothing') this.tap();
    else if (this.isSilent) this.#setSound(this.volume === 0 ? AUDIBLE_VOLUME : this.volume, false);
    else this.#setSound(this.volume, true);
  }

  setVolume(volume: number): void {
    if (this.wanting !== 'nothing') this.tap();
    const bounded = Math.min(1, Math.max(0, Math.round(volume * 100) / 100));
    this.#setSound(bounded, bounded === 0);
  }

  louder(steps: number): void {
    this.setVolume((this.isMuted ? 0 : this.volume) + steps * VOLUME_STEP);
  }

  #setSound(volume: number, isMuted: boolean): void {
    this.volume = volume;
    this.isMuted = isMuted;
    keepSound(this.#storage, { volume, isMuted });
    for (const video of this.#videos) {
      video.volume = volume;
      video.muted = isMuted;
    }
  }
}
