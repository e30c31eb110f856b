// Which pages may use this server. Browsers send Origin with every WebSocket and every request that changes something, and
// no page can forge it; a request without one does not come from a page and is refused there too.

import { isIP } from 'node:net';

export type Origins = {
  allows(origin: string, host: string): boolean;
  /** May this request change something? By Origin, or by Sec-Fetch-Site where there is no Origin. */
  mayChange(request: { readonly origin: string; readonly secFetchSite: string; readonly host: string }): boolean;
};

/**
 * `localhost` and bare addresses cannot be made to point here by somebody else's DNS (DNS rebinding), so a page under
 * such a host may talk to that same host even where no PUBLIC_URL is set: that is how one tries Qiao on a home network.
 */
const isUnforgeableHost = (hostname: string): boolean =>
  hostname === 'localhost' || isIP(hostname) === 4 || (hostname.startsWith('[') && isIP(hostname.slice(1, -1)) === 6);

export const createOrigins = (settings: { publicUrl: string | null; allowed: readonly string[] }): Origins => {
  const named = new Set([...settings.allowed, ...(settings.publicUrl ? [settings.publicUrl] : [])]);

  const allows = (origin: string, host: string): boolean => {
    if (named.has(origin)) return true;
    if (settings.publicUrl !== null || !URL.canParse(origin)) return false;
    const url = new URL(origin);
    return url.origin === origin && url.host === host && isUnforgeableHost(url.hostname);
  };

  return {
    allows,
    mayChange: ({ origin, secFetchSite, host }) => (origin === '' ? secFetchSite === 'same-origin' : allows(origin, host)),
  };
};
