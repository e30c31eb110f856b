// All connections of this process. Opens one for every socket that net/ accepts, and closes them by session or all
// together. Knows no rooms: who left what is told to `connectionClosed`.

import { randomUUID } from 'node:crypto';
import type { ConnectionId, SessionId } from '../../shared/ids.ts';
import { REQUEST_TIMEOUT_MS } from '../../shared/limits.ts';
import type { Clock } from '../lib/clock.ts';
import { createDeadlines } from '../lib/deadlines.ts';
import type { Log } from '../lib/log.ts';
import type { Metrics } from '../lib/metrics.ts';
import { createRateLimiter } from '../lib/rate-limiter.ts';
import { Connection } from './connection.ts';
import type { Link, Visitor } from './connection.ts';
import { createDispatch } from './dispatch.ts';
import type { FeatureHandlers } from './dispatch.ts';
import type { Caller } from './handler.ts';

export type HubDeps = {
  readonly handlers: FeatureHandlers;
  /** Called once for each connection, after its last request. `isGoodbye`: it will not come back (rule J4). */
  readonly connectionClosed: (caller: Caller, isGoodbye: boolean) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
};

export type Hub = {
  open(link: Link, visitor: Visitor): Connection;
  /** The session ended elsewhere (logout, another password): its sockets go too. */
  closeSession(sessionId: SessionId): void;
  /** Says that the server goes down, lets running requests end, at most `graceMs`, and closes all connections. */
  drain(limits: { withinMs: number; graceMs: number }): Promise<void>;
  connections(): number;
};

/** Users times requests, and addresses; the longest unused is forgotten. A key takes about 100 bytes. */
const RATE_KEYS_MAX = 200_000;

export const createHub = (deps: HubDeps): Hub => {
  const { clock, log } = deps;
  const connections = new Set<Connection>();
  const dispatch = createDispatch(deps);
  const limiter = createRateLimiter({ clock, keysMax: RATE_KEYS_MAX });
  const deadlines = createDeadlines({ clock, afterMs: REQUEST_TIMEOUT_MS });
  deps.metrics.gauge('qiao_connections', 'Open WebSockets.', [], () => connections.size);

  const closed = (connection: Connection, isGoodbye: boolean): void => {
    connections.delete(connection);
    deps.connectionClosed(connection, isGoodbye);
  };

  return {
    open(link, visitor) {
      const connection = new Connection(randomUUID() as ConnectionId, link, visitor, { dispatch, limiter, deadlines, clock, log, closed });
      connections.add(connection);
      return connection;
    },
    closeSession(sessionId) {
      for (const connection of connections) if (connection.user?.sessionId === sessionId) connection.close('logged_out');
    },
    async drain({ withinMs, graceMs }) {
      for (const connection of connections) connection.notify('server.draining', { withinMs });
      let stopWaiting = (): void => {};
      const graceOver = new Promise<void>((resolve) => (stopWaiting = clock.after(graceMs, resolve)));
      await Promise.race([Promise.all([...connections].map((connection) => connection.drain())), graceOver]);
      stopWaiting();
      for (const connection of connections) connection.close('draining');
      deadlines.close();
    },
    connections: () => connections.size,
  };
};
