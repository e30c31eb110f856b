// The descriptions that test peers give to node-datachannel, built from what the server answered and nothing else.

import type { RtpParameters, TransportView } from '../../../shared/messages/rtp.ts';
import type { WatchAnswer } from '../../../shared/messages/watch.ts';

const lines = (...parts: (string | string[])[]): string => parts.flat().join('\r\n') + '\r\n';

const session = (mids: readonly string[]): string[] => [
  'v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=ice-lite', `a=group:BUNDLE ${mids.join(' ')}`, 'a=msid-semantic: WMS *',
];

const transport = (view: TransportView, setup: 'actpass' | 'passive'): string[] => [
  'c=IN IP4 127.0.0.1',
  `a=ice-ufrag:${view.iceParameters.usernameFragment}`,
  `a=ice-pwd:${view.iceParameters.password}`,
  ...view.iceCandidates.map(
    ({ foundation, protocol, priority, address, port, type, tcpType }) =>
      `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}${tcpType ? ` tcptype ${tcpType}` : ''}`,
  ),
  'a=end-of-candidates',
  ...view.dtlsParameters.fingerprints.map(({ algorithm, value }) => `a=fingerprint:${algorithm} ${value}`),
  `a=setup:${setup}`,
  'a=rtcp-mux',
  'a=rtcp-rsize',
];

const codecs = ({ codecs: all }: RtpParameters): string[] =>
  all.flatMap((codec) => [
    `a=rtpmap:${codec.payloadType} ${codec.mimeType.split('/')[1]}/${codec.clockRate}${codec.channels === 2 ? '/2' : ''}`,
    ...Object.entries(codec.parameters ?? {}).map(([name, value]) => `a=fmtp:${codec.payloadType} ${name}=${value}`),
    ...(codec.rtcpFeedback ?? []).map(({ type, parameter }) => `a=rtcp-fb:${codec.payloadType} ${type} ${parameter ?? ''}`.trimEnd()),
  ]);

/** What a page makes of a watch answer: the server offers to send. */
export const offerOf = ({ transport: view, subscriptions }: WatchAnswer): string =>
  lines(
    session(subscriptions.map(({ rtpParameters }) => rtpParameters.mid ?? '')),
    subscriptions.flatMap(({ kind, rtpParameters, consumerId }) => [
      `m=${kind} 7 UDP/TLS/RTP/SAVPF ${rtpParameters.codecs.map(({ payloadType }) => payloadType).join(' ')}`,
      ...transport(view, 'actpass'),
      `a=mid:${rtpParameters.mid}`,
      'a=sendonly',
      ...codecs(rtpParameters),
      ...(rtpParameters.headerExtensions ?? []).map(({ id, uri }) => `a=extmap:${id} ${uri}`),
      `a=msid:live ${consumerId}`,
      ...(rtpParameters.encodings ?? []).map(({ ssrc }) => `a=ssrc:${ssrc} cname:${rtpParameters.rtcp?.cname ?? 'live'}`),
    ]),
  );

/** The server's answer to a sender's offer with one VP8 track. */
export const answerOf = (view: TransportView, mid: string, payloadType: number): string =>
  lines(session([mid]), `m=video 7 UDP/TLS/RTP/SAVPF ${payloadType}`, transport(view, 'passive'), [
    `a=mid:${mid}`, 'a=recvonly', `a=rtpmap:${payloadType} VP8/90000`, `a=rtcp-fb:${payloadType} nack pli`,
  ]);
