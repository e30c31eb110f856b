// The session descriptions that a WebRTC library without a browser wants, written from the server's transport. The device
// always offers and the server, which is ICE-lite, is always the DTLS server.

import type { RtpParameters, TransportView } from '../../shared/messages/rtp.ts';

export type AnswerSection = {
  readonly mid: string;
  readonly kind: 'audio' | 'video';
  readonly direction: 'sendonly' | 'recvonly' | 'inactive';
  readonly rtp: RtpParameters;
};

export const answerOf = (transport: TransportView, sections: readonly AnswerSection[]): string =>
  [
    'v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=ice-lite',
    `a=group:BUNDLE ${sections.map((section) => section.mid).join(' ')}`,
    ...sections.flatMap((section) => sectionLines(transport, section)),
    '',
  ].join('\r\n');

const sectionLines = (transport: TransportView, { mid, kind, direction, rtp }: AnswerSection): string[] => {
  const { usernameFragment, password } = transport.iceParameters;
  const { algorithm, value } = fingerprintOf(transport);
  return [
    `m=${kind} 7 UDP/TLS/RTP/SAVPF ${rtp.codecs.map((codec) => codec.payloadType).join(' ')}`,
    'c=IN IP4 127.0.0.1', `a=mid:${mid}`, `a=${direction}`,
    `a=ice-ufrag:${usernameFragment}`, `a=ice-pwd:${password}`,
    ...transport.iceCandidates
      .filter((candidate) => candidate.protocol === 'udp')
      .map(({ foundation, priority, address, port }) => `a=candidate:${foundation} 1 udp ${priority} ${address} ${port} typ host`),
    'a=end-of-candidates', `a=fingerprint:${algorithm} ${value}`, 'a=setup:passive', 'a=rtcp-mux', 'a=rtcp-rsize',
    ...rtp.codecs.flatMap((codec) => {
      const [, name = ''] = codec.mimeType.split('/');
      const channels = codec.channels !== undefined && codec.channels > 1 ? `/${codec.channels}` : '';
      return [
        `a=rtpmap:${codec.payloadType} ${name}/${codec.clockRate}${channels}`,
        ...(codec.rtcpFeedback ?? []).map(({ type, parameter }) => `a=rtcp-fb:${codec.payloadType} ${type} ${parameter ?? ''}`.trim()),
      ];
    }),
    ...ssrcLines(mid, direction === 'sendonly' ? rtp : null),
  ];
};

const ssrcLines = (mid: string, rtp: RtpParameters | null): string[] => {
  const cname = rtp?.rtcp?.cname ?? 'host';
  return (rtp?.encodings ?? []).flatMap(({ ssrc }) => (ssrc === undefined ? [] : [`a=ssrc:${ssrc} cname:${cname}`, `a=ssrc:${ssrc} msid:host ${mid}`]));
};

const fingerprintOf = (transport: TransportView): { algorithm: string; value: string } => {
  const { fingerprints } = transport.dtlsParameters;
  const found = fingerprints.find(({ algorithm }) => algorithm === 'sha-256') ?? fingerprints[0];
  if (!found) throw new Error('the transport has no fingerprint');
  return found;
};

/** The fingerprint in a description of our own. */
export const fingerprintIn = (sdp: string): { algorithm: 'sha-256'; value: string } => {
  const value = /a=fingerprint:sha-256 (\S+)/i.exec(sdp)?.[1];
  if (!value) throw new Error('no sha-256 fingerprint in the description');
  return { algorithm: 'sha-256', value: value.toUpperCase() };
};
