// Which pages may use this server. Browsers send Origin with every WebSocket and every request that changes something, and
// no page can forge it; a request without one does not come from a page and is refused there too.

import { isIP } from 'node:net';
import type { Log } from '../lib/log.ts';
import type { RateLimiter } from '../lib/rate-limiter.ts';

export type Origins = {
  allows(origin: string, host: string): boolean;
  /** May this request change something? By Origin, or by Sec-Fetch-Site where there is no Origin. */
  mayChange(request: { readonly origin: string; readonly secFetchSite: string; readonly host: string }): boolean;
  /** Tells the operator of a refusal, now and then: most are attacks, the first is a missing setting. */
  refused(origin: string, host: string): void;
};

export type OriginsDeps = {
  readonly publicUrl: string | null;
  readonly allowed: readonly string[];
  readonly log: Log;
  readonly limiter: RateLimiter;
};

const LOG_RATE = { burst: 5, perSecond: 0.02 };
const LOGGED_CHARS_MAX = 200;

/**
 * `localhost` and bare addresses cannot be made to point here by somebody else's DNS (DNS rebinding), so a page under
 * such a host may talk to that same host even where no PUBLIC_URL is set: that is how one tries Qiao on a home network.
 */
const isUnforgeableHost = (hostname: string): boolean =>
  hostname === 'localhost' || isIP(hostname) === 4 || (hostname.startsWith('[') && isIP(hostname.slice(1, -1)) === 6);

export const createOrigins = (deps: OriginsDeps): Origins => {
  const named = new Set([...deps.allowed, ...(deps.publicUrl ? [deps.publicUrl] : [])]);

  const allows = (origin: string, host: string): boolean => {
    if (named.has(origin)) return true;
    if (deps.publicUrl !== null || !URL.canParse(origin)) return false;
    const url = new URL(origin);
    return url.origin === origin && url.host === host && isUnforgeableHost(url.hostname);
  };

  return {
    allows,
    mayChange: ({ origin, secFetchSite, host }) => (origin === '' ? secFetchSite === 'same-origin' : allows(origin, host)),
    refused(origin, host) {
      if (deps.limiter.take('refused origins', LOG_RATE) > 0) return;
      deps.log.warn({ origin: origin.slice(0, LOGGED_CHARS_MAX), host }, 'foreign origin refused; if it is yours, set PUBLIC_URL or ALLOWED_ORIGINS');
    },
  };
};
