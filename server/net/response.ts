// Writes an answer to uWS's response.

import { STATUS_CODES } from 'node:http';
import type { HttpResponse } from 'uWebSockets.js';
import type { Answer } from './endpoint.ts';

/** Larger bodies are handed over piece by piece as the reader takes them, so that a slow one does not cost a copy. */
const WHOLE_BODY_BYTES_MAX = 32 * 1024;

export type Manner = {
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** HEAD: the length is told, the body is not sent. */
  readonly withoutBody: boolean;
  readonly closeConnection: boolean;
};

// Our header values are our own words, but a host or path may stand in them: a line break would start a new header.
const oneLine = (value: string): string => value.replace(/[\r\n\0]/g, ' ');

/** The response must be open; afterwards it is not. */
export const writeAnswer = (res: HttpResponse, answer: Answer, manner: Manner): void => {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  res.cork(() => {
    res.writeStatus(`${answer.status} ${STATUS_CODES[answer.status] ?? 'Unknown'}`);
    for (const [name, value] of [...manner.headers, ...(answer.headers ?? [])]) res.writeHeader(name, oneLine(value));
    if (answer.type !== null) res.writeHeader('content-type', answer.type);
    if (answer.type === null) res.endWithoutBody(undefined, manner.closeConnection);
    else if (manner.withoutBody) res.endWithoutBody(body.byteLength, manner.closeConnection);
    else if (body.byteLength <= WHOLE_BODY_BYTES_MAX) res.end(body, manner.closeConnection);
    else writePieces(res, body);
  });
};

const writePieces = (res: HttpResponse, body: Uint8Array): void => {
  res.onWritable((offset) => res.tryEnd(body.subarray(offset), body.byteLength)[0]);
  res.tryEnd(body, body.byteLength);
};
