// The way to PostgreSQL: a bounded pool, one door for all stores (`run`), and the knowledge whether the database is there.
// An outage is an expected failure: it is told at once (`database_unavailable`), nothing queues up behind it, and the way
// back needs no restart.

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { Sql, TransactionSql } from 'postgres';
import { AppError } from '../lib/app-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { isOutage, isOverload } from './failures.ts';
import * as schema from './schema.ts';

export type Connection = string | { host: string; port: number; user: string; password: string; database: string };
export type Db = PostgresJsDatabase<typeof schema>;

/** Statements of one transaction. They are prepared once for each connection, and those that are not waited for go out together. */
export type Statements = { execute<R>(query: SQL): Promise<readonly R[]> };

export type Database = {
  readonly db: Db;
  readonly sql: Sql;
  /** Every query of a store goes through here. Throws `database_unavailable` or `busy`; other errors stay as they are. */
  run<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** One transaction for what runs all the time: nothing is parsed or planned again. Throws as `run` does. */
  transact<T>(work: (statements: Statements) => Promise<T>): Promise<T>;
  isUp(): boolean;
  close(): Promise<void>;
};

export const CONNECTIONS_MAX = 10;
const RUNNING_MAX = 500; // works in hand and waiting for a connection
const CONNECT_TIMEOUT_S = 5;
const STATEMENT_TIMEOUT_MS = 5_000;
const LOCK_TIMEOUT_MS = 3_000;
const IDLE_CLOSE_S = 20;
/** No byte for longer than any statement may take and any connection may idle: the server or the network is gone. */
const SILENCE_MS_MAX = 30_000;
/** How long a caller waits, also for a server that neither answers nor hangs up. */
const ANSWER_MS_MAX = 6_000;
const RECONNECT_DELAY_S = 0.1;
const PROBE_UP_MS = 5_000;
const PROBE_DOWN_MS = 200;
const PROBE_ANSWER_MS_MAX = 3_000;
const RETRY_AFTER_MS = 1_000;
const CLOSE_PATIENCE_S = 2;

type Address = { readonly host: string[]; readonly port: number[]; readonly path?: string | false };

/** postgres.js would wait for minutes on a connection that died without a word; ours are cut when they stay silent. */
const openSocket = (): ((address: Address) => Socket) => {
  let tries = 0;
  return ({ host, port, path }) => {
    const at = tries++ % host.length;
    const [hostName = 'localhost', portNumber = 5432] = [host[at], port[at]];
    const socket = path ? connect(path) : connect(portNumber, hostName);
    socket.setTimeout(SILENCE_MS_MAX, () => socket.destroy(Object.assign(new Error('database silent'), { code: 'ETIMEDOUT' })));
    return Object.assign(socket, { host: hostName, port: portNumber }); // postgres.js reads these for TLS
  };
};

export const poolOptions = (log: Log) => ({
  max: CONNECTIONS_MAX,
  connect_timeout: CONNECT_TIMEOUT_S,
  idle_timeout: IDLE_CLOSE_S,
  fetch_types: false, // Drizzle knows the types; saves a round trip for each connection
  backoff: () => RECONNECT_DELAY_S,
  onnotice: ({ message }: { message?: string }) => log.debug({ notice: message }, 'postgres notice'),
  socket: openSocket(),
  connection: {
    application_name: 'qiao',
    synchronous_commit: 'on', // what we say is kept is kept, whatever the server's own setting is
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
  },
});

export const openPool = (connection: Connection, options: ReturnType<typeof poolOptions>): Sql =>
  typeof connection === 'string' ? postgres(connection, options) : postgres({ ...connection, ...options });

export const connectDatabase = (deps: { readonly connection: Connection; readonly clock: Clock; readonly log: Log }): Database => {
  const { clock, log } = deps;
  const sql = openPool(deps.connection, poolOptions(log));
  const db = drizzle(sql, { schema });
  let running = 0;
  let up = true;

  const within = <T>(work: Promise<T>, limitMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(limitMs, () => reject(Object.assign(new Error('no answer in time'), { code: 'CONNECT_TIMEOUT' })));
      work.then(resolve, reject).finally(cancel);
    });
  const setUp = (isUp: boolean, fields: Record<string, unknown>): void => {
    if (isUp === up) return;
    up = isUp;
    if (isUp) log.info('database is back');
    else log.error(fields, 'database unavailable');
  };
  const watch = watchDatabase({ clock, probe: () => within(sql`select 1`, PROBE_ANSWER_MS_MAX), isUp: () => up, setUp });

  const translate = (error: unknown): unknown => {
    if (isOverload(error)) return new AppError('busy', 'the database is overloaded', { cause: error, retryAfterMs: RETRY_AFTER_MS });
    if (!isOutage(error)) return error;
    watch.look();
    return new AppError('database_unavailable', 'no database', { cause: error, retryAfterMs: RETRY_AFTER_MS });
  };
  const dialect = new PgDialect();
  const statementsOn = (raw: TransactionSql): Statements => ({
    execute<R>(query: SQL) {
      const { sql: text, params } = dialect.sqlToQuery(query);
      return raw.unsafe(text, params as never[], { prepare: true }) as unknown as Promise<readonly R[]>;
    },
  });
  const run: Database['run'] = async (work) => {
    if (!up) throw new AppError('database_unavailable', 'no database', { retryAfterMs: RETRY_AFTER_MS });
    if (running >= RUNNING_MAX) throw new AppError('busy', 'too many queries', { retryAfterMs: RETRY_AFTER_MS });
    running += 1;
    // Counted until it really ends, and not only as long as somebody waits for it.
    const working = work(db).finally(() => (running -= 1));
    try {
      return await within(working, ANSWER_MS_MAX);
    } catch (error) {
      throw translate(error);
    }
  };
  return {
    db,
    sql,
    run,
    transact: <T>(work: (statements: Statements) => Promise<T>) => run(() => sql.begin((raw) => work(statementsOn(raw)))) as Promise<T>,
    isUp: () => up,
    async close() {
      watch.stop();
      await sql.end({ timeout: CLOSE_PATIENCE_S });
    },
  };
};

type WatchDeps = {
  readonly clock: Clock;
  readonly probe: () => Promise<unknown>;
  readonly isUp: () => boolean;
  readonly setUp: (isUp: boolean, fields: Record<string, unknown>) => void;
};

/** Looks whether the database is there: now and then while it is, often while it is not, and at once on suspicion. */
const watchDatabase = ({ clock, probe, isUp, setUp }: WatchDeps) => {
  let looking = false;
  let stopped = false;
  let next = clock.after(PROBE_UP_MS, () => void look());

  const look = async (): Promise<void> => {
    if (looking || stopped) return;
    looking = true;
    next();
    await probe().then(
      () => setUp(true, {}),
      (err: unknown) => setUp(false, { err }),
    );
    looking = false;
    if (!stopped) next = clock.after(isUp() ? PROBE_UP_MS : PROBE_DOWN_MS, () => void look());
  };
  return {
    look: () => void look(),
    stop(): void {
      stopped = true;
      next();
    },
  };
};
