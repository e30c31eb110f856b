import { expect, test } from 'vitest';
import { reportOf } from './testing/fixtures.ts';
import { bytesHeardIn, protocolIn, pulseIn, receiverStats, roundTripMsIn, senderStats } from './stats.ts';

const inbound = (id: string, kind: string, ssrc: number, timestamp: number, counters: Record<string, number>) =>
  ({ id, type: 'inbound-rtp', kind, ssrc, timestamp, ...counters });
const path = [
  { id: 'T', type: 'transport', timestamp: 0, selectedCandidatePairId: 'P2' },
  { id: 'P1', type: 'candidate-pair', timestamp: 0, nominated: true, currentRoundTripTime: 9 },
  { id: 'P2', type: 'candidate-pair', timestamp: 0, localCandidateId: 'L', currentRoundTripTime: 0.042, availableOutgoingBitrate: 3_000_000 },
  { id: 'L', type: 'local-candidate', timestamp: 0, protocol: 'tcp' },
];

test('rates are of the time between two reports, size and frames of the picture that is asked for', () => {
  const before = reportOf([
    inbound('A', 'audio', 1, 1_000, { packetsReceived: 100, packetsLost: 0, bytesReceived: 1_000 }),
    inbound('V', 'video', 2, 1_000, { packetsReceived: 100, packetsLost: 1, bytesReceived: 10_000, framesDecoded: 30, framesReceived: 32, freezeCount: 1, jitterBufferDelay: 1, jitterBufferEmittedCount: 30 }),
  ]);
  const after = reportOf([
    inbound('A', 'audio', 1, 3_000, { packetsReceived: 200, packetsLost: 0, bytesReceived: 3_000 }),
    inbound('V', 'video', 2, 3_000, { packetsReceived: 285, packetsLost: 16, bytesReceived: 260_000, framesDecoded: 90, framesReceived: 112, freezeCount: 2, totalFreezesDuration: 0.3, jitterBufferDelay: 2.5, jitterBufferEmittedCount: 90, frameWidth: 1280, frameHeight: 720 }),
    ...path,
  ]);
  expect(receiverStats(before, after, 2)).toEqual({
    framesPerSecond: 30, width: 1280, height: 720, lossRatio: 0.05, bitsPerSecond: 1_008_000, freezes: 1, framesDecoded: 90, movedMs: 1_700, framesArrivedPerSecond: 40,
    jitterBufferMs: 25, playoutLagMs: null, roundTripMs: 42,
  });
});

test('without an earlier report, or a picture, nothing is made up', () => {
  const only = reportOf([inbound('A', 'audio', 1, 1_000, { packetsReceived: 100, bytesReceived: 1_000 })]);
  expect(receiverStats(null, only, undefined)).toEqual({
    framesPerSecond: 0, width: 0, height: 0, lossRatio: 0, bitsPerSecond: 0, freezes: 0, framesDecoded: 0, movedMs: 0, framesArrivedPerSecond: null, jitterBufferMs: null,
    playoutLagMs: null, roundTripMs: null,
  });
});

test('[H4] a picture that stands still does not play, and where there is none what is heard does', () => {
  const at = (ms: number, framesDecoded: number, bytesReceived: number) => reportOf([
    inbound('A', 'audio', 1, ms, { bytesReceived }), inbound('V', 'video', 2, ms, { framesDecoded }),
  ]);
  const moved = (ssrc: number | undefined, frames: number, bytes: number): number => receiverStats(at(1_000, 30, 100), at(2_000, frames, bytes), ssrc).movedMs;
  expect([moved(2, 60, 200), moved(2, 30, 200), moved(undefined, 30, 200), moved(undefined, 30, 100)]).toEqual([1_000, 0, 1_000, 0]);
});

test('what is played now was taken at a time that Chromium counts from 1900 and Firefox from 1970', () => {
  const playedMs = 1_795_407_218_888;
  const lagWith = (estimatedPlayoutTimestamp: number) =>
    receiverStats(null, reportOf([inbound('V', 'video', 2, playedMs + 270, { estimatedPlayoutTimestamp })]), 2).playoutLagMs;
  expect(lagWith(playedMs)).toBe(270);
  expect(lagWith(playedMs + 2_208_988_800_000)).toBe(270);
  expect(lagWith(0)).toBeNull();
});

test('a new connection starts its counters at zero: no rate is negative', () => {
  const before = reportOf([inbound('V', 'video', 2, 1_000, { packetsReceived: 900, bytesReceived: 90_000, framesDecoded: 300 })]);
  const after = reportOf([inbound('V', 'video', 2, 2_000, { packetsReceived: 9, bytesReceived: 900, framesDecoded: 3 })]);
  expect(receiverStats(before, after, 2)).toMatchObject({ framesPerSecond: 0, bitsPerSecond: 0, lossRatio: 0 });
});

test('the pulse counts all packets and the frames of all pictures', () => {
  const report = reportOf([
    inbound('A', 'audio', 1, 0, { packetsReceived: 10 }),
    inbound('V', 'video', 2, 0, { packetsReceived: 20, framesDecoded: 5 }),
    inbound('S', 'video', 3, 0, { packetsReceived: 30, framesDecoded: 6 }),
  ]);
  expect(pulseIn(report)).toEqual({ packets: 60, videoPackets: 50, frames: 11 });
});

test('round trip and protocol are those of the pair that is in use', () => {
  expect(roundTripMsIn(reportOf(path))).toBe(42);
  expect(protocolIn(reportOf(path))).toBe('tcp');
  const firefox = path.filter(({ type }) => type !== 'transport');
  expect(roundTripMsIn(reportOf(firefox))).toBe(9_000);
  expect(roundTripMsIn(reportOf([]))).toBeNull();
});

test('a sender hears what its transport received, or where there is none its pairs', () => {
  const pairs = [{ id: 'P', type: 'candidate-pair', bytesReceived: 70 }, { id: 'Q', type: 'candidate-pair', bytesReceived: 5 }];
  expect(bytesHeardIn(reportOf([{ id: 'T', type: 'transport', bytesReceived: 90 }, ...pairs]))).toBe(90);
  expect(bytesHeardIn(reportOf(pairs))).toBe(75);
});

const layer = (rid: string, height: number, timestamp: number, framesSent: number, bytesSent: number) => ({
  id: `O${rid}`, type: 'outbound-rtp', kind: 'video', mediaSourceId: 'M', rid, frameHeight: height, frameWidth: (height * 16) / 9, timestamp,
  framesSent, bytesSent, qualityLimitationReason: rid === 'r2' ? 'bandwidth' : 'none',
});
const source = (frames: number) => ({ id: 'M', type: 'media-source', kind: 'video', trackIdentifier: 'camera', timestamp: 0, frames });

test('a studio sees its layers, its frame rate, what was dropped and why', () => {
  const before = reportOf([source(100), layer('r2', 720, 1_000, 90, 100_000), layer('r0', 180, 1_000, 100, 10_000)]);
  const after = reportOf([
    source(160), layer('r2', 720, 3_000, 140, 400_000), layer('r0', 180, 3_000, 150, 40_000), ...path,
    { id: 'R', type: 'remote-inbound-rtp', kind: 'video', timestamp: 3_000, fractionLost: 0.02 },
  ]);
  expect(senderStats(before, after, 'camera')).toEqual({
    bitsPerSecond: 1_320_000, framesPerSecond: 25, framesDropped: 10, limitedBy: 'bandwidth', roundTripMs: 42, lossRatio: 0.02,
    availableBitsPerSecond: 3_000_000,
    layers: [
      { rid: 'r0', width: 320, height: 180, framesPerSecond: 25, bitsPerSecond: 120_000 },
      { rid: 'r2', width: 1280, height: 720, framesPerSecond: 25, bitsPerSecond: 1_200_000 },
    ],
  });
});

test('loss that viewers have, which the server reports for sound, and reports of streams that ended are not the studio’s own', () => {
  const now = layer('r0', 180, 20_000, 150, 40_000);
  const told = (entry: object) => senderStats(null, reportOf([source(160), now, { id: 'R', type: 'remote-inbound-rtp', kind: 'video', timestamp: 19_500, fractionLost: 0.3, ...entry }]), 'camera').lossRatio;
  expect(told({})).toBe(0.3);
  expect(told({ kind: 'audio' })).toBe(0);
  expect(told({ timestamp: 9_000 })).toBe(0);
});
