// Going live and what becomes of it, told over the wire. The grace of a minute is shortened for this file's server.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, registerCreator } from '../support/client.ts';
import { publish } from '../support/publisher.ts';
import { codeOf } from '../support/refusal.ts';
import { BROADCAST, goLive, watch } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const GRACE_MS = 4_000;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { RESUME_GRACE_MS: String(GRACE_MS) } });
});
afterAll(async () => void (await server.stop()));

test('viewers who wait are told of start, change and end', async () => {
  const { handle, client } = await registerCreator(server);
  const guest = await createClient(server).connect();
  expect((await guest.join(handle)).snapshot.broadcast).toBeNull();
  const studio = await client.connect();
  await studio.join(handle, { as: 'studio' });
  const { broadcast } = await studio.request('broadcast.start', BROADCAST);
  expect(await guest.next('broadcast.started')).toMatchObject({ broadcastId: broadcast.broadcastId, title: BROADCAST.title, tags: ['river'] });
  await studio.request('broadcast.update', { title: 'By the lake', tags: [] });
  expect(await guest.next('broadcast.updated')).toMatchObject({ title: 'By the lake', tags: [], category: BROADCAST.category });
  const summary = await studio.request('broadcast.end', {});
  expect(summary).toMatchObject({ broadcastId: broadcast.broadcastId, title: 'By the lake', peakViewers: 1 });
  expect(await guest.next('broadcast.ended')).toEqual({ broadcastId: broadcast.broadcastId, reason: 'host' });
  // Written after it is told.
  const past = () => createClient(server).call('channel.show', { path: { handle } }).then((shown) => shown.past);
  await expect.poll(past).toEqual([expect.objectContaining({ broadcastId: broadcast.broadcastId, title: 'By the lake' })]);
  for (const connection of [studio, guest]) connection.close();
});

test('[B1] a channel has one broadcast on air', async () => {
  const show = await goLive(server);
  expect(await codeOf(show.studio.request('broadcast.start', BROADCAST))).toBe('already_live');
  show.end();
});

test('a viewer controls nothing', async () => {
  const show = await goLive(server);
  const guest = await createClient(server).connect();
  expect(await codeOf(guest.request('broadcast.end', {}))).toBe('not_joined');
  await guest.join(show.handle);
  expect(await codeOf(guest.request('broadcast.end', {}))).toBe('permission_denied');
  expect(await codeOf(guest.request('broadcast.start', BROADCAST))).toBe('permission_denied');
  expect(await codeOf(guest.request('stage.open', { purpose: 'live', protocol: 'any' }))).toBe('permission_denied');
  guest.close();
  show.end();
});

test('[B2] nothing is published while nothing is on air', async () => {
  const { handle, client } = await registerCreator(server);
  const studio = await client.connect();
  await studio.join(handle, { as: 'studio' });
  expect(await codeOf(publish(studio))).toBe('not_live');
  expect(await codeOf(studio.request('watch.open', { codecs: ['video/VP8'], fingerprint: { algorithm: 'sha-256', value: Array(32).fill('AA').join(':') } }))).toBe('not_live');
  studio.close();
});

test('[B3] a drop is an interruption, and the same broadcast goes on with the next picture', async () => {
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  await guest.viewer.flows('camera');
  show.publisher.pause();
  expect(await guest.connection.next('broadcast.interrupted')).toEqual({ graceMs: GRACE_MS });
  show.publisher.resume();
  expect(await guest.connection.next('broadcast.resumed')).toMatchObject({ broadcastId: show.started.broadcast.broadcastId, state: 'live' });
  await guest.viewer.flows('camera');
  guest.end();
  show.end();
});

test('[B3] a reload of the studio resumes the same broadcast', async () => {
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  show.end();
  await guest.connection.next('broadcast.interrupted');
  const studio = await show.client.connect();
  const { snapshot } = await studio.join(show.handle, { as: 'studio' });
  expect(snapshot.broadcast).toMatchObject({ broadcastId: show.started.broadcast.broadcastId, state: 'interrupted' });
  const publisher = await publish(studio);
  await guest.connection.next('broadcast.resumed', ({ broadcastId }) => broadcastId === show.started.broadcast.broadcastId);
  await studio.request('broadcast.end', {});
  publisher.close();
  studio.close();
  guest.end();
});

test('[B4] a host who stays away ends the broadcast by the clock', async () => {
  const show = await goLive(server);
  const guest = await createClient(server).connect();
  await guest.join(show.handle);
  show.end();
  await guest.next('broadcast.interrupted');
  expect(await guest.next('broadcast.ended')).toEqual({ broadcastId: show.started.broadcast.broadcastId, reason: 'timeout' });
  guest.close();
});

test('[B5] only public broadcasts are listed', async () => {
  const shows = await Promise.all((['public', 'unlisted', 'private'] as const).map((visibility) => goLive(server, { broadcast: { visibility } })));
  const { live } = await createClient(server).call('live.list');
  const listed = shows.map(({ handle }) => live.some(({ channel }) => channel.handle === handle));
  expect(listed).toEqual([true, false, false]);
  expect(JSON.stringify(live)).not.toContain(shows[2]?.started.linkKey);
  for (const show of shows) show.end();
});

test('[B6] the end closes all media of the room', async () => {
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  // Counted once a second, and from then on they are part of the average.
  await show.studio.next('viewers.counted', ({ viewers }) => viewers === 1);
  await guest.viewer.flows('camera');
  const summary = await show.studio.request('broadcast.end', {});
  expect(summary.peakViewers).toBe(1);
  expect(summary.averageViewers).toBeGreaterThan(0);
  expect(await codeOf(show.studio.request('stage.mute', { publicationId: show.publisher.publications.camera, muted: true }))).toBe('not_found');
  expect(await codeOf(show.studio.request('broadcast.end', {}))).toBe('not_live');
  guest.end();
  show.end();
});

test('[B7] the host’s clock reaches the viewers', async () => {
  const show = await goLive(server);
  const guest = await createClient(server).connect();
  await guest.join(show.handle);
  const hostClock = { offsetMs: 12.5, errorMs: 3 };
  await show.studio.request('broadcast.report', { hostClock, bitsPerSecond: 1e6, framesPerSecond: 30, roundTripMs: 20, lossRatio: 0, trouble: 'none' });
  await guest.next('broadcast.updated', (broadcast) => broadcast.hostClock?.offsetMs === hostClock.offsetMs);
  const late = await createClient(server).connect();
  expect((await late.join(show.handle)).snapshot.broadcast?.hostClock).toEqual(hostClock);
  for (const connection of [guest, late]) connection.close();
  show.end();
});

test('[B8] the studio’s trouble reaches who is there and who comes later, and nobody else can tell any', async () => {
  const show = await goLive(server);
  const guest = await createClient(server).connect();
  expect((await guest.join(show.handle)).snapshot.broadcast?.trouble).toBe('none');
  const report = { hostClock: null, bitsPerSecond: 1e6, framesPerSecond: 30, roundTripMs: 20, lossRatio: 0 };
  await show.studio.request('broadcast.report', { ...report, trouble: 'link' });
  expect(await guest.next('broadcast.troubled')).toEqual({ trouble: 'link' });
  const late = await createClient(server).connect();
  expect((await late.join(show.handle)).snapshot.broadcast?.trouble).toBe('link');
  expect(await codeOf(late.request('broadcast.report', { ...report, trouble: 'computer' }))).toBe('permission_denied');
  // What only the server may say, and what nobody does.
  for (const trouble of ['server', '', null, 1, ['link'], '__proto__'])
    expect(await codeOf(show.studio.request('broadcast.report', { ...report, trouble: trouble as 'link' }))).toBe('bad_request');
  // Said again it is no news: the next that is told is that it is over.
  await show.studio.request('broadcast.report', { ...report, trouble: 'link' });
  await show.studio.request('broadcast.report', { ...report, trouble: 'none' });
  expect(await guest.next('broadcast.troubled')).toEqual({ trouble: 'none' });
  for (const connection of [guest, late]) connection.close();
  show.end();
});
