// When a frame was taken. Chromium tells it for the newest frame of a receiver, from the abs-capture-time header extension
// that the studio's browser writes and the SFU hands on; this finds it for any frame near by.
//
// Seen in Chromium 156 behind mediasoup 3.27: captureTimestamp is in milliseconds since 1900, in the clock of the machine
// that captured, and equals that page's timeOrigin + now() to the millisecond. requestVideoFrameCallback's own captureTime
// is not used: it is made from sender reports and round trips, and behind an SFU means the SFU (WICG/video-rvfc#86).

import { NTP_TO_UNIX_S } from '../../shared/time.ts';

/** What Chromium gives beyond the standard's oldest part; other browsers leave it out. */
export type TimedSource = RTCRtpSynchronizationSource & { readonly captureTimestamp?: number };

/** Video's RTP clock (RFC 3551). */
const TICKS_PER_MS = 90;
/** Farther apart than that the two are not of the same stretch of the stream, as after a change of encoder. */
const APART_MAX_MS = 10_000;

/** RTP timestamps are 32 bits that wrap; the difference is right as long as it is under six hours. */
const ticksBetween = (from: number, to: number): number => (to - from) | 0;

/** Milliseconds since 1970 in the host's clock; null where the browser cannot tell. */
export const captureTimeOf = (source: TimedSource | undefined, rtpTimestamp: number): number | null => {
  if (source?.captureTimestamp === undefined) return null;
  const apartMs = ticksBetween(source.rtpTimestamp, rtpTimestamp) / TICKS_PER_MS;
  return Math.abs(apartMs) > APART_MAX_MS ? null : source.captureTimestamp - NTP_TO_UNIX_S * 1000 + apartMs;
};
