// Handing the stage over, over the wire: who is asked, what a leader may, how the broadcast goes on without the host, and how the
// host takes it back.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ParticipantId } from '../../shared/ids.ts';
import type { RequestName } from '../../shared/messages.ts';
import { publish } from '../support/publisher.ts';
import { codeOf } from '../support/refusal.ts';
import { goLive, watch } from '../support/scene.ts';
import type { Show } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { bringUp, enter, enterAsGuest, receivesFrom, seatOf, stageIn } from '../support/stage.ts';
import type { Member } from '../support/stage.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { RESUME_GRACE_MS: '120000' } });
});
afterAll(async () => void (await server.stop()));

const handOver = async ({ studio }: Show, { connection, id }: Member): Promise<void> => {
  await studio.request('stage.handOver', { participantId: id });
  await connection.next('lead.offered');
  await connection.request('stage.answerLead', { isAccepted: true });
  await connection.next('role.changed', ({ role }) => role === 'leader');
};
const leadersIn = async (show: Show) => (await stageIn(server, show)).seats.filter(({ isLeading }) => isLeading).map(({ participantId }) => participantId);
const hostIdIn = async (show: Show) => (await stageIn(server, show)).seats.find(({ isHost }) => isHost)?.participantId as ParticipantId;
const eventsOf = ({ connection }: Pick<Member, 'connection'>, name: string) => connection.events.filter(({ event }) => event === name);

test('[S18] nobody leads without having said yes: asked, declined, withdrawn, asked again, accepted', async () => {
  const show = await goLive(server);
  const [ada, bob] = [await bringUp(server, show), await bringUp(server, show)];
  const hostId = await hostIdIn(show);
  expect(await leadersIn(show)).toEqual([hostId]);
  expect(await codeOf(ada.connection.request('stage.answerLead', { isAccepted: true }))).toBe('not_found');
  const { expiresAtMs } = await show.studio.request('stage.handOver', { participantId: ada.id });
  expect(await ada.connection.next('lead.offered')).toEqual({ participantId: ada.id, expiresAtMs });
  expect(await leadersIn(show)).toEqual([hostId]);
  expect(await codeOf(bob.connection.request('stage.answerLead', { isAccepted: true }))).toBe('not_found');
  expect(await codeOf(ada.connection.request('stage.bringUp', { participantId: ada.id }))).toBe('permission_denied');
  await ada.connection.request('stage.answerLead', { isAccepted: false });
  expect(await show.studio.next('lead.answered')).toEqual({ participantId: ada.id, answer: 'declined' });
  await ada.connection.next('lead.unoffered');
  expect(await leadersIn(show)).toEqual([hostId]);
  await show.studio.request('stage.handOver', { participantId: ada.id });
  await show.studio.request('stage.handOver', { participantId: bob.id });
  expect(await show.studio.next('lead.answered')).toEqual({ participantId: ada.id, answer: 'withdrawn' });
  expect(await codeOf(ada.connection.request('stage.answerLead', { isAccepted: true }))).toBe('not_found');
  await show.studio.request('stage.takeBack', {});
  expect(await codeOf(bob.connection.request('stage.answerLead', { isAccepted: true }))).toBe('not_found');
  expect(await leadersIn(show)).toEqual([hostId]);
  await handOver(show, bob);
  expect(await show.studio.next('lead.answered', ({ answer }) => answer === 'accepted')).toMatchObject({ participantId: bob.id });
  expect(await leadersIn(show)).toEqual([bob.id]);
  for (const { connection } of [ada, bob]) connection.close();
  show.end();
});

test('[S18] the host alone hands over, and only to who is on stage here and logged in', async () => {
  const [show, other] = [await goLive(server), await goLive(server)];
  const [ada, stranger, viewer, guest] = [await bringUp(server, show), await bringUp(server, other), await enter(server, show), await enterAsGuest(server, show)];
  const { key } = await show.studio.request('stage.openLink', { guestsAllowed: true });
  await guest.connection.request('stage.claim', { key, name: 'Wen' });
  await show.studio.request('stage.bringUp', { participantId: guest.id });
  await show.studio.request('stage.sendBack', { participantId: ada.id });
  const nobodies = [ada.id, stranger.id, viewer.id, guest.id, 'forged' as ParticipantId];
  for (const participantId of nobodies) expect(await codeOf(show.studio.request('stage.handOver', { participantId }))).toBe('not_found');
  await show.studio.request('stage.bringUp', { participantId: ada.id });
  for (const { connection } of [ada, viewer]) expect(await codeOf(connection.request('stage.handOver', { participantId: ada.id }))).toBe('permission_denied');
  expect(await codeOf(viewer.connection.request('stage.takeBack', {}))).toBe('permission_denied');
  expect(await codeOf(ada.connection.request('stage.takeBack', {}))).toBe('permission_denied');
  expect(await leadersIn(show)).toEqual([await hostIdIn(show)]);
  for (const { connection } of [ada, stranger, viewer, guest]) connection.close();
  for (const one of [show, other]) one.end();
});

test('[S19] who leads directs, invites, opens the link and moderates; what is the channel’s own they may not', async () => {
  const show = await goLive(server);
  const [ada, bob] = [await bringUp(server, show), await enter(server, show)];
  await handOver(show, ada);
  await bob.connection.request('hand.raise', { why: 'me' });
  expect((await ada.connection.next('hand.raised')).hand.userId).toBe(bob.userId);
  await ada.connection.request('stage.invite', { userId: bob.userId });
  await bob.connection.next('stage.invited');
  await bob.connection.request('stage.answer', { isAccepted: true });
  await ada.connection.request('stage.bringUp', { participantId: bob.id });
  await ada.connection.request('layout.set', { kind: 'speaker_first', order: [bob.id] });
  expect((await ada.connection.request('stage.openLink', { guestsAllowed: false })).key).toHaveLength(22);
  await ada.connection.request('poll.open', { question: 'Tea?', options: ['yes', 'no'], seen: null });
  const hostId = await hostIdIn(show);
  expect(await codeOf(ada.connection.request('stage.remove', { participantId: hostId }))).toBe('not_found');
  expect(await codeOf(ada.connection.request('sanction.give', { userId: show.me.userId, kind: 'ban', reason: '', lengthS: null }))).toBe('permission_denied');
  const forbidden: [RequestName, object][] = [
    ['broadcast.end', {}], ['broadcast.update', { title: 'mine' }], ['broadcast.link', {}], ['stage.handOver', { participantId: bob.id }],
    ['moderator.name', { userId: bob.userId }], ['link.ask', { handle: 'another' }], ['link.end', {}], ['battle.giveUp', {}],
  ];
  for (const [name, params] of forbidden) expect([name, await codeOf(ada.connection.request(name, params as never))]).toEqual([name, 'permission_denied']);
  await show.studio.request('stage.hide', { participantId: ada.id, isHidden: true });
  await ada.connection.request('sanction.give', { userId: bob.userId, kind: 'time_out', reason: '', lengthS: 60 });
  await ada.connection.request('stage.remove', { participantId: bob.id });
  expect((await stageIn(server, show)).seats.map(({ participantId }) => participantId)).toEqual([hostId, ada.id]);
  for (const { connection } of [ada, bob]) connection.close();
  show.end();
});

test('[S19, B3] the broadcast goes on when the host goes while who leads sends, and ends its interruption when they send again', async () => {
  const show = await goLive(server);
  const viewer = await watch(server, show.handle);
  const ada = await bringUp(server, show);
  await handOver(show, ada);
  const sent = await publish(ada.connection);
  await receivesFrom(viewer.connection, ada.id, 2);
  show.end();
  await viewer.connection.next('stage.changed', ({ seats }) => seats.length === 1 && seats[0]?.isLeading === true && !seats[0].isHost);
  await receivesFrom(viewer.connection, ada.id, 2);
  expect(eventsOf(viewer, 'broadcast.interrupted')).toEqual([]);
  await ada.connection.request('layout.set', { kind: 'solo', order: [ada.id] });
  const late = await watch(server, show.handle);
  expect(late.joined.snapshot.broadcast).toMatchObject({ state: 'live' });
  await late.viewer.flows('camera', 10);
  sent.pause();
  await viewer.connection.next('broadcast.interrupted');
  sent.resume();
  await viewer.connection.next('broadcast.resumed');
  await ada.connection.request('stage.stepDown', {});
  await viewer.connection.next('broadcast.interrupted');
  sent.close();
  for (const one of [viewer, late]) one.end();
  ada.connection.close();
});

test('[S20] the owner takes back from any tab, and is the host again without another broadcast', async () => {
  const show = await goLive(server);
  const viewer = await watch(server, show.handle);
  const ada = await bringUp(server, show);
  await handOver(show, ada);
  const sent = await publish(ada.connection);
  await receivesFrom(viewer.connection, ada.id, 2);
  show.end();
  await viewer.connection.next('stage.changed', ({ seats }) => seats.length === 1 && seats[0]?.isLeading === true);
  const studio = await show.client.connect();
  const back = await studio.join(show.handle, { as: 'studio' });
  expect(back.snapshot.broadcast?.broadcastId).toBe(show.started.broadcast.broadcastId);
  expect(seatOf(back.snapshot.stage, ada.id)).toMatchObject({ isLeading: true });
  const own = await publish(studio);
  const tab = await show.client.connect();
  await tab.join(show.handle);
  await tab.request('stage.takeBack', {});
  expect(await ada.connection.next('role.changed', ({ role }) => role !== 'leader')).toEqual({ role: 'co_host' });
  expect(await leadersIn({ ...show, studio })).toEqual([back.participantId]);
  expect(await codeOf(ada.connection.request('stage.sendBack', { participantId: ada.id }))).toBe('permission_denied');
  expect(eventsOf(viewer, 'broadcast.interrupted')).toEqual([]);
  await ada.connection.request('stage.unpublish', { publicationId: sent.publications.camera });
  studio.close();
  await viewer.connection.next('broadcast.interrupted');
  for (const one of [sent, own]) one.close();
  viewer.end();
  for (const one of [ada.connection, tab]) one.close();
});

test('[S20] who leads gives it back, or loses it with being before the audience; a drop of the network takes nothing', async () => {
  const show = await goLive(server);
  const ada = await bringUp(server, show);
  const hostId = await hostIdIn(show);
  await handOver(show, ada);
  await ada.connection.request('stage.takeBack', {});
  expect(await leadersIn(show)).toEqual([hostId]);
  await handOver(show, ada);
  await show.studio.request('stage.sendBack', { participantId: ada.id });
  await ada.connection.next('role.changed', ({ role }) => role === 'co_host');
  expect(await leadersIn(show)).toEqual([hostId]);
  await show.studio.request('stage.bringUp', { participantId: ada.id });
  expect(await leadersIn(show)).toEqual([hostId]);
  await handOver(show, ada);
  const again = await ada.client.connect();
  const back = await again.request('room.join', { handle: show.handle, as: 'viewer', rejoinToken: ada.joined.rejoinToken });
  expect(back).toMatchObject({ participantId: ada.id, role: 'leader' });
  await show.studio.request('sanction.give', { userId: ada.userId, kind: 'ban', reason: '', lengthS: null });
  await again.next('role.changed', ({ role }) => role === 'viewer');
  expect(await leadersIn(show)).toEqual([hostId]);
  await show.studio.request('broadcast.end', {});
  again.close();
  show.end();
});
