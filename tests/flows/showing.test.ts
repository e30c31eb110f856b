// What pages show and who speaks, over the wire: what is sent to whom, and what publishers and the room are told of it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ParticipantId, PublicationId } from '../../shared/ids.ts';
import { VOICES_MAX } from '../../shared/limits.ts';
import { createClient, register } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { publish } from '../support/publisher.ts';
import type { Publisher } from '../support/publisher.ts';
import { codeOf } from '../support/refusal.ts';
import { goLive, watch } from '../support/scene.ts';
import type { Show } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { createViewer } from '../support/viewer.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => void (await server.stop()));

type Guest = { readonly id: ParticipantId; readonly connection: Connection; readonly sent: Publisher; end(): void };

/** Asked, accepted, and publishing: backstage. */
const seat = async (show: Show): Promise<Guest> => {
  const { client, me } = await register(server);
  const connection = await client.connect();
  const { participantId: id } = await connection.join(show.handle);
  await show.studio.request('stage.invite', { userId: me.userId });
  await connection.next('stage.invited');
  await connection.request('stage.answer', { isAccepted: true });
  const sent = await publish(connection);
  return { id, connection, sent, end: () => (sent.close(), connection.close()) };
};
const bringUp = async (show: Show, guest: Guest): Promise<void> =>
  void (await until('the bucket to have one more', () => show.studio.request('stage.bringUp', { participantId: guest.id }).then(() => true)));

test('[W7] what a page does not show it is not sent, and what it shows again it is, also after a rejoin', async () => {
  const show = await goLive(server, { publish: { layers: 3 } });
  const { camera: publicationId } = show.publisher.publications;
  const guest = await watch(server, show.handle);
  await guest.viewer.flows('camera');
  await guest.connection.request('watch.show', { pictures: [] });
  const shown = guest.viewer.packets('camera');
  await guest.viewer.flows('microphone', 60);
  expect(guest.viewer.packets('camera')).toBeLessThan(shown + 15);
  const again = await guest.client.connect();
  await again.request('room.join', { handle: show.handle, as: 'viewer', rejoinToken: guest.joined.rejoinToken });
  const next = createViewer();
  await next.accept(await again.request('watch.open', next.offer));
  await next.flows('microphone', 40);
  expect(next.packets('camera')).toBe(0);
  await again.request('watch.show', { pictures: [{ publicationId, height: 360 }] });
  await next.flows('camera', 20);
  for (const one of [next, again]) one.close();
  guest.end();
  show.end();
});

test('[W7] nonsense is refused, ids of other rooms are ignored, and who does not watch shows nothing', async () => {
  const [show, other] = [await goLive(server), await goLive(server)];
  const guest = await watch(server, show.handle);
  const { camera } = show.publisher.publications;
  const say = (pictures: unknown) => codeOf(guest.connection.request('watch.show', { pictures } as never));
  const crowd = Array.from({ length: 37 }, (_, index) => ({ publicationId: `p${index}`, height: 100 }));
  expect(await say(crowd)).toBe('bad_request');
  for (const height of [-1, Number.NaN, Infinity, 1e9, '100', null]) expect(await say([{ publicationId: camera, height }])).toBe('bad_request');
  await until('the bucket to have one more', async () => (await say([{ publicationId: '../x', height: 1 }])) === 'bad_request');
  const strange = [{ publicationId: other.publisher.publications.camera, height: 4_000 }, { publicationId: 'forged' as PublicationId }];
  const told = await until('the bucket to have one more', () =>
    guest.connection.request('watch.show', { pictures: [...strange, { publicationId: camera, height: 0.5 }] }).then(() => true));
  expect(told).toBe(true);
  await guest.viewer.flows('camera', 20);
  const idle = await createClient(server).connect();
  await idle.join(show.handle);
  expect(await codeOf(idle.request('watch.show', { pictures: [] }))).toBe('transport_gone');
  idle.close();
  guest.end();
  for (const one of [show, other]) one.end();
});

test('[S14] the publisher is told which layers are wanted, and nobody else is', async () => {
  const show = await goLive(server, { publish: { layers: 3 } });
  const { camera: publicationId } = show.publisher.publications;
  expect(await show.studio.next('stage.demanded')).toEqual({ publicationId, layers: 0 });
  const guest = await watch(server, show.handle);
  expect(await show.studio.next('stage.demanded')).toEqual({ publicationId, layers: 3 });
  await guest.connection.request('watch.show', { pictures: [{ publicationId, height: 300 }] });
  expect(await show.studio.next('stage.demanded')).toEqual({ publicationId, layers: 2 });
  await guest.viewer.flows('camera', 20);
  expect(guest.connection.events.some(({ event }) => event === 'stage.demanded')).toBe(false);
  guest.end();
  show.end();
});

test('[W9, W10] of many voices the host’s and the last ones are sent; who speaks is, and is named once on stage', async () => {
  const show = await goLive(server);
  const guests: Guest[] = [];
  for (let count = 0; count < VOICES_MAX + 1; count += 1) guests.push(await seat(show));
  const [silent, backstage] = guests as [Guest, Guest];
  for (const guest of guests) if (guest !== backstage) await bringUp(show, guest);

  const client = createClient(server);
  const connection = await client.connect();
  const viewer = createViewer(VOICES_MAX + 3);
  const { watch: answer } = await connection.join(show.handle, { watch: viewer.offer });
  if (!answer) throw new Error('nothing is on air');
  const voiceOf = ({ sent }: { readonly sent: Publisher }) => sent.publications.microphone;
  const host = { sent: show.publisher };
  await viewer.accept(answer);
  await connection.request('watch.show', { pictures: [] });
  // Six voices are on stage: the one that has been there longest and never spoke waits.
  const heard = guests.filter((guest) => guest !== silent && guest !== backstage);
  for (const one of [host, ...heard]) await until('a voice to be heard', () => viewer.packetsOf(voiceOf(one)) > 20);
  expect(viewer.packetsOf(voiceOf(silent))).toBe(0);

  backstage.sent.speak(true);
  silent.sent.speak(true);
  expect(await connection.next('speaker.changed')).toEqual({ speaking: [silent.id] });
  await until('who speaks to be heard', () => viewer.packetsOf(voiceOf(silent)) > 20);
  const [first] = heard as [Guest];
  const last = viewer.packetsOf(voiceOf(first));
  const atHost = viewer.packetsOf(voiceOf(host));
  await until('the host to be heard on', () => viewer.packetsOf(voiceOf(host)) > atHost + 40);
  expect(viewer.packetsOf(voiceOf(first))).toBeLessThan(last + 20);

  await bringUp(show, backstage);
  expect(new Set((await connection.next('speaker.changed')).speaking)).toEqual(new Set([silent.id, backstage.id]));
  for (const one of [backstage, silent]) one.sent.speak(false);
  await connection.next('speaker.changed', ({ speaking }) => speaking.length === 0);
  viewer.close();
  connection.close();
  for (const guest of guests) guest.end();
  show.end();
});
