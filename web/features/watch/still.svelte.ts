// Keeps a small copy of the last picture, so that a viewer never looks at black, and tells when the picture stands still.
// Knows only a video and a canvas. A hidden page paints no frames, so nothing is said about it.

import { browserClock, every, type Clock } from '../../live/clock.ts';

/**
 * So few pixels drawn large are a blurred ground. A CSS filter instead would be computed anew with every frame of the picture
 * above it: without a fast graphics card that alone halves the frame rate.
 */
const STILL_WIDTH_PX = 48;
/** Where contexts have filters (not in older Safaris), to hide the grid of so few pixels. */
const SOFTEN = 'blur(1.5px)';
const DARKEN_ALPHA = 0.5;
const STILL_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 250;

export class Still {
  /** There is a copy to show. */
  hasStill = $state(false);
  isFrozen = $state(false);

  readonly #clock: Clock;
  readonly #toleranceMs: () => number | null;
  #canvas: HTMLCanvasElement | null = null;
  #lastFrameAtMs = 0;
  #lastStillAtMs = 0;

  /** `toleranceMs`: how long without a new frame is no fault; null while no frames are expected. */
  constructor(toleranceMs: () => number | null, clock: Clock = browserClock) {
    this.#toleranceMs = toleranceMs;
    this.#clock = clock;
  }

  readonly attachCanvas = (canvas: HTMLCanvasElement): (() => void) => {
    this.#canvas = canvas;
    return () => {
      this.#canvas = null;
    };
  };

  /** For `{@attach}` on each video; only frames of the large one count. */
  readonly attachVideo = (isMain: () => boolean) => (video: HTMLVideoElement): (() => void) => {
    let isAttached = true;
    const onFrame = (): void => {
      if (!isAttached) return;
      if (isMain()) this.#sawFrame(video);
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
    return () => {
      isAttached = false;
    };
  };

  /** Looks until the returned function is called. */
  start(): () => void {
    return every(this.#clock, LOOK_EVERY_MS, () => this.#look());
  }

  #sawFrame(video: HTMLVideoElement): void {
    const nowMs = this.#clock.nowMs();
    this.#lastFrameAtMs = nowMs;
    this.isFrozen = false;
    if (nowMs - this.#lastStillAtMs < STILL_EVERY_MS || !this.#canvas || video.videoWidth === 0) return;
    this.#lastStillAtMs = nowMs;
    this.#canvas.width = STILL_WIDTH_PX;
    this.#canvas.height = Math.max(1, Math.round((STILL_WIDTH_PX * video.videoHeight) / video.videoWidth));
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (!context) return;
    context.filter = SOFTEN;
    context.globalAlpha = DARKEN_ALPHA; // over the black that a canvas without alpha begins with
    context.drawImage(video, 0, 0, this.#canvas.width, this.#canvas.height);
    this.hasStill = true;
  }

  #look(): void {
    const toleranceMs = this.#toleranceMs();
    if (toleranceMs === null || document.visibilityState === 'hidden') {
      // What comes after hiding or after a pause gets the whole time anew.
      this.#lastFrameAtMs = this.#clock.nowMs();
      this.isFrozen = false;
    } else {
      this.isFrozen = this.#clock.nowMs() - this.#lastFrameAtMs > toleranceMs;
    }
  }
}
