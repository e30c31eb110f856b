// How long to wait before trying again. Full jitter: any time up to a bound that doubles, so that a thousand pages that lost
// the same server do not come back in step.

export type Backoff = { readonly firstMs: number; readonly maxMs: number };

/** `attempt` counts from 0; `random` gives 0 to 1. */
export const backoffMs = ({ firstMs, maxMs }: Backoff, attempt: number, random: () => number = Math.random): number =>
  random() * Math.min(maxMs, firstMs * 2 ** attempt);
