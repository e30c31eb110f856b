// Routes whose answers are bytes or text rather than a row of the JSON table: images, health, metrics.

import type { Rate } from '../../shared/messages/define.ts';
import { AppError } from '../lib/app-error.ts';
import type { Answer, Endpoint, HttpRequest } from './endpoint.ts';
import { dataHeaders } from './security-headers.ts';

export type RawRequest = {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly address: string;
  header(name: string): string;
};

export type RawAnswer = {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  /** Default: `no-store`. */
  readonly cacheControl?: string;
  /** With its quotes. A browser that has this version is answered 304. */
  readonly etag?: string;
};

export type RawRoute = {
  readonly method: 'GET';
  readonly path: string;
  /** Per address; generous if not given. */
  readonly rate?: Rate;
  /** Null: 404. May throw AppError. */
  readonly handle: (request: RawRequest) => Promise<RawAnswer | null> | RawAnswer | null;
};

// A home page asks for a hundred thumbnails at once.
const RAW_RATE: Rate = { burst: 400, perSecond: 100 };

/** Does the browser have this version already? (RFC 9110, 13.1.2) */
export const hasVersion = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch.split(',').some((it) => it.trim().replace(/^W\//, '') === etag);

const answerRaw = (raw: RawAnswer, request: HttpRequest): Answer => {
  const headers = [
    ...dataHeaders,
    ['cache-control', raw.cacheControl ?? 'no-store'] as const,
    ...(raw.etag === undefined ? [] : [['etag', raw.etag] as const]),
  ];
  if (raw.etag !== undefined && hasVersion(request.header('if-none-match'), raw.etag)) return { status: 304, type: null, body: '', headers };
  return { status: raw.status, type: raw.type, body: raw.body, headers };
};

export const rawEndpoints = (routes: readonly RawRoute[]): readonly Endpoint[] =>
  routes.map((route) => ({
    method: route.method,
    path: route.path,
    name: `GET ${route.path}`,
    rate: route.rate ?? RAW_RATE,
    bodyBytesMax: 0,
    async answer(request) {
      const raw = await route.handle({ path: request.pathParams, query: request.query, address: request.client.address, header: request.header });
      if (raw === null) throw new AppError('not_found');
      return answerRaw(raw, request);
    },
  }));
