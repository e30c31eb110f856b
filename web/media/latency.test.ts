import { expect, test } from 'vitest';
import { captureTimeOf } from './capture-time.ts';
import type { TimedSource } from './capture-time.ts';
import { estimatedLatency, latencyOf, reportedLatency } from './latency.ts';
import type { ReceiverStats } from './stats.ts';

const SECONDS_1900_TO_1970 = 2_208_988_800;
const T = 1_795_405_058_445; // 2026
const source = (rtpTimestamp: number): TimedSource => ({
  source: 1, timestamp: 0, rtpTimestamp, captureTimestamp: T + SECONDS_1900_TO_1970 * 1000,
});

test('captureTimestamp counts from 1900; a frame beside the newest is as far away as their RTP timestamps', () => {
  expect(captureTimeOf(source(90_000), 90_000)).toBe(T);
  expect(captureTimeOf(source(90_000), 90_000 - 9 * 90)).toBe(T - 9);
  expect(captureTimeOf(source(90_000), 90_000 + 33 * 90)).toBe(T + 33);
});

test('RTP timestamps wrap', () => {
  expect(captureTimeOf(source(90), 2 ** 32 - 90)).toBe(T - 2);
  expect(captureTimeOf(source(2 ** 32 - 90), 90)).toBe(T + 2);
});

test('no capture time is no capture time, and neither is one of another stretch of the stream', () => {
  expect(captureTimeOf(undefined, 1)).toBeNull();
  expect(captureTimeOf({ source: 1, timestamp: 0, rtpTimestamp: 1 }, 1)).toBeNull();
  expect(captureTimeOf(source(0), 90 * 60_000)).toBeNull();
});

test('[T1] both clocks are brought to the server\'s before they are compared, and both errors are told', () => {
  // The viewer's clock is an hour behind the server's, the host's ten minutes ahead; the true delay is 80 ms.
  const own = { offsetMs: 3_600_000, errorMs: 12 };
  const host = { offsetMs: -600_000, errorMs: 7 };
  const latency = latencyOf(T + 80 - 3_600_000, T + 600_000, { own, host });
  expect(latency).toMatchObject({ latencyMs: 80, by: 'capture_time' });
  expect(latency.errorMs).toBeGreaterThanOrEqual(19);
  expect(latency.errorMs).toBeLessThan(25);
});

test('sender reports are in the server\'s clock: only the viewer\'s own offset is applied', () => {
  const stats = { playoutLagMs: 500 } as ReceiverStats;
  const clocks = { own: { offsetMs: -380, errorMs: 4 }, host: { offsetMs: 99_999, errorMs: 6 } };
  expect(reportedLatency(stats, clocks)).toEqual({ latencyMs: 120, errorMs: 35, by: 'sender_report' });
  expect(reportedLatency({ ...stats, playoutLagMs: null }, clocks)).toBeNull();
});

test('without capture times the known delays are added up, and the bound covers what is only guessed', () => {
  const stats = { framesPerSecond: 25, jitterBufferMs: 30, roundTripMs: 40 } as ReceiverStats;
  const latency = estimatedLatency(stats, { own: { offsetMs: 0, errorMs: 20 }, host: { offsetMs: 0, errorMs: 10 } });
  expect(latency).toEqual({ latencyMs: 10 + 20 + 30 + 20 + 35, errorMs: 10 + 20 + 20 + 25, by: 'estimate' });
  expect(estimatedLatency({ ...stats, framesPerSecond: 0 }, { own: { offsetMs: 0, errorMs: 20 }, host: { offsetMs: 0, errorMs: 10 } })).toBeNull();
});
