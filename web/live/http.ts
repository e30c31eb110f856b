// The page's HTTP calls: every row of shared/routes.ts, typed by it. Nothing of the table but types is imported, so that the
// page does not carry its schemas: the lines below repeat method and path, and do not compile when they differ from the table.

import type { ANALYTICS_ROUTES } from '../../shared/analytics-routes.ts';
import type { DISCOVERY_ROUTES } from '../../shared/discovery-routes.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { REQUEST_TIMEOUT_MS } from '../../shared/limits.ts';
import type { FINDING_ROUTES } from '../../shared/finding-routes.ts';
import type { PRIVACY_ROUTES } from '../../shared/privacy-routes.ts';
import type { OPERATOR_ROUTES } from '../../shared/operator-routes.ts';
import type { ROUTES, RouteBody, RouteName, RouteResult } from '../../shared/routes.ts';
import type { WALLET_ROUTES } from '../../shared/wallet-routes.ts';

type Row<N extends RouteName> = (typeof ROUTES)[N];
export type Lines<Names extends RouteName> = { readonly [N in Names]: `${Row<N>['method']} ${Row<N>['path']}` };

/** Rows that not every page needs; their lines come with those pages (http-money.ts and its like). */
type LaterRoute =
  | keyof typeof WALLET_ROUTES | keyof typeof FINDING_ROUTES | keyof typeof PRIVACY_ROUTES | keyof typeof ANALYTICS_ROUTES | keyof typeof OPERATOR_ROUTES
  | keyof typeof DISCOVERY_ROUTES;

/** What pages may need at once. */
const LINES: Lines<Exclude<RouteName, LaterRoute>> = {
  'account.register': 'POST /api/accounts',
  'session.login': 'POST /api/sessions',
  'session.logout': 'DELETE /api/sessions/current',
  'session.list': 'GET /api/sessions',
  'session.end': 'DELETE /api/sessions/:sessionId',
  'account.me': 'GET /api/me',
  'account.update': 'PATCH /api/me',
  'account.changePassword': 'POST /api/me/password',
  'channel.open': 'POST /api/channels',
  'channel.update': 'PATCH /api/channels/:handle',
  'channel.show': 'GET /api/channels/:handle',
  'image.upload': 'POST /api/images',
  'broadcast.thumbnail': 'PUT /api/channels/:handle/thumbnail',
};

/** The names after the colons of a path. */
type Names<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<Rest>
  : P extends `${string}:${infer Name}` ? Name : never;
type PathOf<N extends RouteName> = [Names<Row<N>['path']>] extends [never]
  ? { path?: undefined }
  : { path: Record<Names<Row<N>['path']>, string> };
type BodyOf<N extends RouteName> = RouteBody<N> extends null
  ? { body?: undefined }
  : RouteBody<N> extends Uint8Array ? { body: Blob } : { body: RouteBody<N> };
type Options<N extends RouteName> = PathOf<N> & BodyOf<N> & { query?: Record<string, string>; signal?: AbortSignal };
/** Options may be left out where nothing in them is needed. */
type Arguments<N extends RouteName> = Record<never, never> extends Options<N> ? [Options<N>?] : [Options<N>];

/** A call that failed: the server's code, or `unreachable` when there was no answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode | 'unreachable';
  /** When trying again can help; null if the server said nothing about it. */
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode | 'unreachable', message: string, retryAfterMs: number | null = null) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

const addressOf = (path: string, names: Record<string, string>, query: Record<string, string>): string => {
  const asked = new URLSearchParams(query).toString();
  return path.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(names[name] ?? '')) + (asked === '' ? '' : `?${asked}`);
};

const failureOf = async (reply: Response): Promise<ApiError> => {
  try {
    const { error } = (await reply.json()) as { error: { code: ErrorCode; message: string; retryAfterMs?: number } };
    return new ApiError(error.code, error.message, error.retryAfterMs ?? null);
  } catch {
    // Not one of our answers: a proxy in between speaks for a server that is away.
    return new ApiError('unreachable', `HTTP ${reply.status}`);
  }
};

/** `call('channel.update', { path: { handle }, body: { about } })`: the result, or an ApiError thrown. */
export const callerOf = <Names extends RouteName>(lines: Lines<Names>) => async <N extends Names>(name: N, ...[options]: Arguments<N>): Promise<RouteResult<N>> => {
  const { path = {}, query = {}, body, signal } = (options ?? {}) as {
    path?: Record<string, string>; query?: Record<string, string>; body?: unknown; signal?: AbortSignal;
  };
  const [method, pattern] = lines[name].split(' ') as [string, string];
  const isImage = body instanceof Blob;
  const timeout = AbortSignal.timeout(isImage ? 3 * REQUEST_TIMEOUT_MS : REQUEST_TIMEOUT_MS);
  let reply: Response;
  try {
    reply = await fetch(addressOf(pattern, path, query), {
      method,
      credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body === undefined
        ? {}
        : { body: isImage ? body : JSON.stringify(body), headers: { 'content-type': isImage ? body.type : 'application/json' } }),
    });
  } catch (cause) {
    throw new ApiError('unreachable', String(cause));
  }
  if (!reply.ok) throw await failureOf(reply);
  return (await reply.json()) as RouteResult<N>;
};

export const call = callerOf(LINES);

/** The code of anything thrown, for errorText(); what is not an ApiError is a bug of ours. */
export const codeOf = (thrown: unknown): ErrorCode | 'unreachable' => (thrown instanceof ApiError ? thrown.code : 'internal');
