// Two channels side by side over the wire: who may ask whom, who receives what, and what ends it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ParticipantId, RequestKey, UserId } from '../../shared/ids.ts';
import { STAGE_SEATS_MAX } from '../../shared/limits.ts';
import type { StageView } from '../../shared/messages/seats.ts';
import { createClient, register, registerCreator } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { publish } from '../support/publisher.ts';
import { codeOf } from '../support/refusal.ts';
import { goLive, watch } from '../support/scene.ts';
import type { Show } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { expectUnharmed } from '../support/unharmed.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { MEDIA_WORKERS: '2' } });
});
afterAll(async () => {
  await expectUnharmed(server);
  await server.stop();
});

const channelOf = ({ channel: { handle, displayName } }: Show) => ({ handle, displayName, avatarUrl: null });
const answer = (show: Show, asking: Show, isAccepted: boolean) => show.studio.request('link.answer', { handle: asking.handle, isAccepted });
const link = async (one: Show, two: Show): Promise<void> => {
  await one.studio.request('link.ask', { handle: two.handle });
  await answer(two, one, true);
};
const twoShows = () => Promise.all([goLive(server), goLive(server)]);
const snapshotOf = async ({ handle }: Show) => {
  const connection = await createClient(server).connect();
  const { snapshot } = await connection.join(handle);
  connection.close();
  return snapshot;
};
const hostIdOf = async (show: Show): Promise<ParticipantId> => (await snapshotOf(show)).stage.seats.find(({ isHost }) => isHost)?.participantId as ParticipantId;
const linkSeatIn = ({ seats }: StageView) => seats.find(({ channel }) => channel !== null);
const receivesFrom = (connection: Connection, id: ParticipantId, count: number) =>
  connection.next('watch.changed', ({ subscriptions }) => subscriptions.filter(({ participantId }) => participantId === id).length === count);
const endAll = (...ones: readonly { end(): void }[]): void => {
  for (const one of ones) one.end();
};

test('[X1] [X7] one asks, the other sees who and accepts; both rooms and who comes late see the link', async () => {
  const [lin, mei] = await twoShows();
  const viewer = await watch(server, lin.handle);
  const { expiresAtMs } = await lin.studio.request('link.ask', { handle: mei.handle });
  expect(await mei.studio.next('link.asked')).toEqual({ channel: channelOf(lin), expiresAtMs });
  expect(await lin.studio.request('link.ask', { handle: mei.handle })).toEqual({ expiresAtMs });
  expect((await snapshotOf(mei)).link).toEqual({ link: null, asked: null, asking: [] }); // a viewer's
  expect((await snapshotOf(lin)).stage.seats).toHaveLength(1);
  await answer(mei, lin, true);
  expect(await lin.studio.next('link.answered')).toEqual({ handle: mei.handle, answer: 'accepted' });
  expect(await mei.studio.next('link.answered')).toEqual({ handle: lin.handle, answer: 'accepted' });
  const told = await viewer.connection.next('link.changed');
  expect(told.link?.channel).toEqual(channelOf(mei));
  expect((await mei.studio.next('link.changed')).link?.channel).toEqual(channelOf(lin));
  expect((await snapshotOf(lin)).link.link).toEqual(told.link);
  await viewer.connection.next('chat.said', ({ lines }) => lines.some((line) => line.kind === 'system' && line.fact === 'channel_linked'));
  const guest = await register(server);
  const talking = await guest.client.connect();
  await talking.join(mei.handle);
  await talking.request('chat.send', { key: 'k1' as RequestKey, text: 'only here', look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen: null });
  await mei.studio.next('chat.said', ({ lines }) => lines.some((line) => line.kind === 'said'));
  await mei.studio.request('link.end', {});
  expect(await viewer.connection.next('link.changed')).toEqual({ link: null });
  expect(viewer.connection.events.some(({ data }) => JSON.stringify(data).includes('only here'))).toBe(false);
  expect(await codeOf(lin.studio.request('link.end', {}))).toBe('not_linked');
  talking.close();
  endAll(viewer, lin, mei);
});

test('[X1] declined, withdrawn, and asked again; one at a time; a studio that reloads sees what waits', async () => {
  const [lin, mei] = await twoShows();
  const kim = await goLive(server);
  await lin.studio.request('link.ask', { handle: mei.handle });
  expect(await codeOf(lin.studio.request('link.ask', { handle: kim.handle }))).toBe('too_many_items');
  await answer(mei, lin, false);
  expect(await lin.studio.next('link.answered')).toEqual({ handle: mei.handle, answer: 'declined' });
  expect(await codeOf(answer(mei, lin, true))).toBe('not_found');
  await lin.studio.request('link.ask', { handle: kim.handle });
  await kim.studio.request('link.ask', { handle: mei.handle });
  await lin.studio.request('link.withdraw', {});
  expect(await kim.studio.next('link.answered')).toEqual({ handle: lin.handle, answer: 'withdrawn' });
  const again = await mei.client.connect();
  const { snapshot } = await again.join(mei.handle, { as: 'studio' });
  expect(snapshot.link).toMatchObject({ link: null, asked: null, asking: [{ channel: channelOf(kim) }] });
  const back = await kim.client.connect();
  expect((await back.join(kim.handle, { as: 'studio' })).snapshot.link).toMatchObject({ asked: { channel: channelOf(mei) }, asking: [] });
  await back.request('broadcast.end', {});
  expect(await again.next('link.answered')).toEqual({ handle: kim.handle, answer: 'gone' });
  expect((await snapshotOf(mei)).link.link).toBe(null);
  for (const one of [again, back]) one.close();
  endAll(lin, mei, kim);
});

test('[X1] who is linked drops what else was asked', async () => {
  const [lin, mei] = await twoShows();
  const kim = await goLive(server);
  await kim.studio.request('link.ask', { handle: mei.handle });
  await mei.studio.request('link.ask', { handle: lin.handle });
  await lin.studio.request('link.ask', { handle: mei.handle });
  await answer(lin, mei, true);
  expect(await kim.studio.next('link.answered')).toEqual({ handle: mei.handle, answer: 'gone' });
  expect(await mei.studio.next('link.answered', ({ handle }) => handle === lin.handle)).toMatchObject({ answer: 'accepted' });
  expect(await codeOf(answer(mei, kim, true))).toBe('not_found');
  expect(await codeOf(kim.studio.request('link.ask', { handle: mei.handle }))).toBe('already_linked');
  expect(await codeOf(mei.studio.request('link.ask', { handle: kim.handle }))).toBe('already_linked');
  endAll(lin, mei, kim);
});

test('[X2] itself, unknown and silent channels, private broadcasts, and who is not the host', async () => {
  const [lin, mei] = await twoShows();
  const secret = await goLive(server, { broadcast: { visibility: 'private' } });
  const idle = await registerCreator(server);
  const ask = (studio: Connection, handle: string) => codeOf(studio.request('link.ask', { handle }));
  expect(await ask(lin.studio, lin.handle)).toBe('bad_request');
  expect(await ask(lin.studio, 'nobody-has-this')).toBe('channel_not_found');
  expect(await ask(lin.studio, idle.handle)).toBe('not_live');
  expect(await ask(lin.studio, secret.handle)).toBe('not_live');
  expect(await ask(secret.studio, mei.handle)).toBe('link_private');
  const studio = await idle.client.connect();
  await studio.join(idle.handle, { as: 'studio' });
  expect(await ask(studio, mei.handle)).toBe('not_live');
  expect(await codeOf(answer(lin, mei, true))).toBe('not_found');
  expect(await codeOf(lin.studio.request('link.silence', { isSilenced: true }))).toBe('not_linked');
  // A moderator of the channel, and its owner as a viewer.
  const helper = await register(server);
  await lin.studio.request('moderator.name', { userId: helper.me.userId });
  for (const { client } of [helper, lin, await register(server)]) {
    const connection = await client.connect();
    await connection.join(lin.handle);
    expect(await ask(connection, mei.handle)).toBe('permission_denied');
    for (const refused of [
      connection.request('link.answer', { handle: mei.handle, isAccepted: true }), connection.request('link.end', {}),
      connection.request('link.withdraw', {}), connection.request('link.silence', { isSilenced: true }),
    ]) expect(await codeOf(refused)).toBe('permission_denied');
    connection.close();
  }
  studio.close();
  endAll(lin, mei, secret);
});

test('[X2] a full stage has no seat for another host, and a link keeps one', async () => {
  const [lin, mei] = await twoShows();
  const people = await Promise.all(Array.from({ length: STAGE_SEATS_MAX - 1 }, () => register(server)));
  const connections = await Promise.all(people.map(({ client }) => client.connect()));
  await Promise.all(connections.map((connection) => connection.join(mei.handle)));
  const [last, ...others] = people;
  for (const { me } of others) await until('the bucket of invitations', () => mei.studio.request('stage.invite', { userId: me.userId }));
  await link(lin, mei);
  expect(await until('an invitation to be refused', () => codeOf(mei.studio.request('stage.invite', { userId: last?.me.userId as UserId })))).toBe('stage_full');
  await mei.studio.request('link.end', {});
  await until('the free seat to be offered', () => mei.studio.request('stage.invite', { userId: last?.me.userId as UserId }));
  await lin.studio.request('link.ask', { handle: mei.handle });
  expect(await codeOf(answer(mei, lin, true))).toBe('stage_full');
  for (const connection of connections) connection.close();
  endAll(lin, mei);
});

test('[X3] each audience receives the other host, as one more seat, and not who else is on that stage', async () => {
  const [lin, mei] = await twoShows();
  const [linId, meiId] = [await hostIdOf(lin), await hostIdOf(mei)];
  const cohost = await register(server);
  const beside = await cohost.client.connect();
  const besideId = (await beside.join(mei.handle)).participantId;
  await mei.studio.request('stage.invite', { userId: cohost.me.userId });
  await beside.request('stage.answer', { isAccepted: true });
  const sent = await publish(beside);
  await mei.studio.request('stage.bringUp', { participantId: besideId });
  const viewer = await watch(server, lin.handle);
  await link(lin, mei);
  const { subscriptions } = await receivesFrom(viewer.connection, meiId, 2);
  expect(subscriptions.map(({ participantId }) => participantId).sort()).toEqual([linId, linId, meiId, meiId].sort());
  expect(await viewer.connection.next('publication.started', ({ participantId }) => participantId === meiId)).toMatchObject({ publicationId: mei.publisher.publications.camera, source: 'camera' });
  const view = await viewer.connection.next('stage.changed', ({ seats }) => seats.length === 2);
  expect(linkSeatIn(view)).toEqual({
    participantId: meiId, userId: mei.me.userId, name: mei.name, displayName: mei.name, isHost: false, isLeading: false, state: 'on_stage', isHidden: false, muted: false,
    channel: { handle: mei.handle, displayName: mei.channel.displayName, isSilenced: false },
  });
  expect(view.layout.order).toEqual([linId, meiId]);
  // Who comes late has all of it at once, and packets of the other host without any of the own one.
  const late = await watch(server, lin.handle);
  expect(late.joined.watch?.subscriptions).toHaveLength(4);
  expect(late.joined.snapshot.broadcast?.publications.map(({ participantId }) => participantId)).toEqual([linId, linId, meiId, meiId]);
  expect(linkSeatIn(late.joined.snapshot.stage)?.participantId).toBe(meiId);
  lin.publisher.pause();
  await late.viewer.flows('camera');
  await late.viewer.flows('microphone');
  lin.publisher.resume();
  // The other way round, with the co-host there; who is on the stage receives it as well.
  const there = await watch(server, mei.handle);
  expect(there.joined.watch?.subscriptions.map(({ participantId }) => participantId).sort()).toEqual([linId, linId, meiId, meiId, besideId, besideId].sort());
  await lin.studio.request('layout.set', { kind: 'side_by_side', order: [meiId, linId] });
  expect((await late.connection.next('stage.changed', ({ layout }) => layout.kind === 'side_by_side')).layout.order).toEqual([meiId, linId]);
  await lin.studio.request('link.end', {});
  await receivesFrom(late.connection, meiId, 0);
  await late.connection.next('publication.ended', ({ publicationId }) => publicationId === mei.publisher.publications.microphone);
  expect((await late.connection.next('stage.changed', ({ seats }) => seats.length === 1)).layout.order).toEqual([linId]);
  sent.close();
  beside.close();
  endAll(viewer, late, there, lin, mei);
});

test('[X3] a mute is told in both rooms, and so is what is published later', async () => {
  const [lin, mei] = await twoShows();
  const meiId = await hostIdOf(mei);
  await link(lin, mei);
  const [viewer, there] = [await watch(server, lin.handle), await watch(server, mei.handle)];
  const { camera, microphone } = mei.publisher.publications;
  await mei.studio.request('stage.mute', { publicationId: microphone, muted: true });
  for (const { connection } of [viewer, there]) {
    expect(await connection.next('publication.muted')).toEqual({ publicationId: microphone, muted: true });
    await connection.next('stage.changed', ({ seats }) => seats.find(({ participantId }) => participantId === meiId)?.muted === true);
  }
  expect((await snapshotOf(lin)).broadcast?.publications.find(({ publicationId }) => publicationId === microphone)?.muted).toBe(true);
  await mei.studio.request('stage.unpublish', { publicationId: camera });
  for (const { connection } of [viewer, there]) expect(await connection.next('publication.ended')).toEqual({ publicationId: camera });
  await receivesFrom(viewer.connection, meiId, 1);
  const sent = await publish(mei.studio);
  for (const { connection } of [viewer, there]) await connection.next('publication.started', ({ publicationId }) => publicationId === sent.publications.camera);
  await receivesFrom(viewer.connection, meiId, 2);
  sent.close();
  endAll(viewer, there, lin, mei);
});

test('[X4] hidden and silenced here, and nothing is changed there; nothing else is done to that seat', async () => {
  const [lin, mei] = await twoShows();
  const meiId = await hostIdOf(mei);
  await link(lin, mei);
  const [viewer, there] = [await watch(server, lin.handle), await watch(server, mei.handle)];
  await lin.studio.request('stage.hide', { participantId: meiId, isHidden: true });
  const { subscriptions } = await receivesFrom(viewer.connection, meiId, 1);
  expect(subscriptions.find(({ participantId }) => participantId === meiId)?.kind).toBe('audio');
  await lin.studio.request('link.silence', { isSilenced: true });
  await receivesFrom(viewer.connection, meiId, 0);
  const shown = linkSeatIn((await snapshotOf(lin)).stage);
  expect(shown).toMatchObject({ isHidden: true, muted: true, channel: { isSilenced: true } });
  expect((await snapshotOf(lin)).broadcast?.publications).toHaveLength(2);
  expect((await snapshotOf(mei)).stage.seats.find(({ isHost }) => isHost)).toMatchObject({ isHidden: false, muted: false });
  expect(there.connection.events.some(({ event }) => event === 'publication.muted' || event === 'watch.changed')).toBe(false);
  await lin.studio.request('stage.hide', { participantId: meiId, isHidden: false });
  await lin.studio.request('link.silence', { isSilenced: false });
  await receivesFrom(viewer.connection, meiId, 2);
  for (const name of ['stage.bringUp', 'stage.sendBack', 'stage.silence', 'stage.remove'] as const)
    expect(await codeOf(lin.studio.request(name, { participantId: meiId }))).toBe('not_found');
  expect(await codeOf(lin.studio.request('stage.mute', { publicationId: mei.publisher.publications.camera, muted: true }))).toBe('not_found');
  endAll(viewer, there, lin, mei);
});

test('[X5] a host who drops, or reloads the studio, is still linked; the end of a broadcast is the end of the link', async () => {
  const [lin, mei] = await twoShows();
  await link(lin, mei);
  const viewer = await watch(server, lin.handle);
  // A network that died: the new connection takes the participant over.
  const dropped = await mei.client.connect();
  const first = await dropped.join(mei.handle, { as: 'studio' }); // a reload: another participant, with nothing published
  await receivesFrom(viewer.connection, first.participantId, 0);
  expect(first.snapshot.link.link?.channel).toEqual(channelOf(lin));
  const sent = await publish(dropped);
  await receivesFrom(viewer.connection, first.participantId, 2);
  expect(linkSeatIn(await viewer.connection.next('stage.changed', (view) => linkSeatIn(view)?.participantId === first.participantId))).toMatchObject({ muted: false });
  const back = await mei.client.connect();
  const again = await back.request('room.join', { handle: mei.handle, as: 'studio', rejoinToken: first.rejoinToken });
  expect(again.participantId).toBe(first.participantId);
  expect((await snapshotOf(lin)).stage.seats).toHaveLength(2);
  expect((await snapshotOf(lin)).broadcast?.publications).toHaveLength(4);
  expect(viewer.connection.events.some(({ event }) => event === 'link.changed')).toBe(false);
  // The studio is away altogether: the seat waits, and so does the link.
  back.close();
  await viewer.connection.next('stage.changed', ({ seats }) => seats.length === 1);
  expect((await snapshotOf(lin)).link.link?.channel).toEqual(channelOf(mei));
  const last = await mei.client.connect();
  await last.join(mei.handle, { as: 'studio' });
  const over = await publish(last);
  await viewer.connection.next('stage.changed', ({ seats }) => seats.length === 2);
  await last.request('broadcast.end', {});
  expect(await viewer.connection.next('link.changed')).toEqual({ link: null });
  await viewer.connection.next('publication.ended', ({ publicationId }) => publicationId === over.publications.camera);
  expect((await snapshotOf(lin)).broadcast?.publications).toHaveLength(2);
  for (const one of [sent, over, last]) one.close();
  endAll(viewer, lin, mei);
});

test('[X6] a ban keeps them apart, and comes between those who are linked; a shadow ban shows nothing', async () => {
  const [lin, mei] = await twoShows();
  const ban = (kind: 'ban' | 'shadow_ban') => mei.studio.request('sanction.give', { userId: lin.me.userId, kind, reason: '', lengthS: null });
  await link(lin, mei);
  const viewer = await watch(server, lin.handle);
  await ban('ban');
  expect(await viewer.connection.next('link.changed')).toEqual({ link: null });
  expect(await codeOf(lin.studio.request('link.ask', { handle: mei.handle }))).toBe('banned');
  expect(await codeOf(mei.studio.request('link.ask', { handle: lin.handle }))).toBe('permission_denied');
  await ban('shadow_ban');
  const asks = mei.studio.events.filter(({ event }) => event === 'link.asked').length;
  await lin.studio.request('link.ask', { handle: mei.handle });
  expect(await codeOf(answer(mei, lin, true))).toBe('not_found');
  await mei.studio.request('sanction.lift', { userId: lin.me.userId });
  await lin.studio.request('link.withdraw', {});
  expect(mei.studio.events.filter(({ event }) => event === 'link.asked' || event === 'link.answered').length).toBe(asks + 1);
  await lin.studio.request('link.ask', { handle: mei.handle });
  await mei.studio.next('link.asked', ({ channel }) => channel.handle === lin.handle);
  await ban('ban');
  expect(await lin.studio.next('link.answered', ({ answer: how }) => how === 'gone')).toMatchObject({ handle: mei.handle });
  endAll(viewer, lin, mei);
});
