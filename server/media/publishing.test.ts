// Publishing, with real workers: whose transports are whose, what replaces what, checks that nobody sees, hostile parameters.

import fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { rtpCapabilities, rtpParameters, transportView } from '../../shared/messages/rtp.ts';
import type { RtpParameters } from '../../shared/messages/rtp.ts';
import type { PublicationId, TransportId } from '../../shared/ids.ts';
import type { Source } from '../../shared/messages/watch.ts';
import { AppError } from '../lib/app-error.ts';
import type { Media } from './media.ts';
import { OFFER, SENDER_DTLS, createSender } from './testing/peers.ts';
import type { Sender, Viewer } from './testing/peers.ts';
import { goLive, person, room, startMedia, watch } from './testing/start-media.ts';
import type { Facts } from './testing/start-media.ts';

let media: Media;
let facts: Facts;
const ends: (Sender | Viewer)[] = [];
const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });

const studio = room('studio');
const host = person('host');
const other = person('other');

const open = async (participantId = host, purpose: 'live' | 'check' = 'live') =>
  (await media.openPublisher({ roomId: studio, participantId, purpose, protocol: 'any' })).transport.transportId;

let ssrc = 10_000;
const vp8 = (): RtpParameters => ({
  mid: `m${(ssrc += 1)}`,
  codecs: [{ mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 }],
  encodings: [{ ssrc }],
});
const opus = (): RtpParameters => ({
  mid: `m${(ssrc += 1)}`,
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1, usedtx: 1 } }],
  encodings: [{ ssrc, dtx: true }],
});
const publish = (transportId: TransportId, source: Source = 'camera', participantId = host) =>
  source === 'camera' || source === 'screen'
    ? media.publish(participantId, transportId, { source, kind: 'video', rtpParameters: vp8() })
    : media.publish(participantId, transportId, { source, kind: 'audio', rtpParameters: opus() });
const publications = () => media.publications(studio).map(({ publicationId }) => publicationId);

beforeAll(async () => {
  ({ media, facts } = await startMedia({
    announcedAddresses: ['192.0.2.1', 'media.example.org'],
    iceServers: [{ urls: ['turn:turn.example.org'], username: 'u', credential: 'c' }],
  }));
});
afterAll(() => media.close());
afterEach(() => {
  for (const end of ends.splice(0)) end.close();
  media.closeRoom(studio);
  expect(media.publications(studio)).toEqual([]);
});

test('a studio learns all it needs: capabilities, ICE servers, and one candidate for each address and protocol', async () => {
  const opened = await media.openPublisher({ roomId: studio, participantId: host, purpose: 'live', protocol: 'any' });
  expect(v.safeParse(rtpCapabilities, opened.rtpCapabilities).issues).toBeUndefined();
  expect(v.safeParse(transportView, opened.transport).issues).toBeUndefined();
  const { iceCandidates, iceServers } = opened.transport;
  const byPriority = [...iceCandidates].sort((a, b) => b.priority - a.priority);
  expect(byPriority.map(({ protocol, address }) => `${protocol} ${address}`)).toEqual([
    'udp 192.0.2.1', 'udp media.example.org', 'tcp 192.0.2.1', 'tcp media.example.org',
  ]);
  expect(new Set(iceCandidates.map(({ foundation }) => foundation)).size).toBe(4);
  expect(iceServers).toEqual([{ urls: ['turn:turn.example.org'], username: 'u', credential: 'c' }]);
  const codecs = opened.rtpCapabilities.codecs.filter(({ mimeType }) => !mimeType.endsWith('/rtx'));
  expect(codecs.map(({ mimeType }) => mimeType)).toEqual(['audio/opus', 'video/VP8', 'video/VP9', 'video/H264', 'video/H264', 'video/AV1']);
});

test('with a TURN server, each transport has credentials of its own for it, also a watcher’s', async () => {
  const { media: relayed } = await startMedia({ turn: { urls: ['turn:turn.example.org'], secret: 'a secret of some length' } });
  const opened = async () => (await relayed.openPublisher({ roomId: studio, participantId: host, purpose: 'live', protocol: 'any' })).transport;
  const watched = await relayed.watch({ roomId: studio, participantId: other, offer: OFFER });
  const transports = [await opened(), await opened(), watched.transport];
  for (const transport of transports) {
    expect(v.safeParse(transportView, transport).issues).toBeUndefined();
    expect(transport.iceServers).toEqual([{ urls: ['turn:turn.example.org'], username: expect.stringMatching(/^\d{10}:/) as string, credential: expect.any(String) as string }]);
  }
  expect(new Set(transports.map(({ iceServers }) => iceServers[0]?.credential)).size).toBe(3);
  await relayed.close();
});

test('the connection check can ask for one protocol', async () => {
  for (const protocol of ['udp', 'tcp'] as const) {
    const { transport } = await media.openPublisher({ roomId: studio, participantId: host, purpose: 'check', protocol });
    expect(new Set(transport.iceCandidates.map((candidate) => candidate.protocol))).toEqual(new Set([protocol]));
  }
});

test('[S1] ids of another participant answer as if they did not exist', async () => {
  const transportId = await open();
  const publicationId = await publish(transportId);
  await open(other);
  for (const foreigner of [other, person('nobody')]) {
    await expect(media.connectPublisher(foreigner, transportId, SENDER_DTLS)).rejects.toMatchObject({ code: 'transport_gone' });
    await expect(publish(transportId, 'camera', foreigner)).rejects.toMatchObject({ code: 'transport_gone' });
    await expect(media.restartPublisherIce(foreigner, transportId)).rejects.toMatchObject({ code: 'transport_gone' });
    expect(() => media.closePublisher(foreigner, transportId)).toThrow(AppError);
    await expect(media.unpublish(foreigner, publicationId)).rejects.toMatchObject({ code: 'not_found' });
    await expect(media.setMuted(foreigner, publicationId, true)).rejects.toMatchObject({ code: 'not_found' });
  }
  expect(media.publications(studio)).toMatchObject([{ publicationId, participantId: host, muted: false }]);
});

test('a transport is connected once, with a fingerprint that means something', async () => {
  const transportId = await open();
  for (const fingerprint of [{ algorithm: 'md5', value: 'AA' }, { algorithm: 'sha-256', value: 'zz' }, { algorithm: '', value: '' }])
    await expect(media.connectPublisher(host, transportId, { fingerprints: [fingerprint] })).rejects.toMatchObject({ code: 'bad_request' });
  await media.connectPublisher(host, transportId, SENDER_DTLS);
  await expect(media.connectPublisher(host, transportId, SENDER_DTLS)).rejects.toMatchObject({ code: 'bad_request' });
});

test('[S2] publishing a source again replaces it, and viewers switch to the new one', async () => {
  const transportId = await open();
  const first = await publish(transportId);
  await media.watch({ roomId: studio, participantId: other, offer: OFFER });
  const second = await publish(transportId);
  expect(publications()).toEqual([second]);
  expect(facts.ended).toContain(first);
  await until(() => expect(facts.subscriptions.get(other)?.map(({ publicationId }) => publicationId)).toEqual([second]));
  await until(() => expect(media.counts()).toMatchObject({ producers: 1, consumers: 1 }));
});

test('a studio that comes back on a new transport replaces all of the old one without a gap', async () => {
  const before = await goLive(media, { roomId: studio, participantId: host, sender: createSender({ ssrc: 1 }) });
  const old = await open(); // not yet published on: goes too
  const after = createSender({ ssrc: 2 });
  ends.push(before.sender, after);
  const replacement = await goLive(media, { roomId: studio, participantId: host, sender: after });
  expect(publications()).toEqual([replacement.publicationId]);
  expect(facts.ended).toContain(before.publicationId);
  await expect(publish(before.transportId)).rejects.toMatchObject({ code: 'transport_gone' });
  await expect(publish(old)).rejects.toMatchObject({ code: 'transport_gone' });
  await until(() => expect(media.counts()).toMatchObject({ transports: 1, producers: 1 }));
});

test('[S5] what a check transport publishes cannot be watched', async () => {
  const checkId = await open(host, 'check');
  const { subscriptions } = await media.watch({ roomId: studio, participantId: other, offer: OFFER });
  const publicationId = await publish(checkId);
  expect(subscriptions).toEqual([]);
  expect(publications()).toEqual([]);
  expect(media.counts()).toMatchObject({ producers: 1, consumers: 0 });
  media.closePublisher(host, checkId);
  expect(media.counts()).toMatchObject({ producers: 0 });
  expect(facts.ended).not.toContain(publicationId);
});

test('a participant has few transports: the oldest check goes first', async () => {
  const liveId = await open();
  const checks = [await open(host, 'check'), await open(host, 'check')];
  await open(host, 'check');
  expect(media.counts().transports).toBe(3);
  await expect(publish(checks[0] as TransportId)).rejects.toMatchObject({ code: 'transport_gone' });
  await expect(publish(liveId)).resolves.toBeDefined();
});

test('a storm of publications on one transport is bounded', async () => {
  const transportId = await open();
  const storm = await Promise.allSettled(Array.from({ length: 30 }, () => publish(transportId)));
  const refused = storm.filter((result) => result.status === 'rejected');
  expect(refused.length).toBeGreaterThan(20);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'too_many_items' });
  expect(publications()).toHaveLength(1);
});

test('camera, microphone, screen and its sound live side by side, and end one by one', async () => {
  const transportId = await open();
  const ids: PublicationId[] = [];
  for (const source of ['camera', 'microphone', 'screen', 'screen_audio'] as const) ids.push(await publish(transportId, source));
  expect(publications()).toEqual(ids);
  const { subscriptions } = await media.watch({ roomId: studio, participantId: other, offer: OFFER });
  expect(subscriptions.map(({ source, kind }) => `${source} ${kind}`)).toEqual([
    'camera video', 'microphone audio', 'screen video', 'screen_audio audio',
  ]);
  for (const id of ids.slice(1)) await media.unpublish(host, id);
  await until(() => expect(facts.subscriptions.get(other)?.map(({ publicationId }) => publicationId)).toEqual(ids.slice(0, 1)));
});

test('a fractional bitrate does not spoil the worker for everybody', async () => {
  // Given to mediasoup as it is, this throws half-way through a message and every later one to the worker fails.
  const transportId = await open();
  const fractional = { ...vp8(), encodings: [{ ssrc: 77, maxBitrate: 1_000_000.5 }] };
  await expect(media.publish(host, transportId, { source: 'camera', kind: 'video', rtpParameters: fractional })).resolves.toBeDefined();
  await expect(open(other)).resolves.toBeDefined();
});

const text = (max: number) => fc.string({ unit: 'binary', maxLength: max });
const parameters = fc.dictionary(
  fc.oneof(fc.constantFrom('apt', 'profile-level-id', 'packetization-mode', 'profile-id', '__proto__', 'useinbandfec'), fc.string({ minLength: 1, maxLength: 40 })),
  fc.oneof(text(200), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.boolean(), fc.constantFrom('42e01f', 101, 1)),
  { maxKeys: 4 },
);
const codec = fc.record(
  {
    mimeType: fc.constantFrom('video/VP8', 'video/vp9', 'video/H264', 'video/AV1', 'video/rtx', 'audio/opus', 'video/H265', 'audio/multiopus', 'video/ulpfec'),
    payloadType: fc.oneof(fc.integer({ min: 0, max: 127 }), fc.constantFrom(101, 102)),
    clockRate: fc.oneof(fc.constantFrom(90_000, 48_000), fc.integer({ min: 1, max: 192_000 })),
    channels: fc.integer({ min: 1, max: 8 }),
    parameters,
    rtcpFeedback: fc.array(fc.record({ type: fc.oneof(fc.constantFrom('nack', 'ccm'), fc.string({ minLength: 1, maxLength: 32 })), parameter: text(32) }), { maxLength: 3 }),
  },
  { requiredKeys: ['mimeType', 'payloadType', 'clockRate'] },
);
const smallSsrc = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 0xffff_ffff }));
const encoding = fc.record(
  {
    ssrc: smallSsrc,
    rid: fc.stringMatching(/^[A-Za-z0-9]{1,16}$/),
    codecPayloadType: fc.integer({ min: 0, max: 127 }),
    rtx: fc.record({ ssrc: smallSsrc }),
    dtx: fc.boolean(),
    scalabilityMode: fc.oneof(fc.constantFrom('L1T3', 'L3T3_KEY', 'S3T3', 'L99T99', 'L1T1'), fc.string({ minLength: 1, maxLength: 16 })),
    maxBitrate: fc.double({ min: 0, max: 1e8, noNaN: true }),
  },
  { requiredKeys: [] },
);
const wild = fc.record(
  {
    mid: fc.string({ minLength: 1, maxLength: 16 }),
    msid: fc.string({ minLength: 1, maxLength: 200 }),
    codecs: fc.array(codec, { minLength: 1, maxLength: 4 }),
    headerExtensions: fc.array(
      fc.record({
        uri: fc.oneof(fc.constantFrom('urn:ietf:params:rtp-hdrext:sdes:mid', 'urn:3gpp:video-orientation'), fc.string({ minLength: 1, maxLength: 120 })),
        id: fc.integer({ min: 1, max: 255 }),
        encrypt: fc.boolean(),
        parameters,
      }),
      { maxLength: 4 },
    ),
    encodings: fc.array(encoding, { maxLength: 3 }),
    rtcp: fc.record({ cname: text(256), reducedSize: fc.boolean(), mux: fc.boolean() }),
  },
  { requiredKeys: ['codecs'] },
) as fc.Arbitrary<RtpParameters>;
/** Some parts wild, the others honest, so that not everything falls at the first hurdle. */
const hostile = fc
  .tuple(wild, fc.subarray(['codecs', 'encodings', 'headerExtensions', 'mid', 'msid', 'rtcp'], { minLength: 1 }))
  .map(([parts, names]): RtpParameters => ({ ...vp8(), ...Object.fromEntries(Object.entries(parts).filter(([name]) => names.includes(name))) }));

test('hostile RTP parameters are refused with a code and never hurt the worker', async () => {
  const [worker] = media.health();
  let [accepted, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom<Source>('camera', 'microphone', 'screen'), async (parameters, source) => {
      if (!v.is(rtpParameters, parameters)) return; // the hub's schema would have stopped it
      const transportId = await open();
      try {
        await media.publish(host, transportId, { source, kind: source === 'microphone' ? 'audio' : 'video', rtpParameters: parameters });
        accepted += 1;
        await media.watch({ roomId: studio, participantId: other, offer: { ...OFFER, codecs: OFFER.codecs } }).catch((err: unknown) => {
          expect(err).toMatchObject({ code: 'codec_unsupported' });
        });
      } catch (err) {
        refused += 1;
        expect(['bad_request', 'codec_unsupported']).toContain((err as AppError).code);
      } finally {
        media.closeRoom(studio);
      }
    }),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(100);
  expect(accepted).toBeGreaterThan(0);
  expect(media.health()).toEqual([worker]);
  // And an honest one still works, all the way.
  const { sender } = await goLive(media, { roomId: studio, participantId: host });
  const { viewer } = await watch(media, studio, other);
  ends.push(sender, viewer);
  expect(viewer.state()).not.toBe('failed');
});
