// Moments at which waiting is pointless: the network is back, or the person looks at the page again.

import type { Cancel } from './clock.ts';

/** Calls `fn` when the browser goes online or the page becomes visible. */
export const browserWakeUps = (fn: () => void): Cancel => {
  const whenVisible = (): void => {
    if (document.visibilityState === 'visible') fn();
  };
  window.addEventListener('online', fn);
  window.addEventListener('pageshow', fn);
  document.addEventListener('visibilitychange', whenVisible);
  return () => {
    window.removeEventListener('online', fn);
    window.removeEventListener('pageshow', fn);
    document.removeEventListener('visibilitychange', whenVisible);
  };
};
