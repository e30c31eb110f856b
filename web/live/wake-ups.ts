// Moments at which waiting is pointless: the network is back or another one, or the person looks at the page again.

import type { Cancel } from './clock.ts';

/** Chromium only: tells when Wi-Fi becomes mobile data, which kills every connection without closing it. */
const network = (): EventTarget | undefined => (navigator as Navigator & { readonly connection?: EventTarget }).connection;

/** Calls `fn` when the network changes or comes back, or the page becomes visible. */
export const browserWakeUps = (fn: () => void): Cancel => {
  const whenVisible = (): void => {
    if (document.visibilityState === 'visible') fn();
  };
  window.addEventListener('online', fn);
  window.addEventListener('pageshow', fn);
  network()?.addEventListener('change', fn);
  document.addEventListener('visibilitychange', whenVisible);
  return () => {
    window.removeEventListener('online', fn);
    window.removeEventListener('pageshow', fn);
    network()?.removeEventListener('change', fn);
    document.removeEventListener('visibilitychange', whenVisible);
  };
};
