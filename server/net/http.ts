// THE wrapper around every HTTP request: uWS ends the whole process when a handler throws or returns without onAborted, so
// every route of the server goes through `serve` and there is no other way in. Reads the head, finds the endpoint, refuses
// what may not be, reads the body, and lets the endpoint answer within its deadline.

import { randomUUID } from 'node:crypto';
import type { HttpRequest as UwsRequest, HttpResponse } from 'uWebSockets.js';
import { AppError } from '../lib/app-error.ts';
import type { RateLimiter } from '../lib/rate-limiter.ts';
import { readBody } from './body.ts';
import type { BodyBudget } from './body.ts';
import { addressBucket } from './client-address.ts';
import type { Client, Peer } from './client-address.ts';
import type { Answer, Endpoint, HttpRequest } from './endpoint.ts';
import { errorAnswer } from './exchange.ts';
import type { Exchange, Exchanges } from './exchange.ts';
import type { Origins } from './origins.ts';
import { createRouter } from './router.ts';

export type HttpDeps = {
  readonly endpoints: readonly Endpoint[];
  /** Answers every address that no endpoint has: the pages and their files. */
  readonly fallback: Endpoint;
  readonly exchanges: Exchanges;
  readonly clientOf: (peer: Peer) => Client;
  readonly origins: Origins;
  readonly limiter: RateLimiter;
  readonly isTls: boolean;
};

const HANDLER_TIMEOUT_MS = 10_000; // uWS never cuts a request whose handler is silent
const BODY_TIMEOUT_MS = 30_000; // a cover of IMAGE_BYTES_MAX over a phone's uplink of 150 kbit/s
const BODIES_BYTES_MAX = 64 * 1024 * 1024; // of all requests together

const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD';

type Head = Omit<HttpRequest, 'body' | 'pathParams'>;
type Routed = { readonly endpoint: Endpoint; readonly pathParams: Readonly<Record<string, string>> };

/** uWS's request lives only as long as its callback, so all that is needed later is taken out at once. */
export const readHead = (res: HttpResponse, req: UwsRequest, isTls: boolean, clientOf: (peer: Peer) => Client): Head => {
  const headers = new Map<string, string>();
  req.forEach((name, value) => {
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`);
  });
  const header = (name: string): string => headers.get(name) ?? '';
  const address = Buffer.from(res.getRemoteAddressAsText()).toString();
  return {
    id: randomUUID(),
    method: req.getCaseSensitiveMethod(),
    path: req.getUrl(),
    query: new URLSearchParams(req.getQuery()),
    client: clientOf({ address, isTls, header }),
    header,
  };
};

export const createHttp = (deps: HttpDeps): ((res: HttpResponse, req: UwsRequest) => void) => {
  const find = createRouter(deps.endpoints);
  const budget: BodyBudget = { bytesLeft: BODIES_BYTES_MAX };

  const refuseForeign = (head: Head): void => {
    const origin = head.header('origin');
    const { host } = head.client;
    if (isSafe(head.method) || deps.origins.mayChange({ origin, secFetchSite: head.header('sec-fetch-site'), host })) return;
    deps.origins.refused(origin, host);
    throw new AppError('origin_refused', 'this request must come from a page of this server');
  };

  /** Everything that can be decided by the head alone. */
  const route = (head: Head, exchange: Exchange): Routed | Answer => {
    const found = find(head.method, head.path);
    if (found.is === 'other_methods') {
      const allow = [['allow', found.allow.join(', ')]] as const;
      return head.method === 'OPTIONS' ? { status: 204, type: null, body: '', headers: allow } : errorAnswer(new AppError('method_not_allowed'), allow);
    }
    if (found.is === 'nothing' && !isSafe(head.method)) throw new AppError('not_found');
    const { endpoint, pathParams } = found.is === 'endpoint' ? found : { endpoint: deps.fallback, pathParams: {} };
    exchange.named(endpoint.name);
    if (!endpoint.isFromServers) refuseForeign(head);
    const waitMs = endpoint.rate ? deps.limiter.take(`${endpoint.name} ${addressBucket(head.client.address)}`, endpoint.rate) : 0;
    if (waitMs > 0) throw new AppError('too_many_requests', 'slow down', { retryAfterMs: waitMs });
    return { endpoint, pathParams };
  };

  const work = async (exchange: Exchange, endpoint: Endpoint, request: HttpRequest): Promise<void> => {
    exchange.deadline(HANDLER_TIMEOUT_MS);
    try {
      exchange.answer(await endpoint.answer(request));
    } catch (error) {
      exchange.fail(error);
    }
  };

  return (res, req) => {
    const exchange = deps.exchanges.open(res);
    try {
      const head = readHead(res, req, deps.isTls, deps.clientOf);
      exchange.asked(head);
      const routed = route(head, exchange);
      if ('status' in routed) return exchange.answer(routed);
      const { endpoint, pathParams } = routed;
      const start = (body: Buffer): void => void work(exchange, endpoint, { ...head, pathParams, body });
      if (endpoint.bodyBytesMax === 0) return start(Buffer.alloc(0));
      exchange.deadline(BODY_TIMEOUT_MS);
      const limits = { length: head.header('content-length'), bytesMax: endpoint.bodyBytesMax, budget };
      exchange.whenOver(readBody(res, limits, start, exchange.fail));
    } catch (error) {
      exchange.fail(error);
    }
  };
};
