// What operators see as plain tables, for files: the history, this moment, the models. Times are ISO 8601, shares 0 to 1; what nobody
// knows is empty. Pure.

import type { OperatorHistory, OperatorModels, OperatorNow, OperatorPoint } from '../../../shared/operator-routes.ts';
import type { Table } from '../../lib/table-file.ts';

const COLUMNS = [
  'broadcasts', 'stays', 'people', 'newAccounts', 'viewerMs', 'latencyP50Ms', 'latencyP95Ms', 'freezes',
  'coinsBought', 'coinsTakenBack', 'coinsGiven', 'coinsPaidOut', 'coinsKept',
] as const satisfies readonly (keyof OperatorPoint)[];

const iso = (ms: number): string => new Date(ms).toISOString();

/** One line for each hour or day. */
export const historyTable = ({ points }: OperatorHistory): Table => ({
  columns: ['time', ...COLUMNS],
  rows: points.map((point) => [iso(point.atMs), ...COLUMNS.map((name) => point[name])]),
});

type Arriving = Pick<OperatorNow, 'measured' | 'latencyP50Ms' | 'latencyP95Ms' | 'freezesPerMinute'>;
const ARRIVING = ['measured', 'latencyP50Ms', 'latencyP95Ms', 'freezesPerMinute'] as const satisfies readonly (keyof Arriving)[];
/** Without anybody who measured, no freezes say nothing. */
const arriving = ({ measured, latencyP50Ms, latencyP95Ms, freezesPerMinute }: Arriving) =>
  [measured, latencyP50Ms, latencyP95Ms, measured === 0 ? null : freezesPerMinute];

/** Of this moment. */
export const NOW_TABLES = {
  rooms: ({ rooms }) => ({
    columns: ['handle', 'displayName', 'title', 'visibility', 'state', 'trouble', 'startedAt', 'viewers', ...ARRIVING],
    rows: rooms.map((room) => [room.handle, room.displayName, room.title, room.visibility, room.state, room.trouble, iso(room.startedAtMs), room.viewers, ...arriving(room)]),
  }),
  quality: (now) => ({
    columns: ['time', 'live', 'viewers', 'connections', ...ARRIVING],
    rows: [[iso(now.atMs), now.live, now.viewers, now.connections, ...arriving(now)]],
  }),
  media: ({ memoryBytes, cpuShare, workers, media }) => ({
    columns: ['process', 'number', 'state', 'cpuShare', 'memoryBytes', 'restarts', 'routers', 'transports', 'producers', 'consumers', 'pipes'],
    rows: [
      // What there is of routers and the like is known of all workers together.
      ['server', null, 'runs', cpuShare, memoryBytes, null, media.routers, media.transports, media.producers, media.consumers, media.pipes],
      ...workers.map((worker, at) => ['worker', at + 1, worker.alive ? 'runs' : 'dead', worker.cpuShare, worker.memoryBytes, worker.restarts, null, null, null, null, null]),
    ],
  }),
  errors: ({ told, logged }) => ({
    columns: ['where', 'name', 'hour', 'day'],
    rows: [
      ...told.map(({ name, hour, day }) => ['told', name, hour, day]),
      ...logged.map(({ name, hour, day }) => ['logged', name, hour, day]),
    ],
  }),
} as const satisfies Record<string, (now: OperatorNow) => Table>;

export const MODEL_TABLES = {
  reliability: ({ behaviours }) => ({
    columns: ['behaviour', 'predicted', 'happened', 'count', 'learned', 'heldOut', 'judged', 'ece', 'brier', 'state'],
    rows: behaviours.flatMap(({ behaviour, learned, heldOut, judged, ece, brier, isCalibrated, plot }) =>
      plot.map(({ predicted, happened, count }) => [behaviour, predicted, happened, count, learned, heldOut, judged, ece, brier, isCalibrated ? 'calibrated' : 'learning'])),
  }),
  ranking: ({ ranking }) => ({
    columns: ['piece', 'weight', 'start'],
    rows: (ranking?.weights ?? []).map(({ piece, weight, start }) => [piece, weight, start]),
  }),
} as const satisfies Record<string, (models: OperatorModels) => Table>;
