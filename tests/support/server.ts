// The product as it is started for people: `node server/main.ts`, a child process with its own data folder, database, media
// workers and free ports. Everything a test learns of it comes over its sockets, its output or /proc.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgress } from '../../server/native/progress.mjs';
import { ensureWorker } from '../../server/native/worker.ts';
import type { Namespace } from './namespace.ts';
import { descendantsOf, isAlive } from './processes.ts';
import { until, within } from './wait.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** On a machine that does something else too; alone it takes two seconds. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const READY = /Qiao is ready at (\S+)/;

export type ServerOptions = {
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that outlives the server, for restarts; else one of its own, removed with it. */
  readonly dataDir?: string;
  /** As `npm start` does it, which `replace` needs; else the server alone, which is quicker. */
  readonly isLaunched?: true;
  /** Runs inside; `url` then leads in through the namespace's bridge, `insideUrl` is for browsers inside. */
  readonly namespace?: Namespace;
};

export type TestServer = {
  readonly url: string;
  readonly insideUrl: string;
  readonly pid: number;
  readonly dataDir: string;
  output(): string;
  workerPids(): number[];
  postmasterPid(): number;
  healthz(): Promise<Response>;
  /** The unlabelled and labelled samples of /metrics, as `name{labels}` -> value. */
  metrics(): Promise<ReadonlyMap<string, number>>;
  isAlive(): boolean;
  /** SIGTERM, as a service manager would; resolves with the exit code when the last child is gone too. */
  stop(): Promise<number | null>;
  /** As `npm run restart` does it: resolves when the next one has the place. */
  replace(): Promise<void>;
  /** SIGKILL to the process alone. */
  kill(): Promise<void>;
};

const baseEnv = {
  PORT: '0',
  MEDIA_PORT: '0',
  MEDIA_WORKERS: '1',
  LOG_LEVEL: 'warn',
  // Clients of the tests each say an address of their own, so that limits by address count them apart.
  TRUST_PROXY: '127.0.0.0/8',
};

/** What the set-up found or built; at once, because `npm test` has done it before. */
const workerBin = ensureWorker(createProgress(process.stderr), process.env);

export const startServer = async (options: ServerOptions = {}): Promise<TestServer> => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'qiao-server-'));
  const { namespace } = options;
  const [command = '', ...args] = [...(namespace?.prefix ?? []), process.execPath, options.isLaunched ? 'server/native/start.mjs' : 'server/main.ts'];
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...baseEnv,
      NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node'), // as `npm start` does
      MEDIASOUP_WORKER_BIN: await workerBin,
      MEDIA_ANNOUNCED_ADDRESS: namespace?.address ?? '127.0.0.1',
      // The same as announced: a socket on all addresses answers from another one than was asked, and ICE refuses that.
      MEDIA_LISTEN_ADDRESS: namespace?.address ?? '127.0.0.1',
      DATA_DIR: dataDir,
      ...options.env,
    },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the server did not start');
  // A run that breaks off must not leave a server behind; SIGTERM makes it take its own children along.
  const follow = (): void => void child.kill('SIGTERM');
  process.once('exit', follow);
  child.once('exit', () => process.off('exit', follow));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const printing = until('the server to print its address', () => addressIn(output), START_TIMEOUT_MS);
  const refusing = exited.then((code): never => {
    throw new Error(`the server ended with ${code}`);
  });
  for (const one of [printing, refusing]) one.catch(() => {}); // One of them comes too late for the race.
  const printed = await Promise.race([printing, refusing]).catch((error: Error) => {
    for (const one of [...descendantsOf(pid).map((it) => it.pid), pid]) endHard(one);
    throw new Error(`${error.message}\n${output.slice(-2_000)}`);
  });
  // With PUBLIC_URL that is printed, and PORT must have been given.
  const port = Number(options.env?.['PUBLIC_URL'] ? options.env['PORT'] : printed.port);
  const scheme = options.env?.['TLS_CERT'] ? 'https' : 'http';
  const insideUrl = `${scheme}://localhost:${port}`;
  const url = namespace ? `${scheme}://localhost:${await namespace.reach(port)}` : insideUrl;

  const server: TestServer = {
    url, insideUrl, pid, dataDir,
    output: () => output,
    workerPids: () => descendantsOf(pid).filter((one) => one.name.startsWith('mediasoup-work')).map((one) => one.pid),
    postmasterPid: () => postmasterPid(dataDir),
    healthz: () => fetch(`${url}/healthz`),
    metrics: async () => samplesIn(await (await fetch(`${url}/metrics`)).text()),
    isAlive: () => isAlive(pid),
    async stop() {
      const family = descendantsOf(pid);
      child.kill('SIGTERM');
      const code = await within(STOP_TIMEOUT_MS, 'the server to end after SIGTERM', exited).catch((error: Error) => {
        child.kill('SIGKILL');
        throw new Error(`${error.message}\n${output.slice(-2_000)}`);
      });
      await until('every child of the server to end', () => family.every((one) => !isAlive(one.pid)));
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
    async replace() {
      const before = timesReady(output);
      child.kill('SIGUSR2');
      await until('the next server to be ready', () => timesReady(output) > before, START_TIMEOUT_MS);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
  return server;
};

const endHard = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};

const timesReady = (output: string): number => output.split('Qiao is ready at').length - 1;

const addressIn = (output: string): URL | null => {
  const address = READY.exec(output)?.[1];
  return address === undefined ? null : new URL(address);
};

/** A port that nobody listens on at this moment, for what must be known before the server starts. */
export const freePort = async (): Promise<number> => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
};

/** PostgreSQL writes its process id into the first line of postmaster.pid. */
const postmasterPid = (dataDir: string): number => {
  const path = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('postmaster.pid'));
  if (!path) throw new Error(`no postmaster.pid under ${dataDir}`);
  return Number(readFileSync(join(dataDir, path), 'utf8').split('\n')[0]);
};

const samplesIn = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const at = line.lastIndexOf(' ');
      return line.startsWith('#') || at < 0 ? [] : [[line.slice(0, at), Number(line.slice(at + 1))] as const];
    }),
  );
