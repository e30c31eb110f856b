// From a request to its reply: known name, schema, permission, rate, handler, result schema. Holds the only try/catch of a
// request: an AppError is told to the client, anything else is our bug, logged with its stack and told as `internal`.

import * as v from 'valibot';
import type { ReplyFrame, RequestFrame } from '../../shared/envelope.ts';
import { REQUESTS } from '../../shared/messages.ts';
import type { RequestName } from '../../shared/messages.ts';
import type { Rate, RequestRow } from '../../shared/messages/define.ts';
import { can, refusalOf } from '../../shared/permissions.ts';
import { AppError } from '../lib/app-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Metrics } from '../lib/metrics.ts';
import { describeIssues } from './frames.ts';
import type { Caller, Handlers } from './handler.ts';

/** clock.sync is the plumbing's own: nobody else knows when a frame came in. */
export type FeatureHandlers = Handlers<Exclude<RequestName, 'clock.sync'>>;

export type DispatchDeps = {
  readonly handlers: FeatureHandlers;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
};

export type Incoming = {
  readonly frame: RequestFrame;
  readonly receivedMs: number;
  readonly caller: Caller;
  /** 0 when the caller may; else how many ms until it may. */
  readonly take: (name: RequestName, rate: Rate) => number;
};

/** Never rejects. */
export type Dispatch = (incoming: Incoming) => Promise<ReplyFrame>;

// A client names any string it likes: `__proto__` and `constructor` are no requests.
const isRequestName = (name: string): name is RequestName => Object.hasOwn(REQUESTS, name);

/** May it be begun, and the next one after it, before it is answered (rule E3)? */
export const overlaps = (name: string): boolean => isRequestName(name) && 'overlaps' in REQUESTS[name];

const DURATION_BUCKETS_S = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];

export const createDispatch = (deps: DispatchDeps): Dispatch => {
  const { clock, log } = deps;
  // The table ties name, params and result together; a union of names cannot say so to the compiler.
  const handlers = {
    ...deps.handlers,
    'clock.sync': (_params: unknown, _caller: Caller, receivedMs: number) => ({ serverReceivedMs: receivedMs, serverSentMs: clock.nowMs() }),
  } as Record<RequestName, (params: unknown, caller: Caller, receivedMs: number) => unknown>;
  const requests = deps.metrics.counter('qiao_requests_total', 'WebSocket requests by outcome: ok or an error code.', ['name', 'outcome']);
  const duration = deps.metrics.histogram('qiao_request_seconds', 'Time from a request read to its reply.', DURATION_BUCKETS_S, ['name']);

  /** Everything that can refuse a request before its handler runs. Gives the checked params. */
  const admit = (name: RequestName, { frame, caller, take }: Incoming): unknown => {
    const row: RequestRow = REQUESTS[name];
    const params = v.safeParse(row.params, frame.params);
    if (!params.success) throw new AppError('bad_request', describeIssues(params.issues).join('; '));
    const role = caller.seat?.role ?? null;
    if (!can(role, row.needs)) throw new AppError(refusalOf(role, row.needs));
    const waitMs = take(name, row.rate);
    if (waitMs > 0) throw new AppError('too_many_requests', 'slow down', { retryAfterMs: waitMs });
    return params.output;
  };

  const run = async (name: RequestName, incoming: Incoming): Promise<unknown> => {
    const params = admit(name, incoming);
    const result = v.safeParse(REQUESTS[name].result, await handlers[name](params, incoming.caller, incoming.receivedMs));
    if (!result.success) throw new Error(`result does not fit the table: ${describeIssues(result.issues).join('; ')}`);
    return result.output;
  };

  const explain = (error: unknown, name: string, caller: Caller): AppError => {
    if (error instanceof AppError) return error;
    log.error({ err: error, request: name, connection: caller.connectionId, room: caller.seat?.roomId }, 'request failed');
    return new AppError('internal', 'something went wrong on our side');
  };

  return async (incoming) => {
    const { frame, caller, receivedMs } = incoming;
    if (!isRequestName(frame.name)) {
      requests.inc({ name: 'unknown', outcome: 'bad_request' });
      return { id: frame.id, error: new AppError('bad_request', 'no such request').toWire() };
    }
    try {
      const result = await run(frame.name, incoming);
      requests.inc({ name: frame.name, outcome: 'ok' });
      return { id: frame.id, result };
    } catch (error) {
      const told = explain(error, frame.name, caller);
      requests.inc({ name: frame.name, outcome: told.code });
      return { id: frame.id, error: told.toWire() };
    } finally {
      duration.observe({ name: frame.name }, (clock.nowMs() - receivedMs) / 1000);
    }
  };
};
