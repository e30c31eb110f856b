import { getSupportedRtpCapabilities } from 'mediasoup';
import type { types } from 'mediasoup';
import { expect, test } from 'vitest';
import { ABS_CAPTURE_TIME, ROUTER_CODECS, h264Profile, viewerCapabilities } from './codecs.ts';

/** As a router would have it: our codecs with payload types, each video codec followed by its rtx. */
const router: types.RtpCapabilities = {
  codecs: ROUTER_CODECS.flatMap((codec, index): types.RtpCodecCapability[] => {
    const preferredPayloadType = 100 + index * 2;
    const media = { ...codec, preferredPayloadType };
    const rtx = { kind: codec.kind, mimeType: 'video/rtx', clockRate: 90_000, preferredPayloadType: preferredPayloadType + 1 };
    return codec.kind === 'audio' ? [media] : [media, { ...rtx, parameters: { apt: preferredPayloadType } }];
  }),
  headerExtensions: getSupportedRtpCapabilities().headerExtensions ?? [],
};
const kept = (...offered: string[]) =>
  (viewerCapabilities(offered, router).codecs ?? []).map(({ mimeType, preferredPayloadType, parameters }) =>
    mimeType === 'video/rtx' ? `rtx of ${parameters?.['apt']}` : `${preferredPayloadType} ${mimeType}`);

test('a viewer gets what it listed, each with its retransmissions', () => {
  expect(kept('audio/opus', 'video/VP8')).toEqual(['100 audio/opus', '102 video/VP8', 'rtx of 102']);
  expect(kept('VIDEO/vp8')).toEqual(['102 video/VP8', 'rtx of 102']);
  expect(kept('video/AV1;level-idx=5;profile=0;tier=0')).toEqual(['110 video/AV1', 'rtx of 110']);
});

test('profiles are told apart', () => {
  expect(kept('video/VP9;profile-id=2', 'audio/opus')).toEqual(['100 audio/opus']);
  expect(kept('video/VP9;profile-id=0')).toEqual(['104 video/VP9', 'rtx of 104']);
  expect(kept('video/H264;level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e034')).toEqual(['106 video/H264', 'rtx of 106']);
  expect(kept('video/H264; profile-level-id=640C2A; packetization-mode=1')).toEqual(['108 video/H264', 'rtx of 108']);
  for (const other of ['packetization-mode=0;profile-level-id=42e01f', 'packetization-mode=1;profile-level-id=42001f', 'packetization-mode=1', 'profile-level-id=zz;packetization-mode=1'])
    expect(kept('audio/opus', `video/H264;${other}`)).toEqual(['100 audio/opus']);
});

test('nothing in common is an error with a code, also for nonsense', () => {
  for (const offered of [['video/H265'], [''], [';;;==;'], ['video/rtx'], ['constructor', '__proto__']])
    expect(() => viewerCapabilities(offered, router)).toThrow(expect.objectContaining({ code: 'codec_unsupported' }));
});

test('viewers are sent capture times and congestion control, and no bytes for nothing', () => {
  const uris = (viewerCapabilities(['video/VP8'], router).headerExtensions ?? []).filter(({ kind }) => kind === 'video').map(({ uri }) => uri);
  expect(uris).toContain(ABS_CAPTURE_TIME);
  expect(uris).toContain('http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01');
  expect(uris).not.toContain('urn:mediasoup:params:rtp-hdrext:packet-id');
});

test('H264 profiles by their first two bytes', () => {
  expect(['42e01f', '42c01f', '42001f', '4d001f', '640c1f', '64001f', 'nonsense'].map(h264Profile)).toEqual([
    'constrained-baseline', 'constrained-baseline', 'baseline', '4d', 'constrained-high', 'high', 'unknown',
  ]);
});
