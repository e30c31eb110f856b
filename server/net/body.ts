// Reads a request's body into memory: at most so much of one request, and of all requests together.

import type { HttpResponse } from 'uWebSockets.js';
import { AppError } from '../lib/app-error.ts';

/** What the bodies in memory may still take. */
export type BodyBudget = { bytesLeft: number };

export type BodyLimits = {
  /** The Content-Length header; '' if there is none. */
  readonly length: string;
  readonly bytesMax: number;
  readonly budget: BodyBudget;
};

/** Of a body that is refused, so much is still taken from the wire and dropped: who is cut off while sending seldom reads why. */
const DROPPED_BYTES_MAX = 4 * 1024 * 1024;

const tooLarge = (bytesMax: number): AppError => new AppError('too_large', `the body may have at most ${bytesMax} bytes`);

/**
 * Calls one of the two, once, in a later turn; a refusal when the whole body was sent, or at once when too much is still to come.
 * The function that comes back gives the memory free and stops reading; it must be called when the request is over, however it ended.
 */
export const readBody = (res: HttpResponse, limits: BodyLimits, done: (body: Buffer) => void, failed: (error: AppError) => void): (() => void) => {
  const { budget, bytesMax } = limits;
  const length = Number(limits.length);
  if (length > bytesMax + DROPPED_BYTES_MAX) throw tooLarge(bytesMax);
  let refused = length > bytesMax ? tooLarge(bytesMax) : null;
  let chunks: Buffer[] = [];
  let bytes = 0; // kept, and taken from the budget
  let dropped = 0;
  let isReading = true;

  const free = (): void => {
    budget.bytesLeft += bytes;
    bytes = 0;
    chunks = [];
  };
  const keep = (chunk: ArrayBuffer): AppError | null => {
    if (bytes + chunk.byteLength > bytesMax) return tooLarge(bytesMax);
    if (chunk.byteLength > budget.bytesLeft) return new AppError('busy', 'too many uploads', { retryAfterMs: 2_000 });
    bytes += chunk.byteLength;
    budget.bytesLeft -= chunk.byteLength;
    chunks.push(Buffer.from(chunk.slice(0))); // A copy: uWS takes the chunk's memory back after this callback.
    return null;
  };

  res.onData((chunk, isLast) => {
    if (!isReading) return;
    refused ??= keep(chunk);
    if (!refused) {
      if (isLast) done(Buffer.concat(chunks));
      return;
    }
    free();
    dropped += chunk.byteLength;
    if (isLast || dropped > DROPPED_BYTES_MAX) failed(refused);
  });

  return () => {
    isReading = false;
    free();
  };
};
