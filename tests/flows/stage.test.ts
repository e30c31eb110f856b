// Coming on stage over the wire: hands, invitations, seats, and who receives whom.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ParticipantId, UserId } from '../../shared/ids.ts';
import { STAGE_SEATS_MAX } from '../../shared/limits.ts';
import type { StageView } from '../../shared/messages/seats.ts';
import { createClient, register } from '../support/client.ts';
import type { Person } from '../support/client.ts';
import { openConnection } from '../support/connection.ts';
import type { Connection, Joined } from '../support/connection.ts';
import { openCuttingRelay } from '../support/cutting-relay.ts';
import { publish } from '../support/publisher.ts';
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

type Guest = Person & { readonly connection: Connection; readonly joined: Joined; readonly userId: UserId; readonly id: ParticipantId };

const enter = async (show: Show, known?: Person): Promise<Guest> => {
  const person = known ?? (await register(server));
  const connection = await person.client.connect();
  const joined = await connection.join(show.handle);
  return { ...person, connection, joined, userId: person.me.userId, id: joined.participantId };
};

/** Asked and accepted: backstage. */
const seat = async (show: Show): Promise<Guest> => {
  const guest = await enter(show);
  await show.studio.request('stage.invite', { userId: guest.userId });
  await guest.connection.next('stage.invited');
  await guest.connection.request('stage.answer', { isAccepted: true });
  return guest;
};

const seatOf = ({ seats }: StageView, { id }: Guest) => seats.find(({ participantId }) => participantId === id);
const stageIn = async ({ handle }: Show) => {
  const connection = await createClient(server).connect();
  const { snapshot } = await connection.join(handle);
  connection.close();
  return { ...snapshot.stage, listed: snapshot.broadcast?.publications.map(({ participantId }) => participantId) };
};
const receivesFrom = (connection: Connection, { id }: Guest, count: number) =>
  connection.next('watch.changed', ({ subscriptions }) => subscriptions.filter(({ participantId }) => participantId === id).length === count);

test('[S6] a hand reaches those who moderate, in order, cleaned and with its person, and nobody else', async () => {
  const show = await goLive(server);
  const [ada, bob] = [await enter(show), await enter(show)];
  await ada.connection.request('hand.raise', { why: ' I play\u202e the\n kora ' });
  expect((await show.studio.next('hand.raised')).hand).toMatchObject({ userId: ada.userId, displayName: ada.name, why: 'I play the kora' });
  await bob.connection.request('hand.raise', { why: '' });
  await ada.connection.request('hand.raise', { why: 'I play the harp' });
  const { hands } = await show.studio.request('hand.list', {});
  expect(hands.map(({ userId, why }) => [userId, why])).toEqual([[ada.userId, 'I play the harp'], [bob.userId, '']]);
  await show.studio.request('moderator.name', { userId: bob.userId });
  await bob.connection.next('role.changed');
  expect((await bob.connection.request('hand.list', {})).hands).toEqual(hands);
  expect((await enter(show, bob)).joined.snapshot.stage).toMatchObject({ hands, hand: { why: '' } });
  expect((await enter(show, ada)).joined.snapshot.stage).toMatchObject({ hands: [], hand: { why: 'I play the harp' } });
  expect(await codeOf(ada.connection.request('hand.list', {}))).toBe('permission_denied');
  expect(ada.connection.events.some(({ event }) => event === 'hand.raised')).toBe(false);
  await show.studio.request('hand.dismiss', { userId: ada.userId });
  expect(await ada.connection.next('hand.lowered')).toEqual({ userId: ada.userId });
  bob.connection.close();
  await show.studio.next('hand.lowered', ({ userId }) => userId === bob.userId);
  expect((await show.studio.request('hand.list', {})).hands).toEqual([]);
  ada.connection.close();
  show.end();
});

test('[S6] guests, the host, and people in a channel that is not on air raise no hand', async () => {
  const show = await goLive(server);
  const guest = await createClient(server).connect();
  await guest.join(show.handle);
  expect(await codeOf(guest.request('hand.raise', { why: 'hello' }))).toBe('not_logged_in');
  expect(await codeOf(show.studio.request('hand.raise', { why: 'hello' }))).toBe('already_on_stage');
  const ada = await enter(show);
  await show.studio.request('broadcast.end', {});
  expect(await codeOf(ada.connection.request('hand.raise', { why: 'hello' }))).toBe('not_live');
  for (const one of [guest, ada.connection]) one.close();
  show.end();
});

test('[S7] who accepts has a seat and may publish, who was not asked or declines has none', async () => {
  const show = await goLive(server);
  const [ada, bob] = [await enter(show), await enter(show)];
  expect(await codeOf(ada.connection.request('stage.answer', { isAccepted: true }))).toBe('not_found');
  expect(await codeOf(ada.connection.request('stage.open', { purpose: 'live', protocol: 'any' }))).toBe('permission_denied');
  await ada.connection.request('hand.raise', { why: 'a song' });
  const { expiresAtMs } = await show.studio.request('stage.invite', { userId: ada.userId });
  expect(await ada.connection.next('stage.invited')).toEqual({ expiresAtMs });
  expect((await enter(show, ada)).joined.snapshot.stage.invitation).toEqual({ expiresAtMs });
  expect(await codeOf(bob.connection.request('stage.answer', { isAccepted: true }))).toBe('not_found');
  await ada.connection.request('stage.answer', { isAccepted: true });
  expect(await show.studio.next('stage.answered')).toEqual({ userId: ada.userId, answer: 'accepted' });
  expect(await ada.connection.next('role.changed')).toEqual({ role: 'co_host' });
  await show.studio.next('hand.lowered');
  const view = await bob.connection.next('stage.changed', (told) => told.seats.length === 2);
  expect(view.seats[0]).toMatchObject({ isHost: true, userId: show.me.userId });
  expect(seatOf(view, ada)).toMatchObject({ userId: ada.userId, name: ada.name, isHost: false, state: 'backstage', isHidden: false, muted: false, channel: null });
  await show.studio.request('stage.invite', { userId: bob.userId });
  await bob.connection.request('stage.answer', { isAccepted: false });
  expect(await show.studio.next('stage.answered')).toEqual({ userId: bob.userId, answer: 'declined' });
  expect(await codeOf(bob.connection.request('stage.answer', { isAccepted: true }))).toBe('not_found');
  expect((await stageIn(show)).seats).toHaveLength(2);
  for (const { connection } of [ada, bob]) connection.close();
  show.end();
});

test('[S7] there are as many seats as there are, and invitations keep them', async () => {
  const show = await goLive(server);
  const guests = await Promise.all(Array.from({ length: STAGE_SEATS_MAX }, () => enter(show)));
  for (const { userId } of guests.slice(1)) await show.studio.request('stage.invite', { userId });
  const [late, first] = guests as [Guest, Guest];
  expect(await codeOf(show.studio.request('stage.invite', { userId: late.userId }))).toBe('stage_full');
  await first.connection.request('stage.answer', { isAccepted: true });
  await until('the bucket of invitations to have one more', async () => (await codeOf(show.studio.request('stage.invite', { userId: late.userId }))) === 'stage_full');
  await show.studio.request('stage.withdraw', { userId: (guests[2] as Guest).userId });
  await until('a free seat to be offered', () => show.studio.request('stage.invite', { userId: late.userId }));
  for (const { connection } of guests) connection.close();
  show.end();
});

test('[S8] what is backstage is received by those on the stage alone, until it is brought up, and again when it is sent back', async () => {
  const show = await goLive(server);
  const viewer = await watch(server, show.handle);
  const ada = await seat(show);
  const sent = await publish(ada.connection);
  const host = createViewer();
  const answer = await show.studio.request('watch.open', host.offer);
  expect(new Set(answer.subscriptions.map(({ participantId }) => participantId))).toEqual(new Set([ada.id]));
  await host.accept(answer);
  await host.flows('camera');
  const late = await watch(server, show.handle);
  expect(late.joined.watch?.subscriptions.some(({ participantId }) => participantId === ada.id)).toBe(false);
  expect((await stageIn(show)).listed).not.toContain(ada.id);
  const untold = viewer.connection.events.filter(({ event, data }) => event !== 'stage.changed' && JSON.stringify(data).includes(ada.id));
  expect(untold).toEqual([]);
  await show.studio.request('stage.bringUp', { participantId: ada.id });
  await receivesFrom(viewer.connection, ada, 2);
  expect(await viewer.connection.next('publication.started', ({ participantId }) => participantId === ada.id)).toMatchObject({ kind: 'video', source: 'camera' });
  expect((await stageIn(show)).listed?.filter((id) => id === ada.id)).toHaveLength(2);
  await show.studio.request('stage.sendBack', { participantId: ada.id });
  await receivesFrom(viewer.connection, ada, 0);
  await viewer.connection.next('publication.ended', ({ publicationId }) => publicationId === sent.publications.camera);
  const received = host.packets('camera');
  await until('the host still to receive', () => host.packets('camera') > received + 5);
  sent.close();
  host.close();
  for (const one of [viewer, late]) one.end();
  ada.connection.close();
  show.end();
});

test('[S8] somebody new on the stage receives who is backstage, and not themselves', async () => {
  const show = await goLive(server);
  const ada = await seat(show);
  const sent = await publish(ada.connection);
  const person = await register(server);
  const bob = await watch(server, show.handle, { client: person.client });
  expect(bob.joined.watch?.subscriptions).toHaveLength(2);
  await show.studio.request('stage.invite', { userId: person.me.userId });
  await bob.connection.request('stage.answer', { isAccepted: true });
  await receivesFrom(bob.connection, ada, 2);
  const own = await publish(bob.connection);
  const eyes = createViewer();
  const { subscriptions } = await ada.connection.request('watch.open', eyes.offer);
  expect(subscriptions.filter(({ participantId }) => participantId === ada.id)).toEqual([]);
  expect(subscriptions.filter(({ participantId }) => participantId === bob.joined.participantId)).toHaveLength(2);
  await bob.connection.request('stage.stepDown', {});
  await receivesFrom(bob.connection, ada, 0);
  for (const one of [sent, own, eyes]) one.close();
  bob.end();
  ada.connection.close();
  show.end();
});

test('[S9] hidden seats are heard and not seen; who was silenced may speak again', async () => {
  const show = await goLive(server);
  const viewer = await watch(server, show.handle);
  const ada = await seat(show);
  const sent = await publish(ada.connection);
  await show.studio.request('stage.bringUp', { participantId: ada.id });
  await receivesFrom(viewer.connection, ada, 2);
  await show.studio.request('stage.hide', { participantId: ada.id, isHidden: true });
  const { subscriptions } = await receivesFrom(viewer.connection, ada, 1);
  expect(subscriptions.find(({ participantId }) => participantId === ada.id)?.kind).toBe('audio');
  expect(seatOf(await stageIn(show), ada)).toMatchObject({ isHidden: true, state: 'on_stage' });
  await show.studio.request('stage.hide', { participantId: ada.id, isHidden: false });
  await receivesFrom(viewer.connection, ada, 2);
  await show.studio.request('stage.silence', { participantId: ada.id });
  expect(await ada.connection.next('publication.muted')).toEqual({ publicationId: sent.publications.microphone, muted: true });
  expect(seatOf(await stageIn(show), ada)).toMatchObject({ muted: true });
  await ada.connection.request('stage.mute', { publicationId: sent.publications.microphone, muted: false });
  await viewer.connection.next('stage.changed', (view) => seatOf(view, ada)?.muted === true);
  await viewer.connection.next('stage.changed', (view) => seatOf(view, ada)?.muted === false);
  sent.close();
  viewer.end();
  ada.connection.close();
  show.end();
});

test('[S10] removing closes what was published and gives the former role back', async () => {
  const show = await goLive(server);
  const viewer = await watch(server, show.handle);
  const ada = await seat(show);
  const sent = await publish(ada.connection);
  await show.studio.request('moderator.name', { userId: ada.userId });
  await show.studio.request('stage.bringUp', { participantId: ada.id });
  await receivesFrom(viewer.connection, ada, 2);
  await show.studio.request('stage.remove', { participantId: ada.id });
  await receivesFrom(viewer.connection, ada, 0);
  await ada.connection.next('role.changed', ({ role }) => role === 'moderator');
  expect(await codeOf(ada.connection.request('stage.restartIce', { transportId: sent.transportId }))).toBe('permission_denied');
  expect(await codeOf(ada.connection.request('stage.stepDown', {}))).toBe('permission_denied');
  expect(await codeOf(show.studio.request('stage.remove', { participantId: ada.id }))).toBe('not_found');
  sent.close();
  viewer.end();
  ada.connection.close();
  show.end();
});

test('[S10] only the host leads, only seats can be led, and ids of other rooms are nobody', async () => {
  const [show, other] = [await goLive(server), await goLive(server)];
  const [ada, stranger] = [await seat(show), await seat(other)];
  for (const name of ['stage.bringUp', 'stage.sendBack', 'stage.silence', 'stage.remove'] as const) {
    expect(await codeOf(ada.connection.request(name, { participantId: ada.id }))).toBe('permission_denied');
    expect(await codeOf(show.studio.request(name, { participantId: stranger.id }))).toBe('not_found');
  }
  const hostId = (await stageIn(show)).seats.find(({ isHost }) => isHost)?.participantId as ParticipantId;
  expect(await codeOf(show.studio.request('stage.remove', { participantId: hostId }))).toBe('not_found');
  expect(await codeOf(show.studio.request('stage.stepDown', {}))).toBe('not_found');
  expect(await codeOf(ada.connection.request('stage.invite', { userId: stranger.userId }))).toBe('permission_denied');
  expect(await codeOf(show.studio.request('stage.invite', { userId: stranger.userId }))).toBe('not_found');
  expect(await codeOf(show.studio.request('stage.invite', { userId: ada.userId }))).toBe('already_on_stage');
  expect(await codeOf(show.studio.request('stage.invite', { userId: show.me.userId }))).toBe('already_on_stage');
  for (const { connection } of [ada, stranger]) connection.close();
  for (const one of [show, other]) one.end();
});

test('[S11] who drops and comes back has the same seat, and who says goodbye has none', async () => {
  const show = await goLive(server);
  const viewer = await watch(server, show.handle);
  const ada = await seat(show);
  const sent = await publish(ada.connection);
  await show.studio.request('stage.bringUp', { participantId: ada.id });
  await receivesFrom(viewer.connection, ada, 2);
  // The new connection takes the participant over from the old one, as after a network that died without a word.
  const again = await ada.client.connect();
  const back = await again.request('room.join', { handle: show.handle, as: 'viewer', rejoinToken: ada.joined.rejoinToken });
  expect(back).toMatchObject({ participantId: ada.id, role: 'co_host' });
  expect(seatOf(await stageIn(show), ada)).toMatchObject({ state: 'on_stage' });
  await again.request('stage.mute', { publicationId: sent.publications.camera, muted: true });
  again.close();
  await receivesFrom(viewer.connection, ada, 0);
  await viewer.connection.next('stage.changed', (view) => view.seats.length === 1 && view.seats[0]?.isHost === true);
  sent.close();
  viewer.end();
  show.end();
});

test('[S11] a network that breaks takes nobody off the stage', async () => {
  const show = await goLive(server);
  const viewer = await watch(server, show.handle);
  const person = await register(server);
  const road = await openCuttingRelay(Number(new URL(server.url).port));
  const origin = `http://127.0.0.1:${road.port}`;
  const connection = await openConnection(origin, { origin, cookie: person.client.cookie() });
  const joined = await connection.join(show.handle);
  await show.studio.request('stage.invite', { userId: person.me.userId });
  await connection.request('stage.answer', { isAccepted: true });
  const sent = await publish(connection);
  await show.studio.request('stage.bringUp', { participantId: joined.participantId });
  road.close();
  expect((await connection.closed).code).toBe(1006);
  await show.studio.request('stage.sendBack', { participantId: joined.participantId });
  expect((await stageIn(show)).seats).toHaveLength(2);
  const back = await (await person.client.connect()).join(show.handle, { rejoinToken: joined.rejoinToken });
  expect(back).toMatchObject({ participantId: joined.participantId, role: 'co_host' });
  expect(back.snapshot.stage.seats[1]).toMatchObject({ participantId: joined.participantId, state: 'backstage' });
  const own = back.snapshot.stage.publications.filter(({ participantId }) => participantId === joined.participantId);
  expect(own.map(({ publicationId }) => publicationId)).toEqual([sent.publications.camera, sent.publications.microphone]);
  expect(back.snapshot.broadcast?.publications).toHaveLength(2);
  sent.close();
  viewer.end();
  show.end();
});

test('[S12] the layout is everybody’s, and names every seat once', async () => {
  const show = await goLive(server);
  const viewer = await watch(server, show.handle);
  const [ada, bob] = [await seat(show), await seat(show)];
  const hostId = (await stageIn(show)).seats[0]?.participantId as ParticipantId;
  await show.studio.request('layout.set', { kind: 'speaker_first', order: [bob.id, hostId] });
  const expected = { kind: 'speaker_first', order: [bob.id, hostId, ada.id] };
  expect((await viewer.connection.next('stage.changed', ({ layout }) => layout.kind === 'speaker_first')).layout).toEqual(expected);
  expect((await stageIn(show)).layout).toEqual(expected);
  expect(await codeOf(show.studio.request('layout.set', { kind: 'grid', order: [bob.id, bob.id] }))).toBe('bad_request');
  expect(await codeOf(show.studio.request('layout.set', { kind: 'grid', order: ['forged' as ParticipantId] }))).toBe('not_found');
  expect(await codeOf(ada.connection.request('layout.set', { kind: 'grid', order: [] }))).toBe('permission_denied');
  await show.studio.request('broadcast.end', {});
  await ada.connection.next('role.changed', ({ role }) => role === 'viewer');
  expect(await stageIn(show)).toMatchObject({ seats: [], layout: { kind: 'grid', order: [] } });
  for (const { connection } of [ada, bob]) connection.close();
  viewer.end();
  show.end();
});

test('[S13] a time-out lowers the hand and ends the invitation, a ban ends the seat', async () => {
  const show = await goLive(server);
  const [ada, bob] = [await seat(show), await enter(show)];
  const sent = await publish(ada.connection);
  await bob.connection.request('hand.raise', { why: 'me' });
  await show.studio.request('stage.invite', { userId: bob.userId });
  await show.studio.request('sanction.give', { userId: bob.userId, kind: 'time_out', reason: '', lengthS: 60 });
  await show.studio.next('hand.lowered', ({ userId }) => userId === bob.userId);
  expect(await show.studio.next('stage.answered', ({ userId }) => userId === bob.userId)).toMatchObject({ answer: 'withdrawn' });
  await bob.connection.next('stage.uninvited');
  expect(await codeOf(bob.connection.request('hand.raise', { why: 'me' }))).toBe('timed_out');
  await show.studio.request('stage.invite', { userId: bob.userId });
  expect(await codeOf(bob.connection.request('stage.answer', { isAccepted: true }))).toBe('timed_out');
  await show.studio.request('sanction.give', { userId: ada.userId, kind: 'ban', reason: '', lengthS: null });
  await ada.connection.next('role.changed', ({ role }) => role === 'viewer');
  expect(await codeOf(ada.connection.request('stage.open', { purpose: 'live', protocol: 'any' }))).toBe('permission_denied');
  expect(await codeOf(show.studio.request('stage.invite', { userId: ada.userId }))).toBe('permission_denied');
  expect((await stageIn(show)).seats).toHaveLength(1);
  sent.close();
  for (const { connection } of [ada, bob]) connection.close();
  show.end();
});

test('[B3] the broadcast is interrupted when the host is gone, though a co-host sends on', async () => {
  const show = await goLive(server);
  const viewer = await watch(server, show.handle);
  const ada = await seat(show);
  const sent = await publish(ada.connection);
  await show.studio.request('stage.bringUp', { participantId: ada.id });
  show.publisher.pause();
  await viewer.connection.next('broadcast.interrupted');
  show.publisher.resume();
  await viewer.connection.next('broadcast.resumed');
  await ada.connection.request('stage.unpublish', { publicationId: sent.publications.camera });
  await show.studio.request('stage.unpublish', { publicationId: show.publisher.publications.camera });
  await show.studio.request('stage.unpublish', { publicationId: show.publisher.publications.microphone });
  await viewer.connection.next('broadcast.interrupted');
  sent.close();
  viewer.end();
  ada.connection.close();
  show.end();
});
