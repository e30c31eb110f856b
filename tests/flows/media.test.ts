// Publishing and watching with real ICE, DTLS and SRTP, and that nothing is left when everybody has gone.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../support/client.ts';
import { publish } from '../support/publisher.ts';
import { codeOf } from '../support/refusal.ts';
import { goLive, watch } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { createViewer } from '../support/viewer.ts';
import { mediaCounts } from '../support/media-counts.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => void (await server.stop()));

test('[W1] the transport is ready when the answer leaves: the viewer’s first packet finds it', async () => {
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  await guest.viewer.flows('camera', 1);
  expect(guest.joined.watch?.transport.iceParameters.iceLite).toBe(true);
  expect(guest.joined.watch?.transport.iceCandidates.length).toBeGreaterThan(0);
  guest.end();
  show.end();
});

test('[W2] payload types and extension ids are the server’s own, the same for every viewer', async () => {
  const show = await goLive(server);
  const offers = [createViewer(), createViewer()];
  const answers = await Promise.all(offers.map(async ({ offer }) => {
    const connection = await createClient(server).connect();
    const { watch: answer } = await connection.join(show.handle, { watch: offer });
    connection.close();
    return answer?.subscriptions.map(({ source, rtpParameters: { codecs, headerExtensions } }) => ({
      source, codecs: codecs.map(({ mimeType, payloadType }) => [mimeType, payloadType]), headerExtensions,
    })).sort((one, other) => one.source.localeCompare(other.source));
  }));
  expect(answers[0]).toEqual(answers[1]);
  for (const viewer of offers) viewer.close();
  show.end();
});

test('[W3] a change of what is published reaches the viewer as the full new list', async () => {
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  await show.studio.request('stage.unpublish', { publicationId: show.publisher.publications.microphone });
  const { subscriptions } = await guest.connection.next('watch.changed');
  expect(subscriptions.map(({ source }) => source)).toEqual(['camera']);
  guest.end();
  show.end();
});

test('[W4] watch.open again gives a new transport and closes the one before', async () => {
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  await guest.viewer.flows('camera');
  const next = createViewer();
  const answer = await guest.connection.request('watch.open', next.offer);
  expect(answer.transport.transportId).not.toBe(guest.joined.watch?.transport.transportId);
  await next.accept(answer);
  await next.flows('camera');
  const { consumers } = await mediaCounts(server);
  expect(consumers).toBe(2);
  next.close();
  guest.end();
  show.end();
});

test('[W5] a wish for a layer is obeyed, and outlives a new publication', async () => {
  const show = await goLive(server, { publish: { layers: 3 } });
  const guest = await watch(server, show.handle);
  expect(guest.joined.watch?.subscriptions.find(({ source }) => source === 'camera')?.layers).toBe(3);
  await guest.viewer.flows('camera');
  for (const quality of ['low', 'high', 'auto'] as const) await guest.connection.request('watch.prefer', { quality });
  await guest.viewer.flows('camera', 20);
  guest.end();
  show.end();
});

test('[W6] many who ask for a picture become few keyframe requests', async () => {
  const show = await goLive(server);
  const guests = await Promise.all(Array.from({ length: 6 }, () => watch(server, show.handle)));
  await Promise.all(guests.map(({ viewer }) => viewer.flows('camera')));
  const before = show.publisher.keyframeRequests();
  const since = performance.now();
  await Promise.all(guests.map(({ connection }) => connection.request('watch.refresh', {})));
  await until('one keyframe request', () => show.publisher.keyframeRequests() > before);
  const seconds = (performance.now() - since) / 1000;
  expect(show.publisher.keyframeRequests() - before).toBeLessThanOrEqual(2 * Math.ceil(seconds) + 1);
  for (const guest of guests) guest.end();
  show.end();
});

test('[S1] another’s transports and publications are not there', async () => {
  const [show, other] = [await goLive(server), await goLive(server)];
  const { transportId, publications } = show.publisher;
  expect(await codeOf(other.studio.request('stage.restartIce', { transportId }))).toBe('transport_gone');
  expect(await codeOf(other.studio.request('stage.mute', { publicationId: publications.camera, muted: true }))).toBe('not_found');
  expect(await codeOf(other.studio.request('stage.unpublish', { publicationId: publications.camera }))).toBe('not_found');
  const guest = await watch(server, show.handle);
  await guest.viewer.flows('camera');
  guest.end();
  for (const one of [show, other]) one.end();
});

test('[S2] publishing a source again replaces it', async () => {
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  const again = await publish(show.studio);
  const { subscriptions } = await guest.connection.next('watch.changed', (list) => {
    const ids = list.subscriptions.map(({ publicationId }) => publicationId);
    return ids.includes(again.publications.camera) && ids.includes(again.publications.microphone);
  });
  expect(subscriptions).toHaveLength(2);
  again.close();
  guest.end();
  show.end();
});

test('[S3] what is muted stays in the list and sends nothing', async () => {
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  await guest.viewer.flows('camera');
  const { camera } = show.publisher.publications;
  await show.studio.request('stage.mute', { publicationId: camera, muted: true });
  expect(await guest.connection.next('publication.muted')).toEqual({ publicationId: camera, muted: true });
  const received = guest.viewer.packets('camera');
  await guest.viewer.flows('microphone', 50);
  expect(guest.viewer.packets('camera') - received).toBeLessThan(10);
  const { snapshot } = await (await createClient(server).connect()).join(show.handle);
  expect(snapshot.broadcast?.publications).toContainEqual(expect.objectContaining({ publicationId: camera, muted: true }));
  await show.studio.request('stage.mute', { publicationId: camera, muted: false });
  await guest.viewer.flows('camera');
  guest.end();
  show.end();
});

test('[S5] what is published for the connection check is seen by nobody', async () => {
  const show = await goLive(server);
  const check = await publish(show.studio, { purpose: 'check' });
  const guest = await watch(server, show.handle);
  expect(guest.joined.watch?.subscriptions).toHaveLength(2);
  expect(guest.joined.watch?.subscriptions.map(({ publicationId }) => publicationId)).not.toContain(check.publications.camera);
  await show.studio.request('stage.close', { transportId: check.transportId });
  expect(await codeOf(show.studio.request('stage.restartIce', { transportId: check.transportId }))).toBe('transport_gone');
  check.close();
  guest.end();
  show.end();
});

test('every transport, producer, consumer and room is gone after the last one leaves', async () => {
  const show = await goLive(server);
  const guests = await Promise.all(Array.from({ length: 4 }, () => watch(server, show.handle)));
  await Promise.all(guests.map(({ viewer }) => viewer.flows('camera')));
  const during = await mediaCounts(server);
  expect(during.consumers).toBeGreaterThanOrEqual(8);
  for (const guest of guests) guest.end();
  await show.studio.request('broadcast.end', {});
  show.end();
  await until('all media to be gone', async () => Object.values(await mediaCounts(server)).every((count) => count === 0), 20_000);
});
