// An error reply, over HTTP or the socket, as the exception that a test's typed call gets.

import * as v from 'valibot';
import type { ErrorCode } from '../../shared/errors.ts';
import { ERRORS } from '../../shared/errors.ts';

export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly status: number | undefined;

  constructor(code: ErrorCode, message: string, status?: number) {
    super(`${code}: ${message}`);
    this.code = code;
    this.status = status;
  }
}

/** The one shape of every HTTP error. */
export const errorBody = v.strictObject({
  error: v.strictObject({
    code: v.picklist(Object.keys(ERRORS) as ErrorCode[]),
    message: v.string(),
    retryAfterMs: v.optional(v.number()),
  }),
});

export const refusalOf = (body: unknown, status?: number): Error => {
  const read = v.safeParse(errorBody, body);
  if (!read.success) return new Error(`an error without a known code: ${status} ${JSON.stringify(body)}`);
  return new Refusal(read.output.error.code, read.output.error.message, status);
};

/** The code that a call was refused with; fails if it was not refused, or without a code. */
export const codeOf = async (call: Promise<unknown>): Promise<ErrorCode> => {
  const result = await call.catch((error: unknown) => error);
  if (result instanceof Refusal) return result.code;
  if (result instanceof Error) throw result;
  throw new Error(`expected a refusal, got ${JSON.stringify(result)}`);
};
