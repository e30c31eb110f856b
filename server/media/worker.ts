// One media worker process with its WebRtcServer: a UDP and a TCP socket that all its transports share. Knows neither the
// pool nor what runs on it.

import { readFileSync } from 'node:fs';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import type { Clock } from '../lib/clock.ts';

export type WorkerSettings = {
  readonly listenAddress: string;
  /** Of the first worker; the n-th listens on port + n, UDP and TCP alike. 0: any free ones. */
  readonly port: number;
  readonly workerBin?: string | undefined;
};

export type MediaWorker = {
  readonly process: types.Worker;
  readonly server: types.WebRtcServer;
  /** Routers and watchers placed here: those who place count, the pool compares. */
  load: number;
};

/** A worker that does not go by itself is killed: one that hangs would keep its port. */
const EXIT_TIMEOUT_MS = 2_000;

/**
 * mediasoup closes its workers by itself when Node gets SIGINT or SIGTERM, behind the back of a server that wants to drain
 * first. It adds its handlers synchronously while it spawns, so these are exactly what is new afterwards.
 */
const spawn = (options: types.WorkerSettings): Promise<types.Worker> => {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = signals.map((signal) => new Set(process.rawListeners(signal)));
  const starting = mediasoup.createWorker(options);
  signals.forEach((signal, index) => {
    for (const listener of process.rawListeners(signal))
      if (!before[index]?.has(listener)) process.removeListener(signal, listener as NodeJS.SignalsListener);
  });
  return starting;
};

/** Rejects when the binary does not run or the port is taken. */
export const startWorker = async (settings: WorkerSettings, index: number): Promise<MediaWorker> => {
  const worker = await spawn({ logLevel: 'error', ...(settings.workerBin ? { workerBin: settings.workerBin } : {}) });
  const port = settings.port === 0 ? {} : { port: settings.port + index };
  const listenInfos = (['udp', 'tcp'] as const).map((protocol) => ({ protocol, ip: settings.listenAddress, ...port }));
  try {
    return { process: worker, server: await worker.createWebRtcServer({ listenInfos }), load: 0 };
  } catch (cause) {
    worker.close();
    throw new Error(`media worker ${index} cannot listen on ${settings.listenAddress} port ${settings.port + index}`, { cause });
  }
};

/** Where that cannot be known, it is. The state stands behind the name, which may hold brackets (proc(5)). */
export const isRunnable = ({ process: worker }: MediaWorker): boolean => {
  try {
    const stat = readFileSync(`/proc/${worker.pid}/stat`, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'R';
  } catch {
    return true;
  }
};

export const killWorker = ({ process: worker }: MediaWorker): void => {
  try {
    process.kill(worker.pid, 'SIGKILL');
  } catch {
    // ESRCH: gone just now, and mediasoup tells.
  }
};

/** Resolves when the process has gone. */
export const stopWorker = (media: MediaWorker, clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    const { process: worker } = media;
    if (worker.subprocessClosed) return resolve();
    const cancel = clock.after(EXIT_TIMEOUT_MS, () => killWorker(media));
    worker.once('subprocessclose', () => {
      cancel();
      resolve();
    });
    worker.close();
  });
