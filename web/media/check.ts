// The studio's connection check: can media leave this network over UDP, over TCP, and how much? It sends noise to transports
// that nobody can watch (rule S5) and closes all it opened, whatever happens.

import type { Ask } from '../live/requests.ts';
import { browserClock } from '../live/clock.ts';
import type { Clock } from '../live/clock.ts';
import { createNoise } from './noise.ts';
import { openSendTransport } from './send-transport.ts';
import type { SendTransport } from './send-transport.ts';
import { senderStats } from './stats.ts';

export type PathResult = { readonly ok: true; readonly connectMs: number } | { readonly ok: false };

export type CheckResult = {
  readonly udp: PathResult;
  readonly tcp: PathResult;
  /** What the better of the two can bear; null when neither works. As far as it was tried: at most `TRIED_BITS`. */
  readonly bitsPerSecond: number | null;
};

export type CheckProgress = 'udp' | 'tcp' | 'bitrate';

/** Three layers at 1080p need 5 Mbit/s; more need not be tried. */
export const TRIED_BITS = 6_000_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Long enough for the browser to try, and to find out that it tried too much. */
const RAMP_MS = 3_000;
const SETTLED_MS = 1_000;
const LOOK_EVERY_MS = 250;

const NOISE = {
  kind: 'video', codec: 'VP8', mayStandStill: false, height: 720, startBitrate: 4_000_000,
  layers: [{ scaleResolutionDownBy: 1, maxBitrate: TRIED_BITS, maxFramerate: 30 }],
} as const;

type Path = { readonly transport: SendTransport; readonly connectMs: number };

/** Null: the way is shut. Rejects when the server cannot be asked or the check was called off. */
const tryPath = async (ask: Ask, clock: Clock, protocol: 'udp' | 'tcp', track: MediaStreamTrack, signal: AbortSignal): Promise<Path | null> => {
  const connected = Promise.withResolvers<boolean>();
  connected.promise.catch(() => {}); // May be called off before anybody waits for it.
  const transport = await openSendTransport({
    ask, purpose: 'check', protocol,
    onConnectionState: (state) => {
      if (state === 'connected') connected.resolve(true);
      if (state === 'failed') connected.resolve(false);
    },
    onRefused: connected.reject,
  });
  const startMs = clock.nowMs();
  const cancelTimeout = clock.after(CONNECT_TIMEOUT_MS, () => connected.resolve(false));
  signal.addEventListener('abort', () => connected.reject(signal.reason));
  try {
    signal.throwIfAborted();
    const sending = await transport.send('camera', track, NOISE);
    sending.publicationId.catch(connected.reject);
    if (await connected.promise) return { transport, connectMs: clock.nowMs() - startMs };
  } catch (error) {
    closePath(ask, transport);
    throw error;
  } finally {
    cancelTimeout();
  }
  closePath(ask, transport);
  return null;
};

const closePath = (ask: Ask, transport: SendTransport): void => {
  transport.close();
  ask('stage.close', { transportId: transport.transportId }).catch(() => {}); // Gone with the connection.
};

/**
 * What the browser holds the path to bear at the end of the ramp. Not the most it ever thought: it begins with what it was
 * told to try, and a narrow path shows only afterwards.
 */
const measureBits = async ({ transport }: Path, clock: Clock, signal: AbortSignal): Promise<number> => {
  const startMs = clock.nowMs();
  const seen: number[] = [];
  let before: RTCStatsReport | null = null;
  while (clock.nowMs() - startMs < RAMP_MS + SETTLED_MS) {
    await new Promise<void>((done) => { clock.after(LOOK_EVERY_MS, done); });
    signal.throwIfAborted();
    const after = await transport.stats();
    const { availableBitsPerSecond, bitsPerSecond, lossRatio } = senderStats(before, after, undefined);
    before = after;
    // Firefox has no estimate; there what arrived is what is known.
    const bears = availableBitsPerSecond ?? bitsPerSecond * (1 - lossRatio);
    if (clock.nowMs() - startMs > RAMP_MS) seen.push(Math.min(TRIED_BITS, bears));
  }
  return Math.max(0, ...seen);
};

const resultOf = (path: Path | null): PathResult => (path ? { ok: true, connectMs: path.connectMs } : { ok: false });

export const checkConnection = async (deps: {
  readonly ask: Ask;
  readonly signal: AbortSignal;
  readonly onProgress?: (step: CheckProgress) => void;
  readonly clock?: Clock;
}): Promise<CheckResult> => {
  const { ask, signal, clock = browserClock } = deps;
  const noise = createNoise();
  const attempt = (protocol: 'udp' | 'tcp'): Promise<Path | null> => {
    deps.onProgress?.(protocol);
    return tryPath(ask, clock, protocol, noise.track, signal);
  };
  const measure = async (path: Path): Promise<number> => {
    deps.onProgress?.('bitrate');
    return measureBits(path, clock, signal);
  };
  let udp: Path | null = null;
  let tcp: Path | null = null;
  try {
    udp = await attempt('udp');
    tcp = await attempt('tcp');
    // Only one may go on sending, or the two would share what is measured.
    if (udp && tcp) closePath(ask, tcp.transport);
    const better = udp ?? tcp;
    return { udp: resultOf(udp), tcp: resultOf(tcp), bitsPerSecond: better ? await measure(better) : null };
  } finally {
    for (const path of [udp, tcp]) if (path) closePath(ask, path.transport);
    noise.stop();
  }
};
