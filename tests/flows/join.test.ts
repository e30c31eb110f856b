// Coming in: what one request answers, who may, and who is counted.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, register, registerCreator } from '../support/client.ts';
import { codeOf } from '../support/refusal.ts';
import { BROADCAST, goLive, watch } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => void (await server.stop()));

test('[J2] one request answers everything, and pictures and sound follow without a second one', async () => {
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  const { joined, connection, viewer } = guest;
  expect(joined).toMatchObject({ role: 'guest', snapshot: { channel: { handle: show.handle }, broadcast: { title: BROADCAST.title, state: 'live' } } });
  expect(joined.watch?.subscriptions.map(({ source }) => source).sort()).toEqual(['camera', 'microphone']);
  await Promise.all([viewer.flows('camera'), viewer.flows('microphone')]);
  expect(connection.events.filter(({ event }) => event === 'watch.changed')).toEqual([]);
  guest.end();
  show.end();
});

test('a guest who offers nothing gets the snapshot alone', async () => {
  const show = await goLive(server);
  const connection = await createClient(server).connect();
  const joined = await connection.join(show.handle);
  expect(joined.watch).toBeNull();
  expect(joined.snapshot.broadcast?.publications).toHaveLength(2);
  connection.close();
  show.end();
});

test('there is no room without a channel, and nobody is in two rooms', async () => {
  const { handle } = await registerCreator(server);
  const connection = await createClient(server).connect();
  expect(await codeOf(connection.join('nobody_has_this'))).toBe('channel_not_found');
  await connection.join(handle);
  expect(await codeOf(connection.join(handle))).toBe('already_joined');
  await connection.request('room.leave', {});
  await connection.join(handle);
  connection.close();
});

test('[J3] the next event after the snapshot is seq + 1 of the same epoch', async () => {
  const { handle, client } = await registerCreator(server);
  const studio = await client.connect();
  await studio.join(handle, { as: 'studio' });
  const guest = await createClient(server).connect();
  const { seq, epoch } = await guest.join(handle);
  await studio.request('broadcast.start', BROADCAST);
  await studio.request('broadcast.update', { title: 'Another title' });
  await studio.request('broadcast.end', {});
  await guest.next('broadcast.ended');
  const numbered = guest.events.filter((event) => event.seq !== undefined && event.seq > seq);
  expect(numbered.map((event) => event.seq)).toEqual(numbered.map((_, at) => seq + 1 + at));
  expect(new Set(numbered.map((event) => event.epoch))).toEqual(new Set([epoch]));
  expect(numbered.map(({ event }) => event)).toEqual(expect.arrayContaining(['broadcast.started', 'broadcast.updated', 'broadcast.ended']));
  studio.close();
  guest.close();
});

test('[J4] a participant who comes back with its token is the same one', async () => {
  const show = await goLive(server);
  const first = await createClient(server).connect();
  const { participantId, rejoinToken } = await first.join(show.handle);
  const second = await createClient(server).connect();
  const again = await second.join(show.handle, { rejoinToken });
  expect(again.participantId).toBe(participantId);
  expect(await first.closed).toMatchObject({ code: 4502 });
  second.close();
  show.end();
});

test('[J4] a token of nobody makes a new participant', async () => {
  const { handle } = await registerCreator(server);
  const first = await createClient(server).connect();
  const { participantId } = await first.join(handle);
  const other = await createClient(server).connect();
  expect((await other.join(handle, { rejoinToken: 'a'.repeat(32) })).participantId).not.toBe(participantId);
  for (const connection of [first, other]) connection.close();
});

test('[J5] only the owner opens the studio, and the newest takes over', async () => {
  const { handle, client } = await registerCreator(server);
  const guest = await createClient(server).connect();
  expect(await codeOf(guest.join(handle, { as: 'studio' }))).toBe('not_logged_in');
  const stranger = await (await register(server)).client.connect();
  expect(await codeOf(stranger.join(handle, { as: 'studio' }))).toBe('permission_denied');
  const [older, newer] = [await client.connect(), await client.connect()];
  await older.join(handle, { as: 'studio' });
  expect(await newer.join(handle, { as: 'studio' })).toMatchObject({ role: 'host' });
  expect(await older.closed).toMatchObject({ code: 4502, reason: 'replaced' });
  for (const connection of [guest, stranger, newer]) connection.close();
});

test('[J6] a private broadcast is seen with its key alone', async () => {
  const show = await goLive(server, { broadcast: { visibility: 'private' } });
  const { linkKey } = show.started;
  if (linkKey === null) throw new Error('a private broadcast without a key');
  const stranger = await createClient(server).connect();
  expect(await codeOf(stranger.join(show.handle))).toBe('link_invalid');
  expect(await codeOf(stranger.join(show.handle, { linkKey: `${linkKey.slice(0, -1)}${linkKey.endsWith('A') ? 'B' : 'A'}` }))).toBe('link_invalid');
  const guest = await watch(server, show.handle, { linkKey });
  await guest.viewer.flows('camera');
  guest.end();
  stranger.close();
  show.end();
});

test('[J6] who is there without the key when a private broadcast starts must come in again', async () => {
  const { handle, client } = await registerCreator(server);
  const guest = await createClient(server).connect();
  await guest.join(handle);
  const studio = await client.connect();
  await studio.join(handle, { as: 'studio' });
  await studio.request('broadcast.start', { ...BROADCAST, visibility: 'private' });
  const { code } = await guest.closed;
  expect(code).toBeGreaterThanOrEqual(4000);
  expect(code).toBeLessThan(4500);
  expect(guest.events.filter(({ event }) => event === 'broadcast.started')).toEqual([]);
  studio.close();
});

test('[J7] people are counted, not tabs, and the studio is nobody', async () => {
  const { handle, client: owner } = await registerCreator(server);
  const studio = await owner.connect();
  await studio.join(handle, { as: 'studio' });
  const { client } = await register(server);
  const [firstTab, secondTab, guest] = [await client.connect(), await client.connect(), await createClient(server).connect()];
  await firstTab.join(handle);
  await studio.next('viewers.counted', ({ viewers }) => viewers === 1);
  expect((await secondTab.join(handle)).snapshot.viewers).toBe(1);
  await guest.join(handle);
  await studio.next('viewers.counted', ({ viewers }) => viewers === 2);
  guest.close();
  await studio.next('viewers.counted', ({ viewers }) => viewers === 1);
  for (const connection of [firstTab, secondTab]) connection.close();
  await studio.next('viewers.counted', ({ viewers }) => viewers === 0);
  studio.close();
});
