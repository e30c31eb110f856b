// How large the picture is: in the page, as theatre, as picture in picture, over the full screen. The browser owns the last
// two and may leave them at any time, so they are read back from its events and never assumed.

/** Safari on phones has no full screen for elements, only its own player for a video. */
type SafariVideo = HTMLVideoElement & { readonly webkitEnterFullscreen?: () => void };

const PANEL_HIDDEN = 'qiao.panel-hidden';

export class Presentation {
  isTheatre = $state(false);
  /** Wide windows: the picture alone, without what is beside it. */
  isPanelHidden = $state(localStorage.getItem(PANEL_HIDDEN) !== null);
  isFullScreen = $state(false);
  isPictureInPicture = $state(false);

  readonly canPictureInPicture = typeof document !== 'undefined' && document.pictureInPictureEnabled === true;
  #frame: HTMLElement | null = null;

  /** For `{@attach}`: the element that goes full screen, controls and all. */
  readonly attach = (frame: HTMLElement): (() => void) => {
    this.#frame = frame;
    const listeners = new AbortController();
    const { signal } = listeners;
    document.addEventListener('fullscreenchange', () => { this.isFullScreen = document.fullscreenElement === frame; }, { signal });
    // These two events come from the video and bubble.
    frame.addEventListener('enterpictureinpicture', () => { this.isPictureInPicture = true; }, { signal });
    frame.addEventListener('leavepictureinpicture', () => { this.isPictureInPicture = false; }, { signal });
    return () => {
      listeners.abort();
      this.#frame = null;
    };
  };

  toggleTheatre(): void {
    this.isTheatre = !this.isTheatre;
  }

  /** Remembered in this browser. */
  showPanel(isShown: boolean): void {
    this.isPanelHidden = !isShown;
    if (isShown) localStorage.removeItem(PANEL_HIDDEN);
    else localStorage.setItem(PANEL_HIDDEN, '1');
  }

  /** A browser that refuses (no gesture, policy) leaves everything as it is; the button then shows so. */
  async toggleFullScreen(video: HTMLVideoElement | null): Promise<void> {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else if (this.#frame?.requestFullscreen) await this.#frame.requestFullscreen({ navigationUI: 'hide' });
      else (video as SafariVideo | null)?.webkitEnterFullscreen?.();
    } catch {
      // Refused.
    }
  }

  async togglePictureInPicture(video: HTMLVideoElement | null): Promise<void> {
    if (!this.canPictureInPicture || !video) return;
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await video.requestPictureInPicture();
    } catch {
      // Refused, or there is no picture yet.
    }
  }
}
