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

const tooLarge = (bytesMax: number): AppError => new AppError('too_large', `the body may have at most ${bytesMax} bytes`);

/**
 * Calls one of the two, once, in a later turn. The function that comes back gives the memory free and stops reading; it
 * must be called when the request is over, however it ended.
 */
export const readBody = (res: HttpResponse, limits: BodyLimits, done: (body: Buffer) => void, failed: (error: AppError) => void): (() => void) => {
  const { budget, bytesMax } = limits;
  if (Number(limits.length) > bytesMax) throw tooLarge(bytesMax);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isReading = true;

  res.onData((chunk, isLast) => {
    if (!isReading) return;
    bytes += chunk.byteLength;
    budget.bytesLeft -= chunk.byteLength;
    if (bytes > bytesMax) return failed(tooLarge(bytesMax));
    if (budget.bytesLeft < 0) return failed(new AppError('busy', 'too many uploads', { retryAfterMs: 2_000 }));
    chunks.push(Buffer.from(chunk.slice(0))); // A copy: uWS takes the chunk's memory back after this callback.
    if (isLast) done(Buffer.concat(chunks));
  });

  return () => {
    isReading = false;
    budget.bytesLeft += bytes;
    bytes = 0;
  };
};
