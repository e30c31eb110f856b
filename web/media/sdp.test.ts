import { expect, test } from 'vitest';
import type { Subscription } from '../../shared/messages/watch.ts';
import { subscriptionTo, TRANSPORT } from './testing/fixtures.ts';
import { askForStereo, fingerprintIn, writeOffer } from './sdp.ts';
import { nextSections } from './sections.ts';
import type { LipSync } from './sdp.ts';

const camera = subscriptionTo('camera', 0);
const microphone = subscriptionTo('microphone', 1);
const screen = subscriptionTo('screen', 2);
const sectionsOf = (sdp: string): string[][] => sdp.split(/(?=^m=)/m).map((part) => part.trimEnd().split('\r\n'));

test('[W2] the offer says what the server would have said', () => {
  const offer = writeOffer(TRANSPORT, nextSections([], [camera, microphone]) ?? [], 3);
  const [session = [], road = [], video = [], audio = []] = sectionsOf(offer);
  expect(session).toEqual([
    'v=0', 'o=- 1 3 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=ice-lite', 'a=ice-ufrag:ufrag', 'a=ice-pwd:a-password-of-some-length',
    'a=ice-options:renomination', 'a=fingerprint:sha-256 AB:CD', 'a=setup:actpass', 'a=extmap-allow-mixed', 'a=group:BUNDLE road 0 1',
    'a=msid-semantic:WMS *',
  ]);
  expect(road).toEqual([
    'm=audio 9 UDP/TLS/RTP/SAVPF 0', 'c=IN IP4 0.0.0.0', 'a=mid:road', 'a=inactive', 'a=rtcp-mux', 'a=rtpmap:0 PCMU/8000',
    'a=candidate:udp0 1 udp 1076302079 203.0.113.7 40000 typ host',
    'a=candidate:tcp0 1 tcp 1076276479 203.0.113.7 40000 typ host tcptype passive', 'a=end-of-candidates',
  ]);
  expect(video).toEqual([
    'm=video 9 UDP/TLS/RTP/SAVPF 101 102', 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=sendonly', 'a=rtcp-mux', 'a=rtcp-rsize',
    'a=rtpmap:101 VP8/90000', 'a=rtcp-fb:101 nack', 'a=rtcp-fb:101 nack pli', 'a=rtcp-fb:101 transport-cc',
    'a=rtpmap:102 rtx/90000', 'a=fmtp:102 apt=101', 'a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=msid:ada-camera consumer-0', 'a=ssrc-group:FID 1000 2000', 'a=ssrc:1000 cname:studio', 'a=ssrc:2000 cname:studio',
  ]);
  expect(audio).toContain('a=rtpmap:100 opus/48000/2');
  expect(audio).toContain('a=fmtp:100 useinbandfec=1;usedtx=1;sprop-stereo=1');
  expect(audio).toContain('a=ssrc:1001 cname:studio');
  expect(offer.endsWith('\r\n')).toBe(true);
});

test('camera and microphone are one stream, played in step; the screen is another', () => {
  const offer = writeOffer(TRANSPORT, nextSections([], [camera, microphone, screen]) ?? [], 1);
  expect(offer.match(/a=msid:\S+/g)).toEqual(['a=msid:ada-camera', 'a=msid:ada-camera', 'a=msid:ada-screen']);
});

test('people beside each other on the stage are streams of their own', () => {
  const offer = writeOffer(TRANSPORT, nextSections([], [camera, microphone, subscriptionTo('camera', 7, 'bob')]) ?? [], 1);
  expect(offer.match(/a=msid:\S+/g)).toEqual(['a=msid:ada-camera', 'a=msid:ada-camera', 'a=msid:bob-camera']);
});

test('where the page keeps step itself, tracks that tell their time are streams of their own', () => {
  const uri = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';
  const timed = (subscription: Subscription): Subscription =>
    ({ ...subscription, rtpParameters: { ...subscription.rtpParameters, headerExtensions: [{ uri, id: 13 }] } });
  const msids = (sections: readonly Subscription[], lipSync: LipSync) =>
    writeOffer(TRANSPORT, nextSections([], sections) ?? [], 1, lipSync).match(/a=msid:\S+/g);
  expect(msids([timed(camera), timed(microphone)], 'ours')).toEqual(['a=msid:ada-camera', 'a=msid:ada-microphone']);
  expect(msids([timed(camera), timed(microphone)], 'browser')).toEqual(['a=msid:ada-camera', 'a=msid:ada-camera']);
  expect(msids([camera, microphone], 'ours')).toEqual(['a=msid:ada-camera', 'a=msid:ada-camera']);
});

test('where nothing is sent yet there is a road all the same, so that the browser connects', () => {
  const [session = [], road = [], ...others] = sectionsOf(writeOffer(TRANSPORT, [], 1));
  expect(session).toContain('a=group:BUNDLE road');
  expect(road).toContain('a=end-of-candidates');
  expect(others).toEqual([]);
});

test('an ended section is rejected and leaves the bundle', () => {
  const all = nextSections([], [camera, microphone, screen]) ?? [];
  const [session = [], , first = [], , third = []] = sectionsOf(writeOffer(TRANSPORT, nextSections(all, [microphone]) ?? [], 2));
  expect(session).toContain('a=group:BUNDLE road 1');
  expect([first[0], third[0]]).toEqual(Array(2).fill('m=video 0 UDP/TLS/RTP/SAVPF 101 102'));
  expect([...first, ...third].some((line) => line.startsWith('a=ssrc'))).toBe(false);
});

test('stereo is asked for where the studio sends it, once', () => {
  const sections = nextSections([], [microphone]) ?? [];
  const answer = 'a=fmtp:100 minptime=10;useinbandfec=1\r\na=fmtp:101 x=1\r\n';
  const patched = askForStereo(answer, sections);
  expect(patched).toBe('a=fmtp:100 minptime=10;useinbandfec=1;stereo=1\r\na=fmtp:101 x=1\r\n');
  expect(askForStereo(patched, sections)).toBe(patched);
});

test('the fingerprint is read from a description, and none is an error', () => {
  expect(fingerprintIn('v=0\r\na=fingerprint:sha-256 0A:1B\r\n')).toEqual({ algorithm: 'sha-256', value: '0A:1B' });
  expect(() => fingerprintIn('v=0\r\n')).toThrow();
});
