// Session descriptions (RFC 8866, 8829) written by hand: the offer that the server would have sent if it spoke SDP, built
// from its transport and its consumers (rule W2). Pure text; knows no RTCPeerConnection.

import type { RtpParameters, TransportView } from '../../shared/messages/rtp.ts';
import type { Source, Subscription, WatchOffer } from '../../shared/messages/watch.ts';
import type { Section } from './sections.ts';

type Codec = RtpParameters['codecs'][number];

/** Browsers play the tracks of one stream in step: the camera with the microphone, the screen with its sound. */
const STREAM_OF: Record<Source, string> = { camera: 'camera', microphone: 'camera', screen: 'screen', screen_audio: 'screen' };

/** `ours`: the page keeps sound and picture in step itself, wherever frames tell when they were taken. */
export type LipSync = 'ours' | 'browser';

const streamOf = ({ participantId, source, rtpParameters }: Subscription, lipSync: LipSync): string => {
  const tellsTime = rtpParameters.headerExtensions?.some(({ uri }) => uri.endsWith('/abs-capture-time'));
  return `${participantId}-${lipSync === 'ours' && tellsTime ? source : STREAM_OF[source]}`;
};

const codecLines = (codec: Codec): string[] => {
  const { payloadType, mimeType, clockRate, channels = 1 } = codec;
  const name = mimeType.slice(mimeType.indexOf('/') + 1);
  const parameters = Object.entries(codec.parameters ?? {}).map(([key, value]) => `${key}=${value}`);
  return [
    `a=rtpmap:${payloadType} ${name}/${clockRate}${channels > 1 ? `/${channels}` : ''}`,
    ...(parameters.length > 0 ? [`a=fmtp:${payloadType} ${parameters.join(';')}`] : []),
    ...(codec.rtcpFeedback ?? []).map(({ type, parameter }) => `a=rtcp-fb:${payloadType} ${type}${parameter ? ` ${parameter}` : ''}`),
  ];
};

/** The one encoding that an SFU sends of however many it has, and the stream of its retransmissions (RFC 4588). */
const sourceLines = ({ encodings, rtcp }: RtpParameters): string[] => {
  const { ssrc, rtx } = encodings?.[0] ?? {};
  if (ssrc === undefined) return [];
  const cname = rtcp?.cname ?? '-';
  return rtx
    ? [`a=ssrc-group:FID ${ssrc} ${rtx.ssrc}`, `a=ssrc:${ssrc} cname:${cname}`, `a=ssrc:${rtx.ssrc} cname:${cname}`]
    : [`a=ssrc:${ssrc} cname:${cname}`];
};

const sectionLines = ({ mid, subscription, state }: Section, lipSync: LipSync): string[] => {
  const { kind, consumerId, rtpParameters } = subscription;
  const { codecs, headerExtensions = [] } = rtpParameters;
  const isLive = state === 'live';
  return [
    `m=${kind} ${isLive ? 9 : 0} UDP/TLS/RTP/SAVPF ${codecs.map(({ payloadType }) => payloadType).join(' ')}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    isLive ? 'a=sendonly' : 'a=inactive',
    'a=rtcp-mux',
    'a=rtcp-rsize',
    ...codecs.flatMap(codecLines),
    ...headerExtensions.map(({ id, uri }) => `a=extmap:${id} ${uri}`),
    ...(isLive ? [`a=msid:${streamOf(subscription, lipSync)} ${consumerId}`, ...sourceLines(rtpParameters)] : []),
  ];
};

const ROAD = 'road';
/**
 * Carries nothing but the transport of all (BUNDLE), so that the browser connects before there is anything to receive, and no other section's
 * place must be kept for it. PCMU, because its number is its own in every description (RFC 3551).
 */
const ROAD_LINES = ['m=audio 9 UDP/TLS/RTP/SAVPF 0', 'c=IN IP4 0.0.0.0', `a=mid:${ROAD}`, 'a=inactive', 'a=rtcp-mux', 'a=rtpmap:0 PCMU/8000'];

const candidateLines = ({ iceCandidates }: TransportView): string[] => [
  ...iceCandidates.map(({ foundation, protocol, priority, address, port, type, tcpType }) =>
    `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}${tcpType ? ` tcptype ${tcpType}` : ''}`),
  'a=end-of-candidates',
];

/** `version` must rise with each offer of a session. */
export const writeOffer = (transport: TransportView, sections: readonly Section[], version: number, lipSync: LipSync = 'browser'): string => {
  const { iceParameters, dtlsParameters } = transport;
  const bundled = [ROAD, ...sections.filter(({ state }) => state === 'live').map(({ mid }) => mid)];
  const lines = [
    'v=0',
    `o=- 1 ${version} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    'a=ice-options:renomination',
    ...dtlsParameters.fingerprints.map(({ algorithm, value }) => `a=fingerprint:${algorithm} ${value}`),
    'a=setup:actpass', // An offer must say so (RFC 8842); the answer makes the browser the DTLS client.
    'a=extmap-allow-mixed',
    `a=group:BUNDLE ${bundled.join(' ')}`,
    'a=msid-semantic:WMS *',
    ...ROAD_LINES,
    ...candidateLines(transport),
    ...sections.flatMap((section) => sectionLines(section, lipSync)),
  ];
  return `${lines.join('\r\n')}\r\n`;
};

/** Chromium decodes Opus to one channel unless its own answer asks for two (RFC 7587 section 6.1). */
export const askForStereo = (answer: string, sections: readonly Section[]): string => {
  const stereo = new Set(
    sections.flatMap(({ subscription }) => subscription.rtpParameters.codecs)
      .filter(({ parameters }) => Number(parameters?.['sprop-stereo'] ?? 0) === 1)
      .map(({ payloadType }) => String(payloadType)),
  );
  return answer.replace(/^a=fmtp:(\d+) (.*)$/gm, (line, payloadType: string, parameters: string) =>
    stereo.has(payloadType) && !/(^|;)\s*stereo=1/.test(parameters) ? `a=fmtp:${payloadType} ${parameters.trimEnd()};stereo=1` : line);
};

/** The DTLS fingerprint that a description carries. Throws if there is none. */
export const fingerprintIn = (sdp: string): WatchOffer['fingerprint'] => {
  const [, algorithm = '', value = ''] = /^a=fingerprint:(\S+) (\S+)/m.exec(sdp) ?? [];
  if (algorithm !== 'sha-256') throw new Error(`no sha-256 fingerprint but '${algorithm}'`);
  return { algorithm, value };
};
