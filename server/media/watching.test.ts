// Watching, with real workers and real peers: one round trip to running media, what viewers are told, quality, mute.

import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { watchAnswer } from '../../shared/messages/watch.ts';
import { mostWithin } from '../../tests/support/statistics.ts';
import type { Media } from './media.ts';
import { OFFER, createSender, createViewer } from './testing/peers.ts';
import type { Sender, Viewer } from './testing/peers.ts';
import { unixMsOf } from './testing/rtp.ts';
import { goLive, person, room, startMedia, watch } from './testing/start-media.ts';
import type { Facts } from './testing/start-media.ts';

let media: Media;
let facts: Facts;
/** What nobody may see but the host's neighbour. */
const curtain = { isDown: false };
const ends: (Sender | Viewer)[] = [];
const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });

const host = person('host');
const viewerA = person('a');
const neighbour = person('neighbour');
const studio = room('studio');

const live = async (sender: Sender = createSender()) => {
  ends.push(sender);
  return goLive(media, { roomId: studio, participantId: host, sender });
};
const look = async (participantId = viewerA) => {
  const watching = await watch(media, studio, participantId);
  ends.push(watching.viewer);
  return watching;
};

beforeAll(async () => {
  ({ media, facts } = await startMedia({}, (_room, watcher) => !curtain.isDown || watcher === neighbour));
});
afterAll(() => media.close());
afterEach(() => {
  for (const end of ends.splice(0)) end.close();
  curtain.isDown = false;
  media.closeRoom(studio);
  facts.subscriptions.clear();
});

test('W1 W2: one request gives a viewer running media, with capture times', async () => {
  await live();
  const { viewer, answer } = await look();
  expect(v.safeParse(watchAnswer, answer).issues).toBeUndefined();
  expect(answer.subscriptions).toMatchObject([{ source: 'camera', kind: 'video', layers: 1 }]);
  await until(() => expect(viewer.packets()).toBeGreaterThan(20));
  const extensions = answer.subscriptions[0]?.rtpParameters.headerExtensions ?? [];
  const captureTime = extensions.find(({ uri }) => uri.endsWith('/abs-capture-time'));
  // The sender's NTP time, and the server's estimate of how far the sender's clock is from its own.
  const carried = viewer.last()?.extensions.get(captureTime?.id ?? 0);
  expect(carried).toHaveLength(16);
  expect(Math.abs(unixMsOf(carried?.readBigUInt64BE(0) ?? 0n) - Date.now())).toBeLessThan(2_000);
  expect(media.isReceiving(viewerA)).toBe(true);
});

test('W2: nobody is promised capture times that the publisher does not send', async () => {
  const sender = createSender();
  await live({ ...sender, rtpParameters: { ...sender.rtpParameters, headerExtensions: [] } });
  const { answer } = await look();
  const uris = answer.subscriptions[0]?.rtpParameters.headerExtensions?.map(({ uri }) => uri) ?? [];
  expect(uris).toContain('urn:ietf:params:rtp-hdrext:sdes:mid');
  expect(uris.some((uri) => uri.endsWith('/abs-capture-time'))).toBe(false);
});

test('a viewer who only asked, and has not connected, does not count as receiving', async () => {
  await live();
  await media.watch({ roomId: studio, participantId: viewerA, offer: OFFER });
  expect(media.counts().consumers).toBe(1);
  expect(media.isReceiving(viewerA)).toBe(false);
});

test('[W3] viewers are told the full list when publications start and end', async () => {
  const answer = await media.watch({ roomId: studio, participantId: viewerA, offer: OFFER });
  expect(answer.subscriptions).toEqual([]);
  const { publicationId } = await live();
  await until(() => expect(facts.subscriptions.get(viewerA)).toMatchObject([{ publicationId }]));
  await media.unpublish(host, publicationId);
  await until(() => expect(facts.subscriptions.get(viewerA)).toEqual([]));
  expect(facts.ended).toContain(publicationId);
  await until(() => expect(media.counts()).toMatchObject({ producers: 0, consumers: 0 }));
});

test('a publication that starts while a viewer is let in is in the answer or told after it', async () => {
  const [answer, { publicationId }] = await Promise.all([
    media.watch({ roomId: studio, participantId: viewerA, offer: OFFER }),
    live(),
  ]);
  await until(() => {
    const known = facts.subscriptions.get(viewerA) ?? answer.subscriptions;
    expect(known.map((subscription) => subscription.publicationId)).toEqual([publicationId]);
  });
});

test('[W4] watching again closes the transport before', async () => {
  await live();
  const first = await look();
  await until(() => expect(first.viewer.packets()).toBeGreaterThan(5));
  const second = await look();
  await until(() => expect(second.viewer.packets()).toBeGreaterThan(5));
  expect(second.answer.transport.transportId).not.toBe(first.answer.transport.transportId);
  expect(media.counts()).toMatchObject({ transports: 2, consumers: 1 });
});

test('[W5] quality picks a layer, also of later publications and of the next transport', async () => {
  await live(createSender({ bytes: [100, 400, 900], framesPerSecond: 30 }));
  const { viewer, answer } = await look();
  expect(answer.subscriptions[0]?.layers).toBe(3);
  const receives = (bytes: number) => until(() => expect(Math.abs((viewer.last()?.bytes ?? 0) - bytes)).toBeLessThan(60));
  await receives(900);
  await media.prefer(viewerA, 'low');
  await receives(100);
  await media.prefer(viewerA, 'medium');
  await receives(400);
  await media.prefer(viewerA, 'auto');
  await receives(900);
  await media.prefer(viewerA, 'low');
  const next = await look();
  await until(() => expect(next.viewer.packets()).toBeGreaterThan(20));
  expect(next.viewer.last()?.bytes).toBeLessThan(160);
});

test('[S3] a muted publication stays in the list and sends nothing', async () => {
  const { publicationId, sender } = await live();
  const { viewer } = await look();
  await until(() => expect(viewer.packets()).toBeGreaterThan(5));
  await media.setMuted(host, publicationId, true);
  expect(media.publications(studio)).toMatchObject([{ publicationId, source: 'camera', muted: true }]);
  const muted = viewer.packets();
  const sent = sender.sent();
  await until(() => expect(sender.sent()).toBeGreaterThan(sent + 20));
  expect(viewer.packets()).toBeLessThan(muted + 5);
  await media.setMuted(host, publicationId, false);
  await until(() => expect(viewer.packets()).toBeGreaterThan(muted + 20));
});

test('[B3] it is noticed when packets stop and when they come again, but mute is not a stop', async () => {
  const { sender, publicationId } = await live();
  const { viewer } = await look();
  await until(() => expect(viewer.packets()).toBeGreaterThan(5));
  await media.setMuted(host, publicationId, true);
  sender.hold(true);
  await media.setMuted(host, publicationId, false);
  await until(() => expect(facts.flow).toEqual([false]));
  sender.hold(false);
  await until(() => expect(facts.flow).toEqual([false, true]));
});

test('[S8] what a watcher may not see any more it does not receive, others do; and it comes back', async () => {
  const { publicationId } = await live();
  const [away, near] = [await look(), await look(neighbour)];
  await until(() => expect(Math.min(away.viewer.packets(), near.viewer.packets())).toBeGreaterThan(5));
  const consumers = media.counts().consumers;
  curtain.isDown = true;
  media.viewsChanged(studio);
  await until(() => expect(facts.subscriptions.get(viewerA)).toEqual([]));
  await until(() => expect(media.counts().consumers).toBe(consumers - 1));
  expect(facts.subscriptions.has(neighbour)).toBe(false);
  expect((await media.watch({ roomId: studio, participantId: person('late'), offer: OFFER })).subscriptions).toEqual([]);
  const received = near.viewer.packets();
  await until(() => expect(near.viewer.packets()).toBeGreaterThan(received + 20));
  curtain.isDown = false;
  media.viewsChanged(studio);
  await until(() => expect(facts.subscriptions.get(viewerA)).toMatchObject([{ publicationId, participantId: host }]));
});

test('[S10] who may publish no more goes on watching', async () => {
  const { transportId } = await live();
  const { viewer } = await look(host);
  await until(() => expect(viewer.packets()).toBeGreaterThan(5));
  media.stopPublishing(host);
  await until(() => expect(facts.subscriptions.get(host)).toEqual([]));
  expect(media.publications(studio)).toEqual([]);
  await expect(media.restartPublisherIce(host, transportId)).rejects.toMatchObject({ code: 'transport_gone' });
  await expect(media.restartWatchIce(host)).resolves.toMatchObject({ usernameFragment: expect.any(String) as string });
});

test('[W6] the keyframe requests of many viewers become two a second, whenever they ask', async () => {
  const { sender } = await live();
  const names = Array.from({ length: 8 }, (_, index) => person(`v${index}`));
  const viewers = await Promise.all(names.map((name) => look(name)));
  for (const { viewer } of viewers) await until(() => expect(viewer.packets()).toBeGreaterThan(0));
  const before = sender.keyframesAskedAtMs().length;
  const sentBefore = sender.sent();
  // Somebody wants one all the time, as while many join; each `refresh` is a trip to the worker and back.
  while (sender.sent() < sentBefore + 120) await Promise.all(names.map((name) => media.refresh(name))); // 2.4 s at 50 frames per second
  const asked = sender.keyframesAskedAtMs().slice(before);
  expect(asked.length).toBeGreaterThanOrEqual(3);
  expect(mostWithin(asked, 1_000)).toBe(2);
});

test('ICE restart gives fresh parameters and media goes on', async () => {
  await live();
  const { viewer, answer } = await look();
  await until(() => expect(viewer.packets()).toBeGreaterThan(5));
  const fresh = await media.restartWatchIce(viewerA);
  expect(fresh.usernameFragment).not.toBe(answer.transport.iceParameters.usernameFragment);
  const packets = viewer.packets();
  await until(() => expect(viewer.packets()).toBeGreaterThan(packets + 20));
});

test('who can decode nothing that we send is told so, and who can decode nothing that is published too', async () => {
  await live();
  const codecs = (list: string[]) => media.watch({ roomId: studio, participantId: viewerA, offer: { ...OFFER, codecs: list } });
  await expect(codecs(['video/H265', 'audio/PCMU'])).rejects.toMatchObject({ code: 'codec_unsupported' });
  await expect(codecs(['video/AV1', 'audio/opus'])).rejects.toMatchObject({ code: 'codec_unsupported' });
  expect(media.counts()).toMatchObject({ transports: 1, consumers: 0 });
});

test('a wrong DTLS fingerprint never gets media', async () => {
  await live();
  const viewer = createViewer();
  ends.push(viewer);
  const value = OFFER.fingerprint.value.replace(/^../, (byte) => (byte === '00' ? '01' : '00'));
  viewer.start(await media.watch({ roomId: studio, participantId: viewerA, offer: { ...OFFER, fingerprint: { algorithm: 'sha-256', value } } }));
  await until(() => expect(['failed', 'closed', 'disconnected']).toContain(viewer.state()));
  expect(viewer.packets()).toBe(0);
  expect(media.isReceiving(viewerA)).toBe(false);
});

test('requests of who does not watch are refused', async () => {
  const nobody = person('nobody');
  for (const asked of [media.prefer(nobody, 'low'), media.refresh(nobody), media.restartWatchIce(nobody)])
    await expect(asked).rejects.toMatchObject({ code: 'transport_gone' });
});
