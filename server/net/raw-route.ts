// Routes whose answers are bytes or text rather than a row of the JSON table: images, health, metrics.

import type { Rate } from '../../shared/messages/define.ts';
import type { SessionUser } from '../hub/handler.ts';
import { AppError } from '../lib/app-error.ts';
import type { Authenticate } from './api.ts';
import { readSessionToken } from './cookies.ts';
import type { Answer, Endpoint, HttpRequest } from './endpoint.ts';
import { dataHeaders } from './security-headers.ts';

export type RawRequest = {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly address: string;
  /** Only where the route is personal; null: a guest. */
  readonly user: SessionUser | null;
  /** Empty for GET. */
  readonly body: Buffer;
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
  /** The browser keeps it as a file of this name. */
  readonly downloadName?: string;
};

export type RawRoute = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Per address; generous if not given. */
  readonly rate?: Rate;
  readonly bodyBytesMax?: number;
  /** Asks whose session it is, which may need the database; pictures and health must not wait for that. */
  readonly isPersonal?: boolean;
  /** Servers call it, which have no Origin: whoever calls must prove who they are by something else. */
  readonly isFromServers?: boolean;
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
    ...(raw.downloadName === undefined ? [] : [['content-disposition', `attachment; filename="${raw.downloadName}"`] as const]),
  ];
  if (raw.etag !== undefined && hasVersion(request.header('if-none-match'), raw.etag)) return { status: 304, type: null, body: '', headers };
  return { status: raw.status, type: raw.type, body: raw.body, headers };
};

export const rawEndpoints = (routes: readonly RawRoute[], authenticate: Authenticate): readonly Endpoint[] =>
  routes.map((route) => ({
    method: route.method,
    path: route.path,
    name: `${route.method} ${route.path}`,
    rate: route.rate ?? RAW_RATE,
    bodyBytesMax: route.bodyBytesMax ?? 0,
    isFromServers: route.isFromServers ?? false,
    async answer(request) {
      const { isHttps, address } = request.client;
      const token = !route.isPersonal ? null : readSessionToken(request.header('cookie'), isHttps);
      const user = token === null ? null : await authenticate(token);
      const raw = await route.handle({ path: request.pathParams, query: request.query, address, user, body: request.body, header: request.header });
      if (raw === null) throw new AppError('not_found');
      return answerRaw(raw, request);
    },
  }));
