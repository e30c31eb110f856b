// The link for co-hosts over the wire: who takes a seat by it, with an account and without, what a guest on the stage may, and
// how the link ends.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { DISPLAY_NAME_CHARS_MAX, STAGE_SEATS_MAX } from '../../shared/limits.ts';
import type { RequestKey } from '../../shared/ids.ts';
import { createClient } from '../support/client.ts';
import { openConnection } from '../support/connection.ts';
import { openCuttingRelay } from '../support/cutting-relay.ts';
import { publish } from '../support/publisher.ts';
import { codeOf } from '../support/refusal.ts';
import { goLive, watch } from '../support/scene.ts';
import type { Show } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { enter, enterAsGuest, receivesFrom, seatOf, stageIn } from '../support/stage.ts';
import type { Here } from '../support/stage.ts';
import { createViewer } from '../support/viewer.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => void (await server.stop()));

const openLink = async ({ studio }: Show, guestsAllowed = true): Promise<string> => (await studio.request('stage.openLink', { guestsAllowed })).key;
const claim = ({ connection }: Pick<Here, 'connection'>, key: string, name = 'Auntie Wen') => connection.request('stage.claim', { key, name });
const WRONG = 'A'.repeat(22);

test('[S15, S16, S17] a guest with the key sits backstage under a cleaned name, publishes, and is shown when the host brings them up', async () => {
  const show = await goLive(server);
  const viewer = await watch(server, show.handle);
  const key = await openLink(show);
  expect(await show.studio.next('stagelink.changed')).toEqual({ link: { guestsAllowed: true } });
  const wen = await enterAsGuest(server, show);
  expect(await codeOf(wen.connection.request('stage.open', { purpose: 'live', protocol: 'any' }))).toBe('permission_denied');
  await claim(wen, key, ' Auntie\u202e  Wen\n');
  expect(await wen.connection.next('role.changed')).toEqual({ role: 'stage_guest' });
  expect(seatOf(await stageIn(server, show), wen.id)).toEqual({
    participantId: wen.id, userId: null, name: null, displayName: 'Auntie Wen', isHost: false, isLeading: false, state: 'backstage', isHidden: false, muted: false,
    channel: null,
  });
  expect(await codeOf(claim(wen, key))).toBe('already_on_stage');
  const sent = await publish(wen.connection);
  expect(viewer.connection.events.some(({ event }) => event === 'publication.started')).toBe(false);
  const host = createViewer();
  const answer = await show.studio.request('watch.open', host.offer);
  expect(answer.subscriptions.filter(({ participantId }) => participantId === wen.id)).toHaveLength(2);
  await show.studio.request('stage.bringUp', { participantId: wen.id });
  await receivesFrom(viewer.connection, wen.id, 2);
  await viewer.connection.next('stage.changed', (view) => seatOf(view, wen.id)?.state === 'on_stage');
  await viewer.viewer.flows('camera', 10);
  await show.studio.request('stage.silence', { participantId: wen.id });
  expect(await wen.connection.next('publication.muted')).toEqual({ publicationId: sent.publications.microphone, muted: true });
  await wen.connection.request('stage.stepDown', {});
  expect(await wen.connection.next('role.changed')).toEqual({ role: 'guest' });
  await receivesFrom(viewer.connection, wen.id, 0);
  expect(await codeOf(wen.connection.request('stage.open', { purpose: 'live', protocol: 'any' }))).toBe('permission_denied');
  for (const one of [sent, host]) one.close();
  viewer.end();
  wen.connection.close();
  show.end();
});

test('[S17, J9] a guest on the stage writes, votes, asks, gives, raises and leads nothing', async () => {
  const show = await goLive(server);
  const wen = await enterAsGuest(server, show);
  await claim(wen, await openLink(show));
  await show.studio.request('stage.bringUp', { participantId: wen.id });
  const { connection } = wen;
  const seen = null;
  const poll = await show.studio.request('poll.open', { question: 'Tea?', options: ['yes', 'no'], seen });
  const key = 'k'.repeat(22) as RequestKey;
  expect(await codeOf(connection.request('chat.send', { key, text: 'hello', look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen }))).toBe('not_logged_in');
  expect(await codeOf(connection.request('poll.vote', { pollId: poll.poll.pollId, option: 0, seen }))).toBe('not_logged_in');
  expect(await codeOf(connection.request('question.ask', { key, text: 'why?', seen }))).toBe('not_logged_in');
  expect(await codeOf(connection.request('gift.send', { key, giftId: 'firefly' as never, quantity: 1, seen }))).toBe('not_logged_in');
  expect(await codeOf(connection.request('hand.raise', { why: 'me' }))).toBe('not_logged_in');
  expect(await codeOf(connection.request('stage.takeBack', {}))).toBe('not_logged_in');
  expect(await codeOf(connection.request('stage.answerLead', { isAccepted: true }))).toBe('not_logged_in');
  for (const name of ['stage.bringUp', 'stage.sendBack', 'stage.remove', 'stage.handOver'] as const)
    expect(await codeOf(connection.request(name, { participantId: wen.id }))).toBe('permission_denied');
  expect(await codeOf(connection.request('stage.openLink', { guestsAllowed: true }))).toBe('permission_denied');
  expect(await codeOf(connection.request('poll.open', { question: 'Mine?', options: ['yes', 'no'], seen }))).toBe('permission_denied');
  expect(await codeOf(show.studio.request('stage.handOver', { participantId: wen.id }))).toBe('not_found');
  connection.close();
  show.end();
});

test('[S11, S17] a network that breaks takes no guest off the stage, and who says goodbye has no seat', async () => {
  const show = await goLive(server);
  const key = await openLink(show);
  const road = await openCuttingRelay(Number(new URL(server.url).port));
  const origin = `http://127.0.0.1:${road.port}`;
  const connection = await openConnection(origin, { origin });
  const joined = await connection.join(show.handle);
  await claim({ connection }, key);
  const sent = await publish(connection);
  await show.studio.request('stage.bringUp', { participantId: joined.participantId });
  road.close();
  expect((await connection.closed).code).toBe(1006);
  const again = await createClient(server).connect();
  const back = await again.join(show.handle, { rejoinToken: joined.rejoinToken });
  expect(back).toMatchObject({ participantId: joined.participantId, role: 'stage_guest' });
  expect(seatOf(back.snapshot.stage, joined.participantId)).toMatchObject({ state: 'on_stage', displayName: 'Auntie Wen' });
  const own = back.snapshot.stage.publications.filter(({ participantId }) => participantId === joined.participantId);
  expect(own.map(({ publicationId }) => publicationId)).toEqual([sent.publications.camera, sent.publications.microphone]);
  again.close();
  await show.studio.next('stage.changed', ({ seats }) => seats.length === 1 && seats[0]?.isHost === true);
  sent.close();
  show.end();
});

test('[S16] who is logged in sits under their own name, whatever they typed; guests only where they are allowed', async () => {
  const show = await goLive(server);
  const key = await openLink(show, false);
  const [ada, wen] = [await enter(server, show), await enterAsGuest(server, show)];
  expect(await codeOf(claim(wen, key))).toBe('not_logged_in');
  await ada.connection.request('hand.raise', { why: 'a song' });
  await show.studio.request('stage.invite', { userId: ada.userId });
  await claim(ada, key, 'Somebody Else');
  expect(await ada.connection.next('role.changed')).toEqual({ role: 'co_host' });
  expect(await show.studio.next('stage.answered')).toEqual({ userId: ada.userId, answer: 'accepted' });
  await show.studio.next('hand.lowered');
  expect(seatOf(await stageIn(server, show), ada.id)).toMatchObject({ userId: ada.userId, name: ada.name, displayName: ada.name, state: 'backstage' });
  const tab = await ada.client.connect();
  await tab.join(show.handle);
  expect(await codeOf(claim({ connection: tab }, key))).toBe('already_on_stage');
  expect(await codeOf(claim({ connection: show.studio }, key))).toBe('already_on_stage');
  for (const one of [ada.connection, wen.connection, tab]) one.close();
  show.end();
});

test('[S16] a guest’s name is cleaned, fits, holds no listed word and looks like nobody on the stage', async () => {
  const show = await goLive(server);
  const key = await openLink(show);
  const wen = await enterAsGuest(server, show);
  expect(await codeOf(wen.connection.request('stage.claim', { key }))).toBe('name_invalid');
  expect(await codeOf(claim(wen, key, ' \u200b\u202e '))).toBe('name_invalid');
  expect(await codeOf(claim(wen, key, 'x'.repeat(DISPLAY_NAME_CHARS_MAX + 1)))).toBe('bad_request');
  expect(await codeOf(claim(wen, key, 'Buy F0llowers'))).toBe('word_blocked');
  const lookAlike = show.name.toUpperCase().replaceAll('O', '\u041e').replaceAll('E', '\u0415');
  const other = await enterAsGuest(server, show);
  for (const name of [show.name, ` ${lookAlike}.`]) expect(await codeOf(claim(other, key, name))).toBe('name_confusing');
  expect((await stageIn(server, show)).seats).toHaveLength(1);
  await claim(other, key, '\u{1f33b}');
  for (const { connection } of [wen, other]) connection.close();
  show.end();
});

test('[S16] there are as many seats as there are, and invitations keep theirs', async () => {
  const show = await goLive(server);
  const key = await openLink(show);
  const invited = await enter(server, show);
  await show.studio.request('stage.invite', { userId: invited.userId });
  const guests = await Promise.all(Array.from({ length: STAGE_SEATS_MAX - 1 }, () => enterAsGuest(server, show)));
  const [late, ...seated] = guests as [Here, ...Here[]];
  for (const [at, guest] of seated.entries()) await claim(guest, key, `Guest ${at}`);
  expect(await codeOf(claim(late, key, 'Late'))).toBe('stage_full');
  await claim(invited, key);
  expect(await codeOf(claim(late, key, 'Late'))).toBe('stage_full');
  seated[0]?.connection.close();
  await show.studio.next('stage.changed', ({ seats }) => seats.length === STAGE_SEATS_MAX - 1 && seats.some(({ userId }) => userId === invited.userId));
  await claim(late, key, 'Late');
  for (const { connection } of [...guests, invited]) connection.close();
  show.end();
});

test('[S15] only the newest key of this channel’s broadcast is worth anything, and tries are counted', async () => {
  const [show, other] = [await goLive(server), await goLive(server)];
  const [old, foreign] = [await openLink(show), await openLink(other)];
  const key = await openLink(show);
  expect(key).not.toBe(old);
  const wen = await enterAsGuest(server, show);
  for (const wrong of [WRONG, old, foreign]) expect(await codeOf(claim(wen, wrong))).toBe('stage_link_invalid');
  await show.studio.request('stage.closeLink', {});
  expect(await codeOf(claim(wen, key))).toBe('stage_link_invalid');
  const newest = await openLink(show);
  expect((await stageIn(server, show)).seats).toHaveLength(1);
  // The connection has its own bucket; another one from the same address shares the address’s.
  const tryFromANewPage = async (): Promise<boolean> => {
    const connection = await wen.client.connect();
    await connection.join(show.handle);
    const codes = [await codeOf(claim({ connection }, WRONG)), await codeOf(claim({ connection }, WRONG)), await codeOf(claim({ connection }, newest))];
    connection.close();
    return codes.every((code) => code === 'too_many_requests');
  };
  expect(await codeOf(claim(wen, WRONG))).toBe('stage_link_invalid');
  await until('the address to have used up its tries, the right key’s too', tryFromANewPage);
  const elsewhere = await enterAsGuest(server, show);
  await claim(elsewhere, newest, 'Elsewhere');
  await show.studio.request('broadcast.end', {});
  expect(await show.studio.next('stagelink.changed', ({ link }) => link === null)).toEqual({ link: null });
  expect(await codeOf(show.studio.request('stage.openLink', { guestsAllowed: true }))).toBe('not_live');
  const late = await enterAsGuest(server, show);
  expect(await codeOf(claim(late, newest))).toBe('stage_link_invalid');
  for (const { connection } of [wen, elsewhere, late]) connection.close();
  for (const one of [show, other]) one.end();
});

test('[S17] with whoever is removed the link is closed, so nobody comes back by the same key', async () => {
  const show = await goLive(server);
  const key = await openLink(show);
  const wen = await enterAsGuest(server, show);
  await claim(wen, key);
  const sent = await publish(wen.connection);
  await show.studio.request('stage.remove', { participantId: wen.id });
  await wen.connection.next('role.changed', ({ role }) => role === 'guest');
  await show.studio.next('stagelink.changed', ({ link }) => link === null);
  expect(await codeOf(wen.connection.request('stage.restartIce', { transportId: sent.transportId }))).toBe('permission_denied');
  const tab = await enterAsGuest(server, show);
  for (const one of [wen, tab]) expect(await codeOf(claim(one, key))).toBe('stage_link_invalid');
  // A ban of somebody who used the link closes it too, though they sit no more.
  const second = await openLink(show);
  const ada = await enter(server, show);
  await claim(ada, second);
  await ada.connection.request('stage.stepDown', {});
  expect((await show.studio.next('stagelink.changed', ({ link }) => link !== null)).link).toEqual({ guestsAllowed: true });
  await show.studio.request('sanction.give', { userId: ada.userId, kind: 'ban', reason: '', lengthS: null });
  expect(await codeOf(claim(tab, second))).toBe('stage_link_invalid');
  sent.close();
  for (const { connection } of [wen, tab, ada]) connection.close();
  show.end();
});

test('[S13, S16] who is banned or timed out is told so; to who is under a shadow ban every key is wrong', async () => {
  const show = await goLive(server);
  const key = await openLink(show);
  const people = [await enter(server, show), await enter(server, show), await enter(server, show)];
  for (const [at, kind] of (['ban', 'time_out', 'shadow_ban'] as const).entries()) {
    const userId = people[at]?.userId as never;
    await show.studio.request('sanction.give', { userId, kind, reason: '', lengthS: 60 });
  }
  const codes = [];
  for (const person of people) codes.push(await codeOf(claim(person, key)));
  expect(codes).toEqual(['banned', 'timed_out', 'stage_link_invalid']);
  expect((await stageIn(server, show)).seats).toHaveLength(1);
  for (const { connection } of people) connection.close();
  show.end();
});

test('[S15, J6] the key opens no private broadcast, and its link is for those who lead to see', async () => {
  const show = await goLive(server, { broadcast: { visibility: 'private' } });
  const linkKey = show.started.linkKey as string;
  const key = await openLink(show);
  const stranger = await createClient(server).connect();
  expect(await codeOf(stranger.join(show.handle, { linkKey: key }))).toBe('link_invalid');
  expect(await codeOf(stranger.request('stage.claim', { key, name: 'Wen' }))).toBe('not_joined');
  const wen = await enterAsGuest(server, show, { linkKey });
  expect(wen.joined.snapshot.stage.link).toBe(null);
  await claim(wen, key);
  await until('the guest to be seen by who comes now', async () => (await stageIn(server, show, { linkKey })).seats.length === 2);
  const again = await (await show.client.connect()).join(show.handle, { as: 'studio' });
  expect(again.snapshot.stage.link).toEqual({ guestsAllowed: true });
  stranger.close();
  wen.connection.close();
  show.end();
});
