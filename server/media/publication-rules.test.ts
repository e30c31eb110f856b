import { expect, test } from 'vitest';
import type { RtpParameters } from '../../shared/messages/rtp.ts';
import { checkDtls, checkPublication } from './publication-rules.ts';

const VP8 = { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 };
const RTX = { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 } };
const base: RtpParameters = { mid: '0', codecs: [VP8, RTX], encodings: [{ ssrc: 1, rtx: { ssrc: 2 } }] };
const camera = (changes: Partial<RtpParameters>) => checkPublication('camera', 'video', { ...base, ...changes });
const code = (expected: string) => expect.objectContaining({ code: expected });
const encodings = (...list: NonNullable<RtpParameters['encodings']>) => camera({ encodings: list });

test('what a browser sends passes', () => {
  const simulcast = [
    { rid: 'r0', maxBitrate: 100_000, scaleResolutionDownBy: 4, active: true },
    { rid: 'r1', maxBitrate: 300_000, scalabilityMode: 'L1T3' },
    { rid: 'r2', maxBitrate: 900_000.4, dtx: false },
  ];
  expect(camera({ encodings: simulcast, rtcp: { cname: 'Ab/+c', mux: true } })).toMatchObject({
    mid: '0',
    encodings: [{ rid: 'r0', maxBitrate: 100_000 }, { rid: 'r1', scalabilityMode: 'L1T3' }, { rid: 'r2', maxBitrate: 900_000 }],
    rtcp: { cname: 'Ab/+c', reducedSize: true },
  });
  expect(encodings({ ssrc: 1, scalabilityMode: 'L3T3_KEY' }).encodings).toEqual([{ ssrc: 1, scalabilityMode: 'L3T3_KEY' }]);
});

test('source, kind and codec belong together', () => {
  expect(() => checkPublication('microphone', 'video', base)).toThrow(code('bad_request'));
  expect(() => checkPublication('microphone', 'audio', base)).toThrow(code('bad_request'));
  expect(() => camera({ codecs: [{ ...VP8, mimeType: 'video/H265' }] })).toThrow(code('codec_unsupported'));
  expect(() => camera({ codecs: [{ ...VP8, mimeType: 'video/ulpfec' }] })).toThrow(code('codec_unsupported'));
  const opus = { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 };
  const sound = { codecs: [opus], encodings: [{ ssrc: 1 }, { ssrc: 2 }] };
  expect(() => checkPublication('screen_audio', 'audio', sound)).toThrow(code('bad_request'));
});

test('codecs: the first is sent, rtx repairs one that is there, payload types differ', () => {
  expect(() => camera({ codecs: [RTX, VP8] })).toThrow(code('bad_request'));
  expect(() => camera({ codecs: [VP8, { ...RTX, parameters: { apt: 97 } }] })).toThrow(code('bad_request'));
  expect(() => camera({ codecs: [VP8, { ...RTX, parameters: { apt: '96' } }] })).toThrow(code('bad_request'));
  expect(() => camera({ codecs: [VP8, VP8] })).toThrow(code('bad_request'));
});

test('encodings: one to three, each with an id of its own, simulcast or SVC', () => {
  const refused = [
    [], [{}], [{ ssrc: 0 }], [{ ssrc: 1 }, { ssrc: 1 }], [{ ssrc: 1, rtx: { ssrc: 1 } }], [{ ssrc: 1, rtx: { ssrc: 0 } }],
    [{ rid: 'a' }, { rid: 'a' }], [{ ssrc: 1 }, { ssrc: 2 }, { ssrc: 3 }, { ssrc: 4 }],
    [{ ssrc: 1, scalabilityMode: 'L99T99' }], [{ ssrc: 1, scalabilityMode: 'L2T1' }, { ssrc: 2, scalabilityMode: 'L2T1' }],
  ];
  for (const list of refused) expect(() => encodings(...list)).toThrow(code('bad_request'));
});

test('nothing that viewers write into SDP can break a line', () => {
  const evil = 'x\r\na=candidate:evil';
  expect(() => camera({ mid: 'a\r\nb' })).toThrow(code('bad_request'));
  expect(() => camera({ codecs: [{ ...VP8, parameters: { [evil]: 1 } }] })).toThrow(code('bad_request'));
  expect(() => camera({ codecs: [{ ...VP8, parameters: { 'x-google-a': evil } }] })).toThrow(code('bad_request'));
  expect(JSON.stringify(camera({ msid: evil, rtcp: { cname: evil } }))).not.toContain('evil');
  const feedback = [{ type: 'nack', parameter: 'pli' }, { type: evil }, { type: 'nack', parameter: evil }];
  expect(camera({ codecs: [{ ...VP8, rtcpFeedback: feedback }] }).codecs[0]?.rtcpFeedback).toEqual([{ type: 'nack', parameter: 'pli' }]);
});

test('numbers that do not fit a worker message are refused, and unknown header extensions left out', () => {
  for (const value of [0.5, 2 ** 31, -1e300]) expect(() => camera({ codecs: [{ ...VP8, parameters: { x: value } }] })).toThrow(code('bad_request'));
  expect(() => camera({ codecs: [{ ...VP8, parameters: { x: true } }] })).toThrow(code('bad_request'));
  const mid = 'urn:ietf:params:rtp-hdrext:sdes:mid';
  expect(camera({ headerExtensions: [{ uri: mid, id: 4, encrypt: true }, { uri: 'urn:unknown', id: 5 }] }).headerExtensions).toEqual([
    { uri: mid, id: 4, encrypt: false, parameters: {} },
  ]);
  expect(() => camera({ headerExtensions: [{ uri: mid, id: 4 }, { uri: 'urn:3gpp:video-orientation', id: 4 }] })).toThrow(code('bad_request'));
});

test('DTLS: weak and broken fingerprints are passed over', () => {
  const strong = { algorithm: 'SHA-256', value: Array(32).fill('ab').join(':') };
  expect(checkDtls({ fingerprints: [{ algorithm: 'sha-1', value: 'AA' }, strong] })).toEqual({
    role: 'auto',
    fingerprints: [{ algorithm: 'sha-256', value: strong.value.toUpperCase() }],
  });
  expect(() => checkDtls({ role: 'client', fingerprints: [{ algorithm: 'sha-1', value: 'AA' }] })).toThrow(code('bad_request'));
});
