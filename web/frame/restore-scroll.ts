// Brings a page that was left back to where it was read. Its content may arrive a little later than the page itself, so this
// follows while the page grows, and lets go as soon as the reader moves.

const FOLLOW_MS_MAX = 3_000;

/** Scrolls to `top` now, or once the page is high enough; returns how to let go. */
export const restoreScroll = (top: number): (() => void) => {
  const letGo = new AbortController();
  const stop = (): void => letGo.abort();
  const follow = (): void => {
    scrollTo(0, top);
    if (Math.abs(scrollY - top) < 1) stop();
  };
  const growth = new ResizeObserver(follow);
  letGo.signal.addEventListener('abort', () => growth.disconnect());
  follow();
  if (letGo.signal.aborted) return stop;
  growth.observe(document.body);
  for (const act of ['wheel', 'touchstart', 'keydown', 'pointerdown'] as const) {
    addEventListener(act, stop, { signal: letGo.signal, passive: true });
  }
  setTimeout(stop, FOLLOW_MS_MAX);
  return stop;
};
