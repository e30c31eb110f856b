// Again and again while somebody looks: at once, after each interval, and when the page comes back to the front.

/** `read` never overlaps itself; returns how to stop. */
export const whileVisible = (intervalMs: number, read: (signal: AbortSignal) => Promise<void>): (() => void) => {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tick = async (): Promise<void> => {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') return;
    await read(stop.signal);
    // Hidden pages and pages that went away in the meantime do not go on.
    clearTimeout(timer);
    if (!stop.signal.aborted) timer = setTimeout(() => void tick(), intervalMs);
  };
  document.addEventListener('visibilitychange', () => void tick(), { signal: stop.signal });
  void tick();
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
};
