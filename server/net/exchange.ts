// One HTTP request and its one answer: the first answer counts, later ones and those to a client that went away do nothing.
// Knows the deadline, counts what is in flight, and turns errors into answers.

import type { HttpResponse } from 'uWebSockets.js';
import { ERRORS } from '../../shared/errors.ts';
import { AppError } from '../lib/app-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { Client } from './client-address.ts';
import type { Answer } from './endpoint.ts';
import { writeAnswer } from './response.ts';
import { commonHeaders, dataHeaders } from './security-headers.ts';

export type ExchangeDeps = { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics };

/** What is known of the request once its head was read. */
export type Asked = { readonly id: string; readonly method: string; readonly client: Client };

export type Exchange = {
  asked(head: Asked): void;
  /** The endpoint, for metrics and the log. */
  named(name: string): void;
  answer(answer: Answer): void;
  fail(error: unknown): void;
  /** Instead of an answer: the response becomes something else (a WebSocket). Within uWS's own handler only, which has corked it. */
  handOver(take: () => void): void;
  /** Answers `busy` if nothing else has by then; replaces the deadline before. */
  deadline(delayMs: number): void;
  /** Called once, however the exchange ends. */
  whenOver(fn: () => void): void;
};

export type Exchanges = {
  open(res: HttpResponse): Exchange;
  inFlight(): number;
  /** From now on every answer ends its connection; resolves when nothing is in flight. */
  drain(): Promise<void>;
};

export const errorAnswer = (error: AppError, headers: Answer['headers'] = []): Answer => ({
  status: ERRORS[error.code].http,
  type: 'application/json',
  body: JSON.stringify({ error: error.toWire() }),
  headers: [
    ...dataHeaders,
    ['cache-control', 'no-store'],
    ...(error.retryAfterMs === undefined ? [] : [['retry-after', String(Math.ceil(error.retryAfterMs / 1000))] as const]),
    ...headers,
  ],
});

const DURATION_BUCKETS_S = [0.005, 0.02, 0.1, 0.5, 2, 10, 30];

export const createExchanges = (deps: ExchangeDeps): Exchanges => {
  const { clock, log } = deps;
  const total = deps.metrics.counter('qiao_http_requests_total', 'HTTP requests by endpoint and status.', ['name', 'status']);
  const seconds = deps.metrics.histogram('qiao_http_request_seconds', 'Time from head read to answer.', DURATION_BUCKETS_S, ['name']);
  let inFlight = 0;
  let drained: (() => void) | null = null;

  const explain = (error: unknown, requestId: string | undefined, name: string): Answer => {
    if (error instanceof AppError) return errorAnswer(error);
    log.error({ err: error, requestId, name }, 'http request failed');
    return errorAnswer(new AppError('internal', 'something went wrong on our side'));
  };

  const open = (res: HttpResponse): Exchange => {
    const startedMs = clock.nowMs();
    const overs: (() => void)[] = [];
    let head: Asked | null = null;
    let name = 'unrouted';
    let isOpen = true;
    let stopDeadline = (): void => {};
    inFlight += 1;

    const end = (status: string): void => {
      isOpen = false;
      stopDeadline();
      inFlight -= 1;
      total.inc({ name, status });
      seconds.observe({ name }, (clock.nowMs() - startedMs) / 1000);
      for (const over of overs) over();
      if (inFlight === 0) drained?.();
    };
    // uWS ends the process if a handler returns with neither an answer nor this.
    res.onAborted(() => {
      if (isOpen) end('aborted');
    });

    const exchange: Exchange = {
      asked: (it) => void (head = it),
      named: (it) => void (name = it),
      answer(answer) {
        if (!isOpen) return;
        end(String(answer.status));
        try {
          writeAnswer(res, answer, {
            headers: head ? [['x-request-id', head.id], ...commonHeaders(head.client)] : [],
            withoutBody: head?.method === 'HEAD',
            closeConnection: drained !== null || answer.status === 413,
          });
        } catch (error) {
          // Not to be expected; but thrown into uWS it would end the process.
          log.error({ err: error, requestId: head?.id, name }, 'answer could not be written');
          res.close();
        }
      },
      handOver(take) {
        if (!isOpen) return;
        end('101');
        take();
      },
      fail: (error) => exchange.answer(explain(error, head?.id, name)),
      deadline(delayMs) {
        stopDeadline();
        if (isOpen) stopDeadline = clock.after(delayMs, () => exchange.fail(new AppError('busy', 'took too long')));
      },
      whenOver: (fn) => void overs.push(fn),
    };
    return exchange;
  };

  return {
    open,
    inFlight: () => inFlight,
    drain: () => new Promise((resolve) => {
      drained = resolve;
      if (inFlight === 0) resolve();
    }),
  };
};
