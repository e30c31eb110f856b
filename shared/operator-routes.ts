// The HTTP table's rows about the whole server: what goes on now, what went on, whether the money is right, and what the models know.
// For operators alone. Rules O1-O5 in README.md.

import * as v from 'valibot';
import { ERROR_NAMES_MAX, OPERATOR_POINTS_MAX, OPERATOR_ROOMS_MAX } from './limits.ts';
import { TROUBLES, VISIBILITIES } from './messages/broadcasts.ts';
import { often, route, seldom } from './route.ts';
import type { Route } from './route.ts';
import { broadcastId, displayName, handle, integer, list, number, text, timeMs } from './schema.ts';

const count = integer(0, 1e12);
const latency = v.nullable(number(0, 60_000));
/** How the picture arrives, as viewers measured it in the last half minute. */
const arriving = { measured: count, latencyP50Ms: latency, latencyP95Ms: latency, freezesPerMinute: number(0, 1_000) };

const operatorRoom = v.strictObject({
  broadcastId, handle, displayName,
  /** Null: private, and none of an operator's business. */
  title: v.nullable(text(1, 200)),
  visibility: v.picklist(VISIBILITIES),
  state: v.picklist(['live', 'interrupted']),
  trouble: v.picklist(TROUBLES),
  startedAtMs: timeMs,
  viewers: count,
  ...arriving,
});
export type OperatorRoom = v.InferOutput<typeof operatorRoom>;

const operatorWorker = v.strictObject({
  alive: v.boolean(),
  pid: v.nullable(count),
  /** Of one core, since the last look; null: not known yet. */
  cpuShare: v.nullable(number(0, 64)),
  memoryBytes: v.nullable(count),
  restarts: count,
});
export type OperatorWorker = v.InferOutput<typeof operatorWorker>;

const errorCount = v.strictObject({ name: text(1, 200), hour: count, day: count });
export type ErrorCount = v.InferOutput<typeof errorCount>;

const operatorNow = v.strictObject({
  atMs: timeMs,
  version: text(1, 40),
  upSinceMs: timeMs,
  isDatabaseUp: v.boolean(),
  /** Of this process: resident memory, and the processor time it took since the last look, in cores. */
  memoryBytes: count,
  cpuShare: v.nullable(number(0, 64)),
  live: count,
  viewers: count,
  connections: count,
  ...arriving,
  /** Most watched first; at most so many. */
  rooms: list(operatorRoom, OPERATOR_ROOMS_MAX),
  workers: list(operatorWorker, 256),
  media: v.strictObject({ routers: count, transports: count, producers: count, consumers: count, pipes: count }),
  /** What callers were told (an error code, or `HTTP` and a status), and what the log warned of. */
  told: list(errorCount, ERROR_NAMES_MAX),
  logged: list(errorCount, ERROR_NAMES_MAX),
});
export type OperatorNow = v.InferOutput<typeof operatorNow>;

export const RANGES = ['24h', '7d', '30d'] as const;
export type Range = (typeof RANGES)[number];

/** One hour or one day in UTC. */
const operatorPoint = v.strictObject({
  atMs: timeMs,
  /** Broadcasts that began, stays that began in them, and how many different people with a history that were. */
  broadcasts: count,
  stays: count,
  people: count,
  newAccounts: count,
  /** Viewers times milliseconds. */
  viewerMs: count,
  /** Means of the minutes' figures, weighed by the viewers' reports; null: there were none. */
  latencyP50Ms: latency,
  latencyP95Ms: latency,
  freezes: count,
  coinsBought: count,
  /** Refunds and charge-backs. */
  coinsTakenBack: count,
  /** Gifts, super chats and red packets. */
  coinsGiven: count,
  /** Asked for by creators, without what was rejected. May be below zero in a span in which more was rejected than asked for. */
  coinsPaidOut: integer(-1e12, 1e12),
  /** The platform's share. */
  coinsKept: count,
});
export type OperatorPoint = v.InferOutput<typeof operatorPoint>;

const history = v.strictObject({ range: v.picklist(RANGES), step: v.picklist(['hour', 'day']), points: list(operatorPoint, OPERATOR_POINTS_MAX) });
export type OperatorHistory = v.InferOutput<typeof history>;

/** What the reconciliation asks. */
export const CHECK_NAMES = [
  'sum_zero', 'balances', 'not_below_zero', 'lines', 'gifts', 'super_chats', 'red_packets', 'escrow', 'payouts', 'top_ups', 'fans',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

const reconciled = v.strictObject({
  atMs: timeMs,
  checks: list(v.strictObject({ name: v.picklist(CHECK_NAMES), faults: count }), 50),
  /** The first of them, in words for whoever keeps the database. */
  faults: list(text(1, 500), 20),
});
export type OperatorReconciled = v.InferOutput<typeof reconciled>;

const judgedModel = v.strictObject({
  behaviour: v.picklist(['stays', 'returns', 'gifts', 'follows']),
  learned: count, heldOut: count, judged: count,
  /** Expected calibration error and mean squared error, 0 to 1, of what was said of those held out. */
  ece: number(0, 1), brier: number(0, 1),
  isCalibrated: v.boolean(),
  plot: list(v.strictObject({ predicted: number(0, 1), happened: number(0, 1), count }), 20),
});
export type JudgedModel = v.InferOutput<typeof judgedModel>;

const models = v.strictObject({
  savedAtMs: v.nullable(timeMs),
  behaviours: list(judgedModel, 10),
  /** What the order of the home page gives for each piece of evidence, as learned so far; null: it ranks nothing yet. */
  ranking: v.nullable(v.strictObject({
    people: count, channels: count, live: count,
    weights: list(v.strictObject({ piece: text(1, 40), weight: number(-1e6, 1e6), start: number(-1e6, 1e6) }), 60),
  })),
});
export type OperatorModels = v.InferOutput<typeof models>;

export const OPERATOR_ROUTES = {
  'operator.now': route({
    method: 'GET', path: '/api/operator/now', access: 'user', body: null, result: operatorNow, rate: often,
    about: 'Rooms, media, errors and quality at this moment. For operators.',
  }),
  'operator.history': route({
    method: 'GET', path: '/api/operator/history', access: 'user', body: null, result: history, rate: often,
    about: 'The same over time, with people and money: `?range=24h`, `7d` or `30d`. For operators.',
  }),
  'operator.reconciled': route({
    method: 'GET', path: '/api/operator/reconcile', access: 'user', body: null,
    result: v.strictObject({ last: v.nullable(reconciled) }), rate: often, about: 'The last check of the money since the server began, if there was one. For operators.',
  }),
  'operator.reconcile': route({
    method: 'POST', path: '/api/operator/reconcile', access: 'user', body: v.strictObject({}), result: reconciled, rate: seldom,
    about: 'Checks all of the money now, from the tables alone. For operators.',
  }),
  'operator.models': route({
    method: 'GET', path: '/api/operator/models', access: 'user', body: null, result: models, rate: often,
    about: 'What the models have learned, and how right they are. For operators.',
  }),
} as const satisfies Record<string, Route>;
