// What an operator may know about the whole server: this moment, the time before, the money, the models. Reads, and changes nothing; asks
// its neighbours by functions that main.ts passes in. Everything here is for operators alone (rule O1).

import { OPERATOR_ROOMS_MAX } from '../../../shared/limits.ts';
import { RANGES } from '../../../shared/operator-routes.ts';
import type { ErrorCount, OperatorModels, OperatorNow, OperatorReconciled, OperatorRoom, OperatorWorker, Range } from '../../../shared/operator-routes.ts';
import type { ChannelId, RoomId } from '../../../shared/ids.ts';
import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { Rate } from '../../../shared/messages/define.ts';
import type { EventData } from '../../../shared/messages.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { fileIn, tableFile } from '../../lib/table-file.ts';
import { createHistory } from './history.ts';
import type { OperatorStore } from './store.ts';
import { historyTable, MODEL_TABLES, NOW_TABLES } from './tables.ts';
import { createUsage } from './usage.ts';

type WorkerUse = { readonly pid: number; readonly ru_utime: number; readonly ru_stime: number; readonly ru_maxrss: number };

export type OperatorDeps = {
  readonly clock: Clock;
  readonly version: string;
  readonly store: OperatorStore;
  readonly isOperator: (userName: string) => boolean;
  readonly isDatabaseUp: () => boolean;
  /** Most watched first. */
  readonly onAir: () => readonly { readonly roomId: RoomId; readonly broadcast: BroadcastView; readonly viewers: number }[];
  readonly channelById: (channelId: ChannelId) => Promise<{ readonly handle: string; readonly displayName: string } | null>;
  /** How the picture arrives there; null: everywhere. */
  readonly measuredIn: (roomId: RoomId | null) => EventData<'audience.measured'>;
  readonly connections: () => number;
  readonly media: {
    health(): readonly { readonly alive: boolean; readonly pid: number | null; readonly restarts: number }[];
    workerStats(): Promise<readonly WorkerUse[]>;
    counts(): OperatorNow['media'] & { readonly workers: number; readonly rooms: number };
  };
  /** Of this process. */
  readonly process: () => { readonly pid: number; readonly cpuMs: number; readonly memoryBytes: number };
  readonly told: () => Promise<readonly ErrorCount[]>;
  readonly logged: () => readonly ErrorCount[];
  readonly reconcile: () => Promise<{ readonly checks: readonly OperatorReconciled['checks'][number][]; readonly faults: readonly string[] }>;
  readonly behaviours: () => Pick<OperatorModels, 'savedAtMs' | 'behaviours'>;
  readonly ranking: () => OperatorModels['ranking'];
};

type Asker = { readonly user: SessionUser | null; readonly query: URLSearchParams };
type FileAsker = Asker & { readonly path: Readonly<Record<string, string>> };

const FILE_RATE: Rate = { burst: 10, perSecond: 0.2 };
const FAULTS_NAMED_MAX = 20;
const FAULT_CHARS_MAX = 500;
const isRange = (text: string | null): text is Range => (RANGES as readonly (string | null)[]).includes(text);

export const createOperator = (deps: OperatorDeps) => {
  const { clock } = deps;
  const upSinceMs = clock.nowMs();
  const history = createHistory(deps);
  const usage = createUsage(clock);
  let last: OperatorReconciled | null = null;
  let running: Promise<OperatorReconciled> | null = null;

  const admit = ({ user }: { readonly user: SessionUser | null }): void => {
    if (!user) throw new AppError('not_logged_in');
    if (!deps.isOperator(user.name)) throw new AppError('permission_denied');
  };

  const roomOf = async ({ roomId, broadcast, viewers }: ReturnType<OperatorDeps['onAir']>[number]): Promise<OperatorRoom | null> => {
    const channel = await deps.channelById(roomId);
    if (!channel) return null;
    const { broadcastId, title, visibility, state, trouble, startedAtMs } = broadcast;
    const { handle, displayName } = channel;
    return { broadcastId, handle, displayName, title: visibility === 'private' ? null : title, visibility, state, trouble, startedAtMs, viewers, ...deps.measuredIn(roomId) };
  };

  const now = async (): Promise<OperatorNow> => {
    const onAir = deps.onAir();
    const [rooms, told, stats] = await Promise.all([
      Promise.all(onAir.slice(0, OPERATOR_ROOMS_MAX).map(roomOf)), deps.told(), deps.media.workerStats(),
    ]);
    const own = deps.process();
    const shares = usage.look(new Map([[own.pid, own.cpuMs], ...stats.map(({ pid, ru_utime, ru_stime }): [number, number] => [pid, ru_utime + ru_stime])]));
    const memory = new Map(stats.map(({ pid, ru_maxrss }) => [pid, ru_maxrss * 1_024]));
    const { routers, transports, producers, consumers, pipes } = deps.media.counts();
    return {
      atMs: clock.nowMs(), version: deps.version, upSinceMs, isDatabaseUp: deps.isDatabaseUp(),
      memoryBytes: own.memoryBytes, cpuShare: shares.get(own.pid) ?? null,
      live: onAir.length, viewers: onAir.reduce((sum, { viewers }) => sum + viewers, 0), connections: deps.connections(),
      ...deps.measuredIn(null),
      rooms: rooms.flatMap((room) => room ?? []),
      workers: deps.media.health().map(({ alive, pid, restarts }): OperatorWorker => ({
        alive, pid, restarts, cpuShare: pid === null ? null : (shares.get(pid) ?? null), memoryBytes: pid === null ? null : (memory.get(pid) ?? null),
      })),
      media: { routers, transports, producers, consumers, pipes },
      told: [...told], logged: [...deps.logged()],
    };
  };

  const reconcileNow = async (): Promise<OperatorReconciled> => {
    const { checks, faults } = await deps.reconcile();
    last = { atMs: clock.nowMs(), checks: [...checks], faults: faults.slice(0, FAULTS_NAMED_MAX).map((words) => words.slice(0, FAULT_CHARS_MAX)) };
    return last;
  };

  const models = (): OperatorModels => ({ ...deps.behaviours(), ranking: deps.ranking() });

  const rangeIn = ({ query }: Asker): Range => {
    const asked = query.get('range');
    if (!isRange(asked)) throw new AppError('bad_request', `range is one of ${RANGES.join(', ')}`);
    return asked;
  };

  return {
    routes: {
      async 'operator.now'(request: Asker) {
        admit(request);
        return now();
      },
      async 'operator.history'(request: Asker) {
        admit(request);
        return history.of(rangeIn(request));
      },
      async 'operator.reconciled'(request: Asker) {
        admit(request);
        return { last };
      },
      async 'operator.reconcile'(request: Asker) {
        admit(request);
        // Who presses while it runs waits for the same answer.
        running ??= reconcileNow().finally(() => (running = null));
        return running;
      },
      async 'operator.models'(request: Asker) {
        admit(request);
        return models();
      },
    },
    rawRoutes: [
      {
        method: 'GET', path: '/api/operator/history.csv', isPersonal: true, rate: FILE_RATE,
        async handle(request: Asker) {
          admit(request);
          const range = rangeIn(request);
          return tableFile(historyTable(await history.of(range)), 'csv', range);
        },
      },
      {
        method: 'GET', path: '/api/operator/history.json', isPersonal: true, rate: FILE_RATE,
        async handle(request: Asker) {
          admit(request);
          const range = rangeIn(request);
          return { status: 200, type: 'application/json', body: JSON.stringify(await history.of(range)), downloadName: `qiao-${range}.json` };
        },
      },
      {
        method: 'GET', path: '/api/operator/files/:file', isPersonal: true, rate: FILE_RATE,
        async handle(request: FileAsker) {
          admit(request);
          const { name, format } = fileIn({ ...NOW_TABLES, ...MODEL_TABLES }, request.path['file']);
          const table = name in MODEL_TABLES ? MODEL_TABLES[name as keyof typeof MODEL_TABLES](models()) : NOW_TABLES[name as keyof typeof NOW_TABLES](await now());
          return tableFile(table, format, name);
        },
      },
    ] as const,
  };
};

export type Operator = ReturnType<typeof createOperator>;
