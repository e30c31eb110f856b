// A transport and subscriptions as a server would describe them. For tests only.

import type { RtpParameters, TransportView } from '../../../shared/messages/rtp.ts';
import type { Source, Subscription } from '../../../shared/messages/watch.ts';

export const TRANSPORT = {
  transportId: 't1',
  iceParameters: { usernameFragment: 'ufrag', password: 'a-password-of-some-length', iceLite: true },
  iceCandidates: [
    { foundation: 'udp0', priority: 1076302079, address: '203.0.113.7', ip: '203.0.113.7', protocol: 'udp', port: 40000, type: 'host' },
    { foundation: 'tcp0', priority: 1076276479, address: '203.0.113.7', ip: '203.0.113.7', protocol: 'tcp', port: 40000, type: 'host', tcpType: 'passive' },
  ],
  dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] },
  iceServers: [],
} as unknown as TransportView;

const VIDEO: RtpParameters['codecs'] = [
  {
    mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000, parameters: {},
    rtcpFeedback: [{ type: 'nack', parameter: '' }, { type: 'nack', parameter: 'pli' }, { type: 'transport-cc', parameter: '' }],
  },
  { mimeType: 'video/rtx', payloadType: 102, clockRate: 90_000, parameters: { apt: 101 }, rtcpFeedback: [] },
];
const AUDIO: RtpParameters['codecs'] = [
  { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1, usedtx: 1, 'sprop-stereo': 1 } },
];

/** `n` makes ids, mid and SSRCs of its own. */
export const subscriptionTo = (source: Source, n: number, participantId = 'ada'): Subscription => {
  const kind = source === 'camera' || source === 'screen' ? 'video' : 'audio';
  return {
    consumerId: `consumer-${n}`,
    publicationId: `publication-${n}`,
    participantId,
    source,
    kind,
    layers: 1,
    rtpParameters: {
      mid: String(n),
      codecs: kind === 'video' ? VIDEO : AUDIO,
      headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 }],
      encodings: [{ ssrc: 1000 + n, ...(kind === 'video' ? { rtx: { ssrc: 2000 + n } } : {}) }],
      rtcp: { cname: 'studio' },
    },
  } as unknown as Subscription;
};

/** A report as getStats() gives it. */
export const reportOf = (entries: readonly Record<string, unknown>[]): RTCStatsReport =>
  new Map(entries.map((entry) => [entry['id'], entry])) as unknown as RTCStatsReport;
