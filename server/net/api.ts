// The JSON routes of shared/routes.ts as endpoints: login, content type, schema in and out, session cookie. The handlers
// are the features'.

import * as v from 'valibot';
import type { Schema } from '../../shared/messages/define.ts';
import { ROUTES } from '../../shared/routes.ts';
import type { Route, RouteBody, RouteName, RouteResult } from '../../shared/routes.ts';
import { describeIssues } from '../hub/frames.ts';
import type { SessionUser } from '../hub/handler.ts';
import { AppError } from '../lib/app-error.ts';
import { readSessionToken, writeSessionToken } from './cookies.ts';
import type { Endpoint, HttpRequest } from './endpoint.ts';
import { localeOf } from './locale.ts';
import type { Locale } from './locale.ts';
import { dataHeaders } from './security-headers.ts';

export type RouteRequest<N extends RouteName> = {
  readonly body: RouteBody<N>;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly user: SessionUser | null;
  readonly address: string;
  readonly userAgent: string;
  readonly isHttps: boolean;
  readonly locale: Locale;
  /** Gives the browser a session, or takes it away; sent only if the handler succeeds. */
  setSession(token: string | null, maxAgeS?: number): void;
};
export type RouteHandler<N extends RouteName> = (request: RouteRequest<N>) => Promise<RouteResult<N>> | RouteResult<N>;
export type RouteHandlers<N extends RouteName = RouteName> = { readonly [K in N]: RouteHandler<K> };

/** Who has this session token; null for nobody. */
export type Authenticate = (token: string) => Promise<SessionUser | null>;

export type ApiDeps = { readonly handlers: RouteHandlers; readonly authenticate: Authenticate };

const IMAGE_TYPES: readonly string[] = ['image/jpeg', 'image/png', 'image/webp'];
const USER_AGENT_CHARS_MAX = 300;

const readJson = (schema: Schema, body: Buffer): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw new AppError('bad_request', 'the body is not JSON');
  }
  // Valibot takes a list for an object without fields.
  if (Array.isArray(value)) throw new AppError('bad_request', 'the body is not an object');
  const read = v.safeParse(schema, value);
  if (!read.success) throw new AppError('bad_request', describeIssues(read.issues).join('; '));
  return read.output;
};

/** The body as the route wants it; the content type is checked because a foreign page's form can send other types. */
const bodyFor = (route: Route, request: HttpRequest): unknown => {
  if (route.body === null) return null;
  const type = request.header('content-type').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (route.body !== 'image') {
    if (type !== 'application/json') throw new AppError('unsupported_type', 'the body must be application/json');
    return readJson(route.body, request.body);
  }
  if (!IMAGE_TYPES.includes(type)) throw new AppError('unsupported_type', `the body must be one of ${IMAGE_TYPES.join(', ')}`);
  return new Uint8Array(request.body);
};

const endpointOf = (name: RouteName, deps: ApiDeps): Endpoint => {
  const route: Route = ROUTES[name];
  // The table ties name, body and result together; a union of names cannot say so to the compiler.
  const handler = deps.handlers[name] as (request: unknown) => unknown;
  const answer = async (request: HttpRequest) => {
    const { isHttps, address } = request.client;
    const token = readSessionToken(request.header('cookie'), isHttps);
    const user = token === null ? null : await deps.authenticate(token);
    if (route.access === 'user' && user === null) throw new AppError('not_logged_in');
    let setCookie: string | null = null;
    const given = await handler({
      body: bodyFor(route, request),
      path: request.pathParams,
      query: request.query,
      user,
      address,
      userAgent: request.header('user-agent').slice(0, USER_AGENT_CHARS_MAX),
      isHttps,
      locale: localeOf(request.header('accept-language')),
      setSession: (it: string | null, maxAgeS?: number) => (setCookie = writeSessionToken(it, isHttps, maxAgeS)),
    });
    const result = v.safeParse(route.result, given);
    if (!result.success) throw new Error(`result of ${name} does not fit the table: ${describeIssues(result.issues).join('; ')}`);
    const cookie = setCookie === null ? [] : [['set-cookie', setCookie] as const];
    return { status: 200, type: 'application/json', body: JSON.stringify(result.output), headers: [...dataHeaders, ['cache-control', 'no-store'] as const, ...cookie] };
  };
  return { method: route.method, path: route.path, name, rate: route.rate, bodyBytesMax: route.body === null ? 0 : route.bodyBytesMax, answer };
};

export const apiEndpoints = (deps: ApiDeps): readonly Endpoint[] =>
  (Object.keys(ROUTES) as RouteName[]).map((name) => endpointOf(name, deps));
