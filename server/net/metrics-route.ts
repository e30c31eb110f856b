// GET /metrics: for whoever has the token; without a configured token, for this machine alone.

import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../lib/app-error.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { RawRequest, RawRoute } from './raw-route.ts';

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A proxy on this machine comes from loopback too, but says for whom it asks. */
const isThisMachine = (request: RawRequest): boolean =>
  (request.address.startsWith('127.') || request.address === '::1') &&
  ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'].every((name) => request.header(name) === '');

export const metricsRoute = (deps: { metrics: Metrics; token: string | null }): RawRoute => {
  const expected = deps.token === null ? null : hash(`Bearer ${deps.token}`);
  const mayRead = (request: RawRequest): boolean =>
    expected === null ? isThisMachine(request) : timingSafeEqual(hash(request.header('authorization')), expected);
  return {
    method: 'GET',
    path: '/metrics',
    async handle(request) {
      if (!mayRead(request)) throw new AppError('permission_denied');
      return { status: 200, type: deps.metrics.contentType, body: await deps.metrics.text() };
    },
  };
};
