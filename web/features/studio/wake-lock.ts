// Keeps the screen of a phone on while live. Browsers drop the lock whenever the page is hidden, so it is taken anew each
// time the page is seen again; where there is no such thing, nothing happens.

export const keepAwake = (): (() => void) => {
  let lock: WakeLockSentinel | null = null;
  let isWanted = true;

  const take = async (): Promise<void> => {
    if (!isWanted || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    try {
      const taken = await navigator.wakeLock.request('screen');
      if (isWanted) lock = taken;
      else await taken.release();
    } catch {
      // The battery is low, or the system does not want to. Being live goes on.
    }
  };
  const onVisible = (): void => void take();
  document.addEventListener('visibilitychange', onVisible);
  void take();

  return () => {
    isWanted = false;
    document.removeEventListener('visibilitychange', onVisible);
    void lock?.release().catch(() => undefined);
  };
};
