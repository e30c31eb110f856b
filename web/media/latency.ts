// Glass to glass: how long ago the frame on this screen was in front of the camera, with the most that this can be wrong.
// Both clocks are brought to the server's. Without capture times (Firefox) sender reports serve, which mediasoup makes from
// capture times; without those it is added up from the delays that are known. Each way tells its own error.

import type { SeenFrame } from '../../shared/messages/time.ts';
import type { ClockOffset } from '../../shared/time.ts';
import { captureTimeOf } from './capture-time.ts';
import type { TimedSource } from './capture-time.ts';
import type { ReceiverStats } from './stats.ts';

export type Latency = {
  readonly latencyMs: number;
  readonly errorMs: number;
  /** `capture_time`: measured on frames that were shown. `sender_report`: told by the browser. `estimate`: added up. */
  readonly by: 'capture_time' | 'sender_report' | 'estimate';
};

export type LatencyMeter = {
  /** The median of the last seconds; null while nothing is known. `stats` serves where frames tell no capture time. */
  readonly latency: (stats: ReceiverStats | null) => Latency | null;
  /** The frame on this screen now, its capture time in the server's clock; null while nobody can tell. */
  readonly seen: (stats: ReceiverStats | null) => SeenFrame | null;
  readonly stop: () => void;
};

type Shown = { readonly rtpTimestamp: number; readonly shownAtMs: number };
type Clocks = { readonly own: ClockOffset; readonly host: ClockOffset };

/** About three seconds at 30 frames a second: a number that can be read, and soon follows a change. */
const KEPT_FRAMES = 90;
/**
 * Asking a receiver stops the page until WebRTC's threads answer, so frames in between are told by their RTP timestamps, which
 * are of the same clock.
 */
const ASK_EVERY_MS = 500;
/** A value older than that says nothing about now. */
const STALE_MS = 3_000;
/** captureTimestamp and display times are whole milliseconds and refreshes. */
const ROUNDING_MS = 2;
/** Camera, encoder, decoder and screen together, where nobody measures them: 10 to 60 ms. */
const DEVICES_MS = 35;
const DEVICES_ERROR_MS = 25;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Capture to screen of one frame. All times in milliseconds since 1970, each by the clock of its own machine. */
export const latencyOf = (shownAtMs: number, capturedAtMs: number, { own, host }: Clocks): Latency => ({
  latencyMs: shownAtMs + own.offsetMs - (capturedAtMs + host.offsetMs),
  errorMs: own.errorMs + host.errorMs + ROUNDING_MS,
  by: 'capture_time',
});

/** Browsers smooth the times of sender reports. Firefox was seen within 20 ms of the truth, and within 60 when starved. */
const REPORT_ERROR_MS = 25;

/**
 * The server's reports are in its own clock, to which it has brought the host's: wrong by up to half their round trip, which
 * is what the error bound of the host's clock is made of too.
 */
export const reportedLatency = (stats: ReceiverStats, { own, host }: Clocks): Latency | null =>
  stats.playoutLagMs === null ? null : {
    latencyMs: stats.playoutLagMs + own.offsetMs,
    errorMs: own.errorMs + host.errorMs + REPORT_ERROR_MS,
    by: 'sender_report',
  };

/** Half the host's round trip is what its clock's error bound is made of; the other parts the viewer has measured itself. */
export const estimatedLatency = (stats: ReceiverStats, { own, host }: Clocks): Latency | null => {
  if (stats.framesPerSecond < 1) return null;
  const frameMs = 1000 / stats.framesPerSecond;
  const downMs = stats.roundTripMs === null ? own.errorMs : stats.roundTripMs / 2;
  return {
    latencyMs: host.errorMs + downMs + (stats.jitterBufferMs ?? 0) + frameMs / 2 + DEVICES_MS,
    errorMs: host.errorMs + downMs + frameMs / 2 + DEVICES_ERROR_MS,
    by: 'estimate',
  };
};

export const createLatencyMeter = (deps: {
  readonly video: HTMLVideoElement;
  /** Of the picture that the element shows. */
  readonly receiver: () => RTCRtpReceiver | undefined;
  readonly ownClock: () => ClockOffset | null;
  /** `broadcast.hostClock`. */
  readonly hostClock: () => ClockOffset | null;
}): LatencyMeter => {
  const { video } = deps;
  let kept: readonly (Latency & { readonly atMs: number })[] = [];
  let seen: (SeenFrame & { readonly atMs: number }) | null = null;
  let asked: { readonly receiver: RTCRtpReceiver; readonly source: TimedSource | undefined; readonly atMs: number } | null = null;
  let handle = 0;

  const clocks = (): Clocks | null => {
    const own = deps.ownClock();
    const host = deps.hostClock();
    return own && host ? { own, host } : null;
  };

  const sourceAt = (atMs: number): TimedSource | undefined => {
    const receiver = deps.receiver();
    if (!receiver) return undefined;
    if (asked?.receiver !== receiver || atMs - asked.atMs > ASK_EVERY_MS) {
      asked = { receiver, source: receiver.getSynchronizationSources()[0], atMs };
    }
    return asked.source;
  };

  const measure = ({ rtpTimestamp, shownAtMs }: Shown): void => {
    const capturedAtMs = captureTimeOf(sourceAt(shownAtMs), rtpTimestamp);
    const both = clocks();
    if (capturedAtMs === null || !both) return;
    const latency = latencyOf(shownAtMs, capturedAtMs, both);
    kept = [...kept, { ...latency, atMs: shownAtMs }].slice(-KEPT_FRAMES);
    seen = { capturedAtMs: capturedAtMs + both.host.offsetMs, errorMs: latency.errorMs, atMs: shownAtMs };
  };

  const watchFrames = (): void => {
    handle = video.requestVideoFrameCallback((_, { rtpTimestamp, expectedDisplayTime }) => {
      watchFrames();
      // The callback itself may be late on a busy page; when the frame is shown is known beforehand.
      if (rtpTimestamp !== undefined) measure({ rtpTimestamp, shownAtMs: performance.timeOrigin + expectedDisplayTime });
    });
  };
  if ('requestVideoFrameCallback' in video) watchFrames();

  const nowMs = (): number => performance.timeOrigin + performance.now();

  const latency = (stats: ReceiverStats | null): Latency | null => {
    const fresh = kept.filter(({ atMs }) => nowMs() - atMs < STALE_MS);
    if (fresh.length > 0) {
      return {
        latencyMs: median(fresh.map(({ latencyMs }) => latencyMs)),
        errorMs: Math.max(...fresh.map(({ errorMs }) => errorMs)),
        by: 'capture_time',
      };
    }
    const both = clocks();
    return stats && both ? (reportedLatency(stats, both) ?? estimatedLatency(stats, both)) : null;
  };

  const seenByDelay = (stats: ReceiverStats | null): SeenFrame | null => {
    const own = deps.ownClock();
    const known = latency(stats);
    return own && known && { capturedAtMs: nowMs() + own.offsetMs - known.latencyMs, errorMs: known.errorMs };
  };

  return {
    latency,
    seen: (stats) =>
      seen && nowMs() - seen.atMs < STALE_MS ? { capturedAtMs: seen.capturedAtMs, errorMs: seen.errorMs } : seenByDelay(stats),
    stop: () => {
      if (handle) video.cancelVideoFrameCallback(handle);
    },
  };
};
