// What may be published: our own rules over a client's RTP parameters, and a clean copy made of what is known and allowed.
// Two dangers ask for it. mediasoup builds a worker's message in one shared buffer, and a value that makes it throw half-way
// (a fractional maxBitrate) spoils every later message to that worker. And codec parameters, cname and msid reach all viewers,
// whose pages write them into SDP, where a line break would be an injection.

import type { types } from 'mediasoup';
import { AppError } from '../lib/app-error.ts';
import { VIDEO_LAYERS_MAX } from '../../shared/limits.ts';
import type { DtlsParameters, RtpParameters } from '../../shared/messages/rtp.ts';
import type { Source } from '../../shared/messages/watch.ts';
import { ABS_CAPTURE_TIME, isRtx } from './codecs.ts';

export type Kind = 'audio' | 'video';

const KIND_OF: Record<Source, Kind> = { camera: 'video', screen: 'video', microphone: 'audio', screen_audio: 'audio' };
const MIMES: Record<Kind, ReadonlySet<string>> = {
  audio: new Set(['audio/opus']),
  video: new Set(['video/vp8', 'video/vp9', 'video/h264', 'video/av1', 'video/rtx']),
};

/** All that mediasoup knows, less its own test extension; a browser lists others too, which are left out. */
const EXTENSIONS = new Set([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:3gpp:video-orientation',
  'urn:ietf:params:rtp-hdrext:toffset',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  ABS_CAPTURE_TIME,
]) as ReadonlySet<string>;

const FEEDBACK = new Set(['nack ', 'nack pli', 'ccm fir', 'goog-remb ', 'transport-cc ']);
/** fmtp names and values (base64 parameter sets are the widest), cname, and msid's two words. */
const NAME = /^[A-Za-z0-9-]{1,40}$/;
const VALUE = /^[A-Za-z0-9+/=.,_-]{0,200}$/;
const CNAME = /^[A-Za-z0-9+/=.@_{}-]{1,64}$/;
const MSID = /^[A-Za-z0-9+/=._{}-]{1,64}( [A-Za-z0-9+/=._{}-]{1,64})?$/;
const SCALABILITY = /^[LS]([1-3])T[1-3](h|_KEY|_KEY_SHIFT)?$/;
const INT32_MAX = 0x7fff_ffff;

type Codec = RtpParameters['codecs'][number];
type Encoding = NonNullable<RtpParameters['encodings']>[number];

const refuse = (why: string): never => {
  throw new AppError('bad_request', why);
};

const distinct = (values: readonly unknown[], what: string): void => {
  if (new Set(values).size !== values.length) refuse(`${what} must differ`);
};

const parametersOf = (codec: Codec): Record<string, string | number> => {
  const clean: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(codec.parameters ?? {})) {
    if (!NAME.test(name)) refuse('codec parameter name');
    if (typeof value === 'boolean') refuse('codec parameters are text or numbers');
    else if (typeof value === 'string' && VALUE.test(value)) clean[name] = value;
    else if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= INT32_MAX) clean[name] = value;
    else refuse('codec parameter value');
  }
  return clean;
};

const checkedCodec = (kind: Kind, codec: Codec, all: readonly Codec[]): types.RtpCodecParameters => {
  const { mimeType, payloadType, clockRate, channels } = codec;
  if (!mimeType.toLowerCase().startsWith(`${kind}/`)) refuse('codec of another kind');
  if (!MIMES[kind].has(mimeType.toLowerCase())) throw new AppError('codec_unsupported', 'codec is not taken here');
  const parameters = parametersOf(codec);
  if (isRtx(mimeType)) {
    const repaired = all.find((other) => other.payloadType === parameters['apt']);
    if (!repaired || isRtx(repaired.mimeType)) refuse('rtx without its codec');
  }
  return {
    mimeType, payloadType, clockRate, parameters,
    ...(channels === undefined ? {} : { channels }),
    rtcpFeedback: (codec.rtcpFeedback ?? []).flatMap(({ type, parameter = '' }) =>
      FEEDBACK.has(`${type} ${parameter}`) ? [{ type, parameter }] : [],
    ),
  };
};

const checkedEncoding = (encoding: Encoding): types.RtpEncodingParameters => {
  const { ssrc, rid, rtx, dtx, scalabilityMode, maxBitrate } = encoding;
  if (!ssrc && !rid) refuse('an encoding needs ssrc or rid');
  if (ssrc === 0 || rtx?.ssrc === 0) refuse('ssrc 0');
  if (scalabilityMode !== undefined && !SCALABILITY.test(scalabilityMode)) refuse('scalability mode');
  return {
    ...(ssrc ? { ssrc } : {}),
    ...(rid ? { rid } : {}),
    ...(rtx ? { rtx: { ssrc: rtx.ssrc } } : {}),
    ...(dtx === undefined ? {} : { dtx }),
    ...(scalabilityMode === undefined ? {} : { scalabilityMode }),
    ...(maxBitrate === undefined ? {} : { maxBitrate: Math.round(maxBitrate) }),
  };
};

const checkedEncodings = (kind: Kind, encodings: readonly Encoding[]): types.RtpEncodingParameters[] => {
  if (encodings.length < 1 || encodings.length > VIDEO_LAYERS_MAX) refuse('1 to 3 encodings');
  if (kind === 'audio' && encodings.length > 1) refuse('sound has one encoding');
  const clean = encodings.map(checkedEncoding);
  distinct(clean.flatMap(({ ssrc, rtx }) => [ssrc, rtx?.ssrc].filter((id) => id !== undefined)), 'ssrcs');
  distinct(clean.flatMap(({ rid }) => rid ?? []), 'rids');
  const isSvc = clean.some(({ scalabilityMode }) => (SCALABILITY.exec(scalabilityMode ?? '')?.[1] ?? '1') !== '1');
  if (isSvc && clean.length > 1) refuse('simulcast and spatial layers together');
  return clean;
};

/** Throws `bad_request` or `codec_unsupported`; what comes back is safe to give to mediasoup and, through it, to viewers. */
export const checkPublication = (source: Source, kind: Kind, rtp: RtpParameters): types.RtpParameters => {
  if (KIND_OF[source] !== kind) refuse('source of another kind');
  const codecs = rtp.codecs.map((codec) => checkedCodec(kind, codec, rtp.codecs));
  if (codecs[0] === undefined || isRtx(codecs[0].mimeType)) refuse('the first codec must be the one that is sent');
  distinct(codecs.map(({ payloadType }) => payloadType), 'payload types');
  const extensions = (rtp.headerExtensions ?? []).filter(({ uri }) => EXTENSIONS.has(uri));
  distinct(extensions.map(({ id }) => id), 'header extension ids');
  if (rtp.mid !== undefined && !NAME.test(rtp.mid)) refuse('mid');
  const cname = rtp.rtcp?.cname;
  return {
    ...(rtp.mid === undefined ? {} : { mid: rtp.mid }),
    ...(rtp.msid !== undefined && MSID.test(rtp.msid) ? { msid: rtp.msid } : {}),
    codecs,
    headerExtensions: extensions.map(({ uri, id }) => ({ uri: uri as types.RtpHeaderExtensionUri, id, encrypt: false, parameters: {} })),
    encodings: checkedEncodings(kind, rtp.encodings ?? []),
    rtcp: { reducedSize: true, ...(cname !== undefined && CNAME.test(cname) ? { cname } : {}) },
  };
};

const HASHES = new Set(['sha-256', 'sha-384', 'sha-512']);
const FINGERPRINT = /^[0-9A-F]{2}(:[0-9A-F]{2}){31,63}$/i;

/** mediasoup takes the first fingerprint, so the first that is strong and well-formed comes first. */
export const checkDtls = ({ role, fingerprints }: DtlsParameters): types.DtlsParameters => {
  const strong = fingerprints.filter(({ algorithm, value }) => HASHES.has(algorithm.toLowerCase()) && FINGERPRINT.test(value));
  if (strong.length === 0) refuse('no usable DTLS fingerprint');
  return {
    role: role ?? 'auto',
    fingerprints: strong.map(({ algorithm, value }) => ({ algorithm: algorithm.toLowerCase() as types.FingerprintAlgorithm, value: value.toUpperCase() })),
  };
};
