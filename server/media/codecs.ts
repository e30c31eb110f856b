// What the routers speak, and which part of it a viewer can take. Knows formats only, no rooms and no transports.

import type { types } from 'mediasoup';
import { AppError } from '../lib/app-error.ts';

/**
 * In order of preference for a studio that does not choose. VP8 is first because every browser decodes it; payload types
 * follow from the order, so a new codec goes to the end. Opus: FEC repairs single losses, DTX saves silence.
 */
export const ROUTER_CODECS: types.RouterRtpCodecCapability[] = [
  {
    kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2,
    parameters: { minptime: 10, useinbandfec: 1, usedtx: 1 },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
  {
    kind: 'video', mimeType: 'video/H264', clockRate: 90_000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
  {
    // Constrained High: what phones and Macs encode in hardware.
    kind: 'video', mimeType: 'video/H264', clockRate: 90_000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '640c1f', 'level-asymmetry-allowed': 1 },
  },
  { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000 },
];

export const ABS_CAPTURE_TIME = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

/** Left out: what only helps another SFU, and abs-send-time, which transport-cc makes useless; each costs bytes per packet. */
const VIEWER_EXTENSIONS = new Set([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  ABS_CAPTURE_TIME,
]);

type Offered = { readonly mime: string; readonly parameters: ReadonlyMap<string, string> };

/** `video/H264;profile-level-id=42e01f;packetization-mode=1`, as RTCRtpReceiver.getCapabilities() tells it. */
const readMime = (text: string): Offered => {
  const [mime = '', ...rest] = text.split(';').map((part) => part.trim().toLowerCase());
  const pairs = rest.map((part) => part.split('=', 2).map((side) => side.trim()));
  return { mime, parameters: new Map(pairs.map(([key = '', value = '']) => [key, value])) };
};

/** The profile in a profile-level-id (RFC 6184 section 8.1); level does not matter, as it is asymmetric. */
export const h264Profile = (profileLevelId: string): string => {
  if (!/^[0-9a-f]{6}$/i.test(profileLevelId)) return 'unknown';
  const idc = profileLevelId.slice(0, 2).toLowerCase();
  const constraints = Number.parseInt(profileLevelId.slice(2, 4), 16);
  if (idc === '42') return constraints & 0x40 ? 'constrained-baseline' : 'baseline';
  if (idc === '64') return (constraints & 0x0c) === 0x0c ? 'constrained-high' : 'high';
  return idc;
};

const takes = (offered: Offered, codec: types.RtpCodecCapability): boolean => {
  if (offered.mime !== codec.mimeType.toLowerCase()) return false;
  const parameters = codec.parameters ?? {};
  if (offered.mime === 'video/vp9') return (offered.parameters.get('profile-id') ?? '0') === String(parameters['profile-id'] ?? 0);
  if (offered.mime !== 'video/h264') return true;
  // A missing profile-level-id means Baseline, a missing packetization-mode 0 (RFC 6184); we send neither. The profile must be
  // the same, not just decodable: browsers answer a description by equality.
  return (
    offered.parameters.get('packetization-mode') === String(parameters['packetization-mode']) &&
    h264Profile(offered.parameters.get('profile-level-id') ?? '') === h264Profile(String(parameters['profile-level-id']))
  );
};

/** The router's own capabilities, less what the viewer did not list. Throws `codec_unsupported` if nothing is left. */
export const viewerCapabilities = (offered: readonly string[], router: types.RtpCapabilities): types.RtpCapabilities => {
  const mimes = offered.map(readMime);
  const all = router.codecs ?? [];
  const media = all.filter((codec) => !isRtx(codec.mimeType) && mimes.some((mime) => takes(mime, codec)));
  if (media.length === 0) throw new AppError('codec_unsupported', 'no codec that this server sends was offered');
  const kept = new Set(media.map((codec) => codec.preferredPayloadType));
  const rtx = all.filter((codec) => isRtx(codec.mimeType) && kept.has(codec.parameters?.['apt'] as number));
  return {
    codecs: [...media, ...rtx],
    headerExtensions: (router.headerExtensions ?? []).filter(({ uri }) => VIEWER_EXTENSIONS.has(uri)),
  };
};

export const isRtx = (mimeType: string): boolean => mimeType.toLowerCase().endsWith('/rtx');
