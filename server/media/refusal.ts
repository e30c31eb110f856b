// Turns what mediasoup throws into what a client may hear. Invariant: only AppErrors leave this folder's async functions.

import { errors } from 'mediasoup';
import { AppError } from '../lib/app-error.ts';

/**
 * `asked`: what failed, for developers; the cause stays in the log. `otherwise`: what it means when nothing has gone: our bug,
 * or, where the request was made of a client's parameters, theirs.
 */
export const refusal = (asked: string, cause: unknown, otherwise: 'internal' | 'bad_request' = 'internal'): AppError => {
  if (cause instanceof AppError) return cause;
  // A worker died under the request; another one takes over within a second.
  if (cause instanceof errors.WorkerClosedError) return new AppError('media_unavailable', `${asked}: worker lost`, { cause });
  // Something it was about was closed while the request was on its way.
  if (cause instanceof errors.NotFoundError) return new AppError('transport_gone', `${asked}: closed meanwhile`, { cause });
  return new AppError(otherwise, `${asked}: refused`, { cause });
};

/** For work that nobody waits for: a failure is normal when the thing it was about has gone meanwhile. */
export const isGone = (cause: unknown): boolean => {
  const { code } = refusal('', cause);
  return code === 'media_unavailable' || code === 'transport_gone';
};
