// A network that lets through the web server and a TURN server, and nothing else: browsers are in one network namespace, server and
// coturn in another, and of the cable between them only one address is known on the browsers' side; media listen at another one.
// Needs root and coturn, which it does not install.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { createCloser } from '../../server/lib/closer.ts';
import { createNamespace, joinNamespaces } from '../support/namespace.ts';
import type { Namespace } from '../support/namespace.ts';
import { until } from '../support/wait.ts';
import type { OpenNetwork, PageRoad } from './roads.ts';

const COTURN = '/usr/bin/turnserver';
const TURN_PORT = 3478;
/** Of the cable. */
const [NEAR, FAR] = ['10.97.0.2', '10.97.0.1'];
const BROWSERS = '10.98.0.1';
const START_TIMEOUT_MS = 20_000;

/** What is missing here to play it, in words for whoever reads the terminal; null: nothing. */
export const missingForTurn = (): string | null => {
  if (!existsSync(COTURN)) return 'coturn is missing: apt-get install coturn';
  return process.getuid?.() === 0 ? null : 'network namespaces need root';
};

const startCoturn = async ({ prefix, address }: Namespace, secret: string): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-turn-'));
  const config = join(folder, 'turnserver.conf');
  // In a file, since everybody can read what a command was called with.
  const lines = [
    'use-auth-secret', `static-auth-secret=${secret}`, 'realm=qiao', `listening-ip=${FAR}`, `listening-port=${TURN_PORT}`, `relay-ip=${address}`,
    'no-tls', 'no-dtls', 'no-cli', 'no-multicast-peers', 'simple-log', 'log-file=stdout', `pidfile=${join(folder, 'pid')}`, `userdb=${join(folder, 'turndb')}`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const [command = '', ...args] = [...prefix, COTURN, '-c', config];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const follow = (): void => void child.kill('SIGKILL');
  process.once('exit', follow);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-20_000)));
  const close = async (): Promise<void> => {
    process.off('exit', follow);
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until('coturn to listen', () => {
      if (child.exitCode !== null) throw new Error('coturn has ended');
      return said.includes('DB connection success'); // the last that it says by itself
    }, START_TIMEOUT_MS);
  } catch (error) {
    await close();
    throw new Error(`coturn did not start: ${said.slice(-1_000)}`, { cause: error });
  }
  return close;
};

declare global {
  interface Window {
    qiaoConnections?: RTCPeerConnection[];
  }
}

/** Runs in the page before its own scripts: keeps its connections, to ask them which way they go. */
const keepConnections = (): void => {
  const made: RTCPeerConnection[] = (window.qiaoConnections = []);
  window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(target, [configuration]: [RTCConfiguration?]) {
      const connection = new target(configuration);
      made.push(connection);
      return connection;
    },
  });
};

/** Of the pairs in use: by what kind of local address, and how much came in. */
const lookAt = (page: Page) =>
  page.evaluate(async () => {
    const found: { way: string; bytes: number }[] = [];
    for (const connection of window.qiaoConnections ?? []) {
      const report = await connection.getStats();
      for (const one of report.values() as Iterable<{ type: string; selectedCandidatePairId?: string }>) {
        if (one.type !== 'transport' || !one.selectedCandidatePairId) continue;
        const pair = report.get(one.selectedCandidatePairId) as { localCandidateId: string; bytesReceived?: number } | undefined;
        const local = pair && (report.get(pair.localCandidateId) as { candidateType: string; relayProtocol?: string } | undefined);
        if (pair && local) found.push({ way: [local.candidateType, local.relayProtocol].filter(Boolean).join(' '), bytes: pair.bytesReceived ?? 0 });
      }
    }
    return found;
  });

export const openTurnOnly = (transport: 'udp' | 'tcp'): OpenNetwork => async (port) => {
  const closer = createCloser();
  const secret = randomBytes(24).toString('hex');
  const far = await createNamespace();
  closer.add('far', far.close);
  const near = await createNamespace(BROWSERS);
  closer.add('near', near.close);
  joinNamespaces(near, NEAR, far, FAR);
  closer.add('coturn', await startCoturn(far, secret));
  const url = `http://${FAR}:${port}`;
  return {
    server: { namespace: far, env: { TURN_URLS: `turn:${FAR}:${TURN_PORT}?transport=${transport}`, TURN_SECRET: secret, ALLOWED_ORIGINS: url } },
    // A camera is given only to secure pages, and this address is as good as localhost here.
    browser: { namespace: near, arguments: [`--unsafely-treat-insecure-origin-as-secure=${url}`] },
    async roadOf(road): Promise<PageRoad> {
      let page: Page | null = null;
      const look = async () => (page ? lookAt(page) : []);
      return {
        road: { roundTripMs: 0, ...road },
        url,
        async mount(mounted) {
          page = mounted;
          await mounted.evaluateOnNewDocument(keepConnections);
        },
        bytesDown: async () => (await look()).reduce((sum, { bytes }) => sum + bytes, 0),
        way: async () => [...new Set((await look()).map(({ way }) => way))].join(', ') || 'none',
        close: () => {},
      };
    },
    close: () => closer.close(),
  };
};
