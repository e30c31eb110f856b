// How often passwords may be tried. The policy:
//  1. By address: the route's own rate (shared/routes.ts), whatever the account.
//  2. By account and address: five at once, then one every 12 s. Nobody else can use up this allowance.
//  3. By account, for all addresses together that never logged in to it: the same again. This stops a guess spread over
//     many addresses. The owner's own places (an address that the account is or was logged in from, or a browser that
//     still has its session) are not counted, so an attack does not lock the owner out, and nothing is locked for good.
// It goes by what was typed, so an account that does not exist is treated like any other.

import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { createRateLimiter } from '../../lib/rate-limiter.ts';

const RATE = { burst: 5, perSecond: 1 / 12 };
const KEYS_MAX = 50_000;
const PLACES_MAX = 50_000;

export type Attempt = {
  readonly nameKey: string;
  readonly address: string;
  /** This browser is logged in as that very user. */
  readonly hasSession: boolean;
};

export type LoginThrottle = {
  /** Call before checking a password. Throws `too_many_requests`. */
  admit(attempt: Attempt): Promise<void>;
  succeeded(attempt: Pick<Attempt, 'nameKey' | 'address'>): void;
};

export type LoginThrottleDeps = {
  readonly clock: Clock;
  /** Does this account have a session from this address? */
  readonly isLoggedInFrom: (nameKey: string, address: string) => Promise<boolean>;
};

export const createLoginThrottle = (deps: LoginThrottleDeps): LoginThrottle => {
  const byPlace = createRateLimiter({ clock: deps.clock, keysMax: KEYS_MAX });
  const byAccount = createRateLimiter({ clock: deps.clock, keysMax: KEYS_MAX });
  /** Where somebody logged in since we started, newest last. */
  const places = new Set<string>();

  const refuse = (retryAfterMs: number): never => {
    throw new AppError('too_many_requests', 'too many tries', { retryAfterMs });
  };
  const placeOf = ({ nameKey, address }: Pick<Attempt, 'nameKey' | 'address'>): string => `${address} ${nameKey}`;
  const isOwnersPlace = async (attempt: Attempt): Promise<boolean> =>
    attempt.hasSession || places.has(placeOf(attempt)) || (await deps.isLoggedInFrom(attempt.nameKey, attempt.address));

  return {
    async admit(attempt) {
      const placeWaitMs = byPlace.take(placeOf(attempt), RATE);
      if (placeWaitMs > 0) refuse(placeWaitMs);
      if (await isOwnersPlace(attempt)) return;
      const accountWaitMs = byAccount.take(attempt.nameKey, RATE);
      if (accountWaitMs > 0) refuse(accountWaitMs);
    },
    succeeded(attempt) {
      const place = placeOf(attempt);
      places.delete(place);
      places.add(place);
      if (places.size > PLACES_MAX) for (const oldest of places) { places.delete(oldest); break; }
    },
  };
};
