// An expected failure: something a client may hear, with a code from the shared list. All else that is thrown is a bug.

import { ERRORS } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { WireError } from '../../shared/envelope.ts';

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** When trying again makes sense; only for retryable codes. */
  readonly retryAfterMs: number | undefined;

  /** `message` is for developers and leaves the server: no names, tokens or internals in it. */
  constructor(code: ErrorCode, message: string = code, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.retryAfterMs = ERRORS[code].retryable ? options.retryAfterMs : undefined;
  }

  /** What a client is told: never the stack, never the cause. */
  toWire(): WireError {
    const { code, message, retryAfterMs } = this;
    return retryAfterMs === undefined ? { code, message } : { code, message, retryAfterMs };
  }
}
