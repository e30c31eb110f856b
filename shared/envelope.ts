// The three frames on the wire, as JSON text, and how a client's frame is read. Rules E1-E5 in README.md.

import * as v from 'valibot';
import type { ErrorCode } from './errors.ts';
import { integer, text } from './schema.ts';

/** Part of the socket's address (`/live?v=1`): a page from before an upgrade is told to reload, not left to guess. */
export const PROTOCOL_VERSION = 1;

/** A client asks. `id` is the client's own count and comes back in the reply. */
export type RequestFrame = { readonly id: number; readonly name: string; readonly params: unknown };

export type WireError = {
  readonly code: ErrorCode;
  /** For developers; people read web/text. */
  readonly message: string;
  readonly retryAfterMs?: number;
};
export type ReplyFrame =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: WireError };

/** A fact. Room events carry seq and epoch; a gap in seq means something was missed. */
export type EventFrame = {
  readonly event: string;
  readonly data: unknown;
  readonly seq?: number;
  readonly epoch?: string;
};

const requestFrame = v.strictObject({
  id: integer(0, Number.MAX_SAFE_INTEGER),
  name: text(1, 64),
  params: v.unknown(),
});

/** Reads a client's frame; null if it is not one. Never throws. */
export const readRequest = (json: string): RequestFrame | null => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null; // Not JSON: the caller closes the connection with `bad_frame`.
  }
  return v.is(requestFrame, value) ? (value as RequestFrame) : null;
};
