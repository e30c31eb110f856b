// One <video> element and the stream it always plays. Its size and its first picture are read from its own events.
// Knows nothing of sound rules; see playback.svelte.ts.

export class Surface {
  width = $state(0);
  height = $state(0);
  /** It shows a picture, be it a standing one. */
  hasPicture = $state(false);
  video = $state.raw<HTMLVideoElement | null>(null);

  readonly #stream: MediaStream;

  constructor(stream: MediaStream) {
    this.#stream = stream;
  }

  get isPortrait(): boolean {
    return this.height > this.width;
  }

  /** For `{@attach}`. The stream is set once: tracks come and go inside it, so that nothing flickers. */
  attach(video: HTMLVideoElement, signal: AbortSignal): void {
    const measure = (): void => {
      this.width = video.videoWidth;
      this.height = video.videoHeight;
      if (video.videoWidth > 0) this.hasPicture = true;
    };
    for (const event of ['resize', 'loadeddata', 'playing']) video.addEventListener(event, measure, { signal });
    // All tracks are gone, for instance the shared screen's.
    video.addEventListener('ended', () => { this.hasPicture = false; }, { signal });
    video.addEventListener('emptied', () => { this.hasPicture = false; }, { signal });
    video.srcObject = this.#stream;
    this.video = video;
    signal.addEventListener('abort', () => {
      video.srcObject = null;
      this.video = null;
    });
  }
}
