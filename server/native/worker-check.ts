// Tells whether a file is a media worker that really works on this machine. Knows mediasoup, not where files come from.
import { createWorker } from 'mediasoup';
import { run } from './command.mjs';

const ANSWER_WITHIN_MS = 15_000;
/** A worker started without its parent's version says so with this exit code; upstream's own installer tests for it. */
const WORKER_WITHOUT_PARENT = 41;

/** Returns undefined if the worker works, else what is wrong with it. */
export async function workerFault(path: string): Promise<string | undefined> {
  const alone = await run(path, [], { env: { MEDIASOUP_VERSION: undefined }, timeoutMs: ANSWER_WITHIN_MS });
  if (alone.code !== WORKER_WITHOUT_PARENT) return `It ended with code ${alone.code}.\n${alone.tail}`;
  try {
    await withTimeout(serveOnce(path));
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** A router and a WebRTC transport: that makes the worker set up its SRTP, DTLS and codecs, and open a port. */
async function serveOnce(path: string): Promise<void> {
  const worker = await createWorker({ workerBin: path, logLevel: 'error' });
  try {
    const router = await worker.createRouter({
      mediaCodecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }],
    });
    await router.createWebRtcTransport({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] });
  } finally {
    worker.close();
  }
}

function withTimeout(work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`)), ANSWER_WITHIN_MS);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
