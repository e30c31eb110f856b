// Why a request failed: the server's own error code, or `unreachable`, which only the client can know.

import { ERRORS } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { WireError } from '../../shared/envelope.ts';

/** `unreachable`: there is no connection, it was lost, or no reply came within REQUEST_TIMEOUT_MS. */
export type RequestErrorCode = ErrorCode | 'unreachable';

export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;
  /** The least time to wait before trying again, where the server named one. */
  readonly retryAfterMs: number | undefined;

  constructor(error: Omit<WireError, 'code'> & { readonly code: RequestErrorCode }) {
    super(`${error.code}: ${error.message}`);
    this.code = error.code;
    this.retryAfterMs = error.retryAfterMs;
  }

  /** Can the same request succeed later? A code from a newer server than this page is taken for final. */
  get retryable(): boolean {
    return this.code === 'unreachable' || (ERRORS[this.code]?.retryable ?? false);
  }
}

/** These say nothing about whether the request was taken, or that it may be later: with the same key it is worth asking again. */
const PASSING: ReadonlySet<RequestErrorCode> = new Set([
  'unreachable', 'not_joined', 'too_many_requests', 'busy', 'draining', 'database_unavailable', 'internal',
]);

/** Does it go on by itself? The others are the business of who asked. */
export const isPassing = (code: RequestErrorCode): boolean => PASSING.has(code);

export const codeOf = (error: unknown): RequestErrorCode | undefined =>
  error instanceof RequestError ? error.code : undefined;
