// One <video> element and the stream it always plays. Its size and its first picture are read from its own events.
// Knows nothing of sound rules; see playback.svelte.ts.

export class Surface {
  width = $state(0);
  height = $state(0);
  /** It shows a picture, be it a standing one. */
  hasPicture = $state(false);
  /** When it showed its first, by performance.now(); null: not yet. */
  firstPictureAtMs: number | null = null;
  video = $state.raw<HTMLVideoElement | null>(null);

  readonly #stream: MediaStream;

  constructor(stream: MediaStream) {
    this.#stream = stream;
  }

  get isPortrait(): boolean {
    return this.height > this.width;
  }

  /** Takes the element over until the signal. */
  attach(video: HTMLVideoElement, signal: AbortSignal): void {
    const measure = (): void => {
      this.width = video.videoWidth;
      this.height = video.videoHeight;
      if (video.videoWidth === 0) return;
      this.hasPicture = true;
      this.firstPictureAtMs ??= performance.now();
    };
    for (const event of ['resize', 'loadeddata', 'playing']) video.addEventListener(event, measure, { signal });
    // All tracks are gone, for instance the shared screen's.
    video.addEventListener('ended', () => { this.hasPicture = false; }, { signal });
    video.addEventListener('emptied', () => { this.hasPicture = false; }, { signal });
    this.video = video;
    this.tracksChanged();
    signal.addEventListener('abort', () => {
      video.srcObject = null;
      this.video = null;
    });
  }

  /**
   * Gives the element the stream as soon as there is something in it; from then on tracks come and go inside, and nothing
   * flickers. Not before: Chromium never gets ready on a stream that was empty at first and then has sound alone.
   * True if the element has to be started.
   */
  tracksChanged(): boolean {
    const { video } = this;
    if (!video) return false;
    const stream = this.#stream.getTracks().length > 0 ? this.#stream : null;
    if (video.srcObject !== stream) video.srcObject = stream;
    return stream !== null && (video.paused || video.ended);
  }
}
