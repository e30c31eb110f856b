// What the browser counted, turned into what people can read: rates between two moments, for a viewer and for a studio.
// Pure: takes RTCStatsReports, keeps nothing.

import { NTP_TO_UNIX_S } from '../../shared/time.ts';

/** Any of the entries of a report (W3C webrtc-stats); browsers leave out what they do not know. */
type Entry = { readonly id: string; readonly type: string; readonly timestamp: number; readonly [key: string]: unknown };

const entriesOf = (report: RTCStatsReport, type: string): Entry[] =>
  [...(report as unknown as ReadonlyMap<string, Entry>).values()].filter((entry) => entry.type === type);

const count = (entry: Entry | undefined, key: string): number => {
  const value = entry?.[key];
  return typeof value === 'number' ? value : 0;
};
const orNull = (entry: Entry | undefined, key: string): number | null => {
  const value = entry?.[key];
  return typeof value === 'number' ? value : null;
};
const sum = (entries: readonly Entry[], key: string): number => entries.reduce((total, entry) => total + count(entry, key), 0);
const rise = (after: number, before: number): number => Math.max(0, after - before);
/** 0 where nothing was counted. */
const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

/** The pair of addresses that media really takes. Firefox has no transport entries, but marks the pair. */
const selectedPair = (report: RTCStatsReport): Entry | undefined => {
  const selected = new Set(entriesOf(report, 'transport').map((transport) => transport['selectedCandidatePairId']));
  const pairs = entriesOf(report, 'candidate-pair');
  return pairs.find(({ id }) => selected.has(id)) ?? pairs.find((pair) => pair['selected'] === true || pair['nominated'] === true);
};

export const roundTripMsIn = (report: RTCStatsReport): number | null => {
  const seconds = orNull(selectedPair(report), 'currentRoundTripTime');
  return seconds === null ? null : seconds * 1000;
};

/** All that came back from the server, feedback and all: what a sender has to tell a dead path by. */
export const bytesHeardIn = (report: RTCStatsReport): number => {
  const transports = entriesOf(report, 'transport');
  return transports.length > 0 ? sum(transports, 'bytesReceived') : sum(entriesOf(report, 'candidate-pair'), 'bytesReceived');
};

/** Whether media goes over TCP, which the browser does when UDP is shut. */
export const protocolIn = (report: RTCStatsReport): 'udp' | 'tcp' | null => {
  const localId = selectedPair(report)?.['localCandidateId'];
  const protocol = entriesOf(report, 'local-candidate').find(({ id }) => id === localId)?.['protocol'];
  return protocol === 'udp' || protocol === 'tcp' ? protocol : null;
};

// ---- Receiving

/** Counters of all tracks, and of one picture. */
export type Pulse = { readonly packets: number; readonly videoPackets: number; readonly frames: number };

export const pulseIn = (report: RTCStatsReport): Pulse => {
  const inbound = entriesOf(report, 'inbound-rtp');
  const video = inbound.filter(({ kind }) => kind === 'video');
  return { packets: sum(inbound, 'packetsReceived'), videoPackets: sum(video, 'packetsReceived'), frames: sum(video, 'framesDecoded') };
};

export type ReceiverStats = {
  readonly framesPerSecond: number;
  readonly width: number;
  readonly height: number;
  /** 0 to 1: packets that never came, of all that were sent. */
  readonly lossRatio: number;
  readonly bitsPerSecond: number;
  /** Since the last look. */
  readonly freezes: number;
  readonly framesDecoded: number;
  /** Since the last look, how long the picture moved; where there is none, how long something was to be heard. */
  readonly movedMs: number;
  /** Whole frames that came, decoded or not; null where the browser does not count them. */
  readonly framesArrivedPerSecond: number | null;
  /** How long a frame waited to be played, on average. */
  readonly jitterBufferMs: number | null;
  /** This page's clock less the server's time at which what is played now was taken, as sender reports tell it. */
  readonly playoutLagMs: number | null;
  readonly roundTripMs: number | null;
};

/** `ssrc` names the picture that size and frame rate are of; undefined: there is none. */
export const receiverStats = (before: RTCStatsReport | null, after: RTCStatsReport, ssrc: number | undefined): ReceiverStats => {
  const inbound = entriesOf(after, 'inbound-rtp');
  const earlier = before ? entriesOf(before, 'inbound-rtp') : [];
  const picture = inbound.find((entry) => entry['ssrc'] === ssrc);
  const pictureBefore = earlier.find((entry) => entry['ssrc'] === ssrc);
  const seconds = spanS(earlier, inbound);
  const lost = rise(sum(inbound, 'packetsLost'), sum(earlier, 'packetsLost'));
  const received = rise(sum(inbound, 'packetsReceived'), sum(earlier, 'packetsReceived'));
  const frames = rise(count(picture, 'framesDecoded'), count(pictureBefore, 'framesDecoded'));
  const played = rise(count(picture, 'jitterBufferEmittedCount'), count(pictureBefore, 'jitterBufferEmittedCount'));
  const waitedS = rise(count(picture, 'jitterBufferDelay'), count(pictureBefore, 'jitterBufferDelay'));
  return {
    framesPerSecond: share(frames, seconds),
    width: count(picture, 'frameWidth'),
    height: count(picture, 'frameHeight'),
    lossRatio: share(lost, lost + received),
    bitsPerSecond: share(8 * rise(sum(inbound, 'bytesReceived'), sum(earlier, 'bytesReceived')), seconds),
    freezes: rise(count(picture, 'freezeCount'), count(pictureBefore, 'freezeCount')),
    framesDecoded: count(picture, 'framesDecoded'),
    movedMs: movedMsOf(picture, pictureBefore, seconds * 1000, rise(sum(inbound, 'bytesReceived'), sum(earlier, 'bytesReceived')) > 0),
    framesArrivedPerSecond: orNull(picture, 'framesReceived') === null ? null : share(rise(count(picture, 'framesReceived'), count(pictureBefore, 'framesReceived')), seconds),
    jitterBufferMs: played > 0 ? (waitedS / played) * 1000 : null,
    playoutLagMs: playoutLagMsOf(picture),
    roundTripMs: roundTripMsIn(after),
  };
};

const movedMsOf = (picture: Entry | undefined, before: Entry | undefined, spanMs: number, isHeard: boolean): number => {
  if (!picture) return isHeard ? spanMs : 0;
  if (rise(count(picture, 'framesDecoded'), count(before, 'framesDecoded')) === 0) return 0;
  return Math.max(0, spanMs - 1000 * rise(count(picture, 'totalFreezesDuration'), count(before, 'totalFreezesDuration')));
};

/** The standard says since 1900, and Chromium follows; Firefox counts from 1970. */
const playoutLagMsOf = (picture: Entry | undefined): number | null => {
  const playedMs = orNull(picture, 'estimatedPlayoutTimestamp');
  if (!picture || playedMs === null || playedMs <= 0) return null;
  const since1900 = playedMs - NTP_TO_UNIX_S * 1000;
  return picture.timestamp - (since1900 > 0 ? since1900 : playedMs);
};

/** Seconds between two reports; 0 without an earlier one, so that nothing is divided by a guess. */
const spanS = (before: readonly Entry[], after: readonly Entry[]): number => {
  const from = before[0]?.timestamp;
  const to = after[0]?.timestamp;
  return from === undefined || to === undefined ? 0 : rise(to, from) / 1000;
};

// ---- Sending

export type LayerStats = {
  readonly rid: string;
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly bitsPerSecond: number;
};

export type SenderStats = {
  readonly bitsPerSecond: number;
  /** Of the largest layer that is being sent. */
  readonly framesPerSecond: number;
  /** Frames that the camera gave and the encoder left out, since the last look. */
  readonly framesDropped: number;
  /** Why the browser sends less than it was asked to: `cpu`, `bandwidth`, or nothing. */
  readonly limitedBy: 'none' | 'cpu' | 'bandwidth' | 'other';
  readonly roundTripMs: number | null;
  readonly lossRatio: number;
  /** What the path could bear, as far as the browser has tried. */
  readonly availableBitsPerSecond: number | null;
  readonly layers: readonly LayerStats[];
};

const LIMITS = ['cpu', 'bandwidth', 'other'] as const;

const layerOf = (entry: Entry, before: Entry | undefined): LayerStats => {
  const seconds = before ? rise(entry.timestamp, before.timestamp) / 1000 : 0;
  return {
    rid: typeof entry['rid'] === 'string' ? entry['rid'] : '',
    width: count(entry, 'frameWidth'),
    height: count(entry, 'frameHeight'),
    framesPerSecond: share(rise(count(entry, 'framesSent'), count(before, 'framesSent')), seconds),
    bitsPerSecond: share(8 * rise(count(entry, 'bytesSent'), count(before, 'bytesSent')), seconds),
  };
};

/** A stream that is not sent any more keeps its last report. */
const REPORT_FRESH_MS = 5_000;

/**
 * Of pictures alone: for Opus with error correction mediasoup reports the worst loss of all viewers where it is worse than its own,
 * so that the encoder makes up for it. It says nothing about the sender's link.
 */
const lossOnTheWayUp = (report: RTCStatsReport, nowMs: number): number =>
  Math.max(0, ...entriesOf(report, 'remote-inbound-rtp')
    .filter(({ kind, timestamp }) => kind === 'video' && nowMs - timestamp <= REPORT_FRESH_MS)
    .map((entry) => count(entry, 'fractionLost')));

/** `trackId` names the picture that frame rate and layers are of; undefined: there is none. */
export const senderStats = (before: RTCStatsReport | null, after: RTCStatsReport, trackId: string | undefined): SenderStats => {
  const outbound = entriesOf(after, 'outbound-rtp');
  const earlier = before ? entriesOf(before, 'outbound-rtp') : [];
  const sourceIn = (report: RTCStatsReport | null) =>
    report ? entriesOf(report, 'media-source').find(({ trackIdentifier }) => trackIdentifier === trackId) : undefined;
  const source = sourceIn(after);
  const isOfPicture = (entry: Entry): boolean => entry['kind'] === 'video' && entry['mediaSourceId'] === source?.id;
  const layers = (source ? outbound.filter(isOfPicture) : [])
    .map((entry) => layerOf(entry, earlier.find(({ id }) => id === entry.id)))
    .toSorted((a, b) => a.height - b.height);
  const taken = rise(count(source, 'frames'), count(sourceIn(before), 'frames'));
  const sent = Math.max(0, ...outbound.filter(isOfPicture).map((entry) =>
    rise(count(entry, 'framesSent'), count(earlier.find(({ id }) => id === entry.id), 'framesSent'))));
  return {
    bitsPerSecond: share(8 * rise(sum(outbound, 'bytesSent'), sum(earlier, 'bytesSent')), spanS(earlier, outbound)),
    framesPerSecond: Math.max(0, ...layers.map(({ framesPerSecond }) => framesPerSecond)),
    framesDropped: before ? rise(taken, sent) : 0,
    limitedBy: LIMITS.find((limit) => outbound.some((entry) => entry['qualityLimitationReason'] === limit)) ?? 'none',
    roundTripMs: roundTripMsIn(after),
    lossRatio: lossOnTheWayUp(after, outbound[0]?.timestamp ?? 0),
    availableBitsPerSecond: orNull(selectedPair(after), 'availableOutgoingBitrate'),
    layers,
  };
};
