// Polls, questions and reactions over real sockets, with a broadcast on: who may, what is told to whom, what is kept.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RequestKey } from '../../shared/ids.ts';
import { LATE_VOTES_MS, REACTION_TICK_MS, TALLY_TICK_MS } from '../../shared/limits.ts';
import type { EventData, EventName } from '../../shared/messages.ts';
import { createClient, register } from '../support/client.ts';
import type { Person } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { isAlive } from '../support/processes.ts';
import { codeOf } from '../support/refusal.ts';
import { goLive } from '../support/scene.ts';
import type { Show } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'qiao-interaction-'));
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ dataDir });
});
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

type Seated = Person & { readonly connection: Connection };

const comeIn = async (handle: string, person?: Person): Promise<Seated> => {
  const who = person ?? (await register(server));
  const connection = await who.client.connect();
  await connection.join(handle);
  return { ...who, connection };
};
const guestIn = async (handle: string): Promise<Connection> => {
  const connection = await createClient(server).connect();
  await connection.join(handle);
  return connection;
};

/** The picture takes this long to them, as their page measures it. */
const measure = (connection: Connection, latencyMs: number): Promise<unknown> =>
  connection.request('watch.report', { latencyMs, latencyErrorMs: 10, framesPerSecond: 30, lossRatio: 0, bitsPerSecond: 1e6, freezes: 0 });

/** In the server's clock, which is this machine's. */
const frame = (ageMs: number, errorMs = 10) => ({ capturedAtMs: Date.now() - ageMs, errorMs });
const tea = { question: 'Tea?', options: ['yes', 'no', 'later'] };
const openPoll = async ({ studio }: Show) => (await studio.request('poll.open', { ...tea, seen: frame(0, 1) })).poll;
const heard = <E extends EventName>(connection: Connection, name: E): EventData<E>[] =>
  connection.events.filter(({ event }) => event === name).map(({ data }) => data as EventData<E>);

test('[P1] the host opens one poll at a time; everybody hears of it, those who come later find it', async () => {
  const show = await goLive(server);
  const guest = await guestIn(show.handle);
  const ada = await comeIn(show.handle);
  expect(await codeOf(ada.connection.request('poll.open', { ...tea, seen: null }))).toBe('permission_denied');
  const poll = await openPoll(show);
  expect(poll).toMatchObject({ ...tea, votes: [0, 0, 0], state: 'open' });
  expect(Math.abs((poll.openedFrameMs ?? 0) - Date.now())).toBeLessThan(2_000);
  expect(await guest.next('poll.opened')).toEqual({ poll });
  expect(await codeOf(openPoll(show))).toBe('poll_running');
  const late = await createClient(server).connect();
  expect((await late.join(show.handle)).snapshot.poll).toEqual({ poll, myOption: null });
  expect(await codeOf(late.request('poll.vote', { pollId: poll.pollId, option: 0, seen: null }))).toBe('not_logged_in');
  expect(await codeOf(ada.connection.request('poll.close', { pollId: poll.pollId, seen: null }))).toBe('permission_denied');
  for (const connection of [guest, late, ada.connection]) connection.close();
  show.end();
});

test('[P2] people vote, change their mind, and everybody sees the counts', async () => {
  const show = await goLive(server);
  const guest = await guestIn(show.handle);
  const { pollId } = await openPoll(show);
  const people = await Promise.all(Array.from({ length: 4 }, () => comeIn(show.handle)));
  const vote = ({ connection }: Seated, option: number): Promise<unknown> => connection.request('poll.vote', { pollId, option, seen: frame(50) });
  await Promise.all(people.map((person, at) => vote(person, at % 2)));
  for (const option of [0, 2]) for (const person of people.slice(0, 1)) await vote(person, option);
  await guest.next('poll.tallied', ({ votes }) => String(votes) === '1,2,1');
  // The same person in a second tab has no second vote.
  const again = await comeIn(show.handle, people[0]);
  await vote(again, 1);
  await guest.next('poll.tallied', ({ votes }) => String(votes) === '1,3,0');
  expect(await codeOf(people[0]?.connection.request('poll.vote', { pollId, option: 3, seen: null }) ?? Promise.reject(new Error('nobody')))).toBe('bad_request');
  again.connection.close();
  const back = await people[0]?.client.connect();
  expect((await back?.join(show.handle))?.snapshot.poll).toMatchObject({ poll: { votes: [1, 3, 0] }, myOption: 1 });
  for (const connection of [guest, back, ...people.map((person) => person.connection)]) connection?.close();
  show.end();
});

test('[P3] votes are judged by the frame seen: late ones count, forged ones do not', async () => {
  const show = await goLive(server);
  const [near, far, forger] = await Promise.all([comeIn(show.handle), comeIn(show.handle), comeIn(show.handle)]);
  await Promise.all([measure(near.connection, 100), measure(far.connection, 3_000), measure(forger.connection, 100)]);
  const { pollId } = await openPoll(show);
  await near.connection.request('poll.vote', { pollId, option: 0, seen: frame(100) });
  const { poll } = await show.studio.request('poll.close', { pollId, seen: frame(0, 1) });
  const closedFrameMs = poll.closedFrameMs ?? 0;
  expect(poll).toMatchObject({ state: 'closing', votes: [1, 0, 0] });
  // Their picture is three seconds old: the poll is open there still.
  await far.connection.request('poll.vote', { pollId, option: 1, seen: frame(3_000) });
  // Long after the close, with a picture that is quick: whatever they say about it.
  await until('a moment in which no quick picture shows the open poll', () => Date.now() - closedFrameMs > 2_500);
  const claims = [frame(100), { capturedAtMs: closedFrameMs, errorMs: 60_000 }, { capturedAtMs: closedFrameMs - 1_000, errorMs: 0 }, { capturedAtMs: Date.now(), errorMs: 60_000 }];
  for (const seen of claims) expect(await codeOf(forger.connection.request('poll.vote', { pollId, option: 2, seen }))).toBe('poll_closed');
  await far.connection.request('poll.vote', { pollId, option: 2, seen: { capturedAtMs: closedFrameMs - 200, errorMs: 10 } });
  const last = await far.connection.next('poll.closed', (event) => event.poll.state === 'closed');
  expect(last.poll).toMatchObject({ pollId, votes: [1, 0, 1], closedFrameMs });
  expect(Date.now() - closedFrameMs).toBeGreaterThan(LATE_VOTES_MS - 100);
  expect(await codeOf(far.connection.request('poll.vote', { pollId, option: 1, seen: { capturedAtMs: closedFrameMs, errorMs: 10 } }))).toBe('poll_closed');
  expect(heard(near.connection, 'poll.closed').map((event) => event.poll.state)).toEqual(['closing', 'closed']);
  for (const { connection } of [near, far, forger]) connection.close();
  show.end();
});

test('[P4, Q3] a restart keeps polls, votes, questions and answers', async () => {
  const show = await goLive(server);
  const ada = await comeIn(show.handle);
  const poll = await openPoll(show);
  await ada.connection.request('poll.vote', { pollId: poll.pollId, option: 1, seen: frame(50) });
  const { question } = await ada.connection.request('question.ask', { key: 'k1' as RequestKey, text: 'Why a bridge?', seen: frame(50) });
  await ada.connection.request('question.vote', { questionId: question.questionId, isFor: true, seen: null });
  const answered = await show.studio.request('question.answer', { questionId: question.questionId, isAnswered: true, answer: 'To cross.', seen: frame(0) });
  await server.stop();
  show.end();
  server = await startServer({ dataDir });
  const back = await createAgain(ada).connect();
  const { snapshot } = await back.join(show.handle);
  expect(snapshot.poll).toEqual({ poll: { ...poll, votes: [0, 1, 0], openedFrameMs: expect.closeTo(poll.openedFrameMs ?? 0, -1) as number }, myOption: 1 });
  expect(snapshot.questions.mine).toEqual([question.questionId]);
  expect(snapshot.questions.questions).toMatchObject([
    { questionId: question.questionId, text: 'Why a bridge?', votes: 1, state: 'answered', answer: 'To cross.', author: question.author },
  ]);
  const [kept] = snapshot.questions.questions;
  expect(kept?.stamp?.timelineMs).toBeCloseTo(question.stamp?.timelineMs ?? 0, -1);
  expect(kept?.answerStamp?.capturedAtMs).toBeCloseTo(answered.question.answerStamp?.capturedAtMs ?? 0, -1);
  back.close();
});

/** The same login at the server's new address. */
const createAgain = ({ client }: Person): { connect(): Promise<Connection> } => {
  const { origin } = new URL(server.url);
  return { connect: () => createClient(server).connect({ origin, cookie: client.cookie() }) };
};

test('[P4] votes that are accepted while the database is dead are written when it is back', async () => {
  const show = await goLive(server);
  const people = await Promise.all(Array.from({ length: 3 }, () => comeIn(show.handle)));
  const { pollId } = await openPoll(show);
  const postmaster = server.postmasterPid();
  process.kill(postmaster, 'SIGKILL');
  await until('the postmaster to be dead', () => !isAlive(postmaster));
  await Promise.all(people.map(({ connection }, at) => connection.request('poll.vote', { pollId, option: at, seen: frame(50) })));
  await show.studio.next('poll.tallied', ({ votes }) => String(votes) === '1,1,1');
  await until('the server to be healthy again', async () => (await server.healthz()).status === 200, 30_000);
  // With the last one gone the room is forgotten; whoever comes next reads what was written.
  for (const { connection } of people) connection.close();
  show.end();
  const guest = await createClient(server).connect();
  const votes = await until('the votes to be read', async () => {
    const found = (await guest.join(show.handle)).snapshot.poll?.poll.votes;
    await guest.request('room.leave', {});
    return found;
  });
  expect(votes).toEqual([1, 1, 1]);
  guest.close();
});

test('[Q1, Q2, Q3] a question’s whole life', async () => {
  const show = await goLive(server);
  const [ada, bob, guest] = [await comeIn(show.handle), await comeIn(show.handle), await guestIn(show.handle)];
  const asked = { key: 'k1' as RequestKey, text: '  Why\u202e a  bridge?', seen: frame(50) };
  expect(await codeOf(guest.request('question.ask', asked))).toBe('not_logged_in');
  const { question } = await ada.connection.request('question.ask', asked);
  const { questionId } = question;
  expect(question).toMatchObject({ text: 'Why a bridge?', votes: 0, state: 'open', author: { userId: ada.me.userId, role: 'viewer' } });
  expect(question.stamp?.timelineMs).toBeGreaterThanOrEqual(0);
  expect(await guest.next('question.asked')).toEqual({ question });
  expect(await ada.connection.request('question.ask', asked)).toEqual({ question });

  await bob.connection.request('question.vote', { questionId, isFor: true, seen: null });
  await bob.connection.request('question.vote', { questionId, isFor: true, seen: null });
  expect(await guest.next('questions.counted')).toEqual({ counts: [{ questionId, votes: 1 }] });
  expect(await codeOf(bob.connection.request('question.answer', { questionId, isAnswered: true, answer: null, seen: null }))).toBe('permission_denied');
  expect(await codeOf(bob.connection.request('question.highlight', { questionId, seen: null }))).toBe('permission_denied');
  expect(await codeOf(bob.connection.request('question.remove', { questionId }))).toBe('permission_denied');

  const shownAt = frame(0, 1);
  await show.studio.request('question.highlight', { questionId, seen: shownAt });
  const { highlighted } = await guest.next('question.highlighted');
  expect(highlighted?.questionId).toBe(questionId);
  expect(Math.abs((highlighted?.frameMs ?? 0) - shownAt.capturedAtMs)).toBeLessThan(100);
  await show.studio.request('question.answer', { questionId, isAnswered: true, answer: 'To cross.', seen: frame(0, 1) });
  expect((await guest.next('question.changed')).question).toMatchObject({ questionId, state: 'answered', answer: 'To cross.', votes: 1 });
  const late = await createClient(server).connect();
  expect((await late.join(show.handle)).snapshot.questions).toMatchObject({ questions: [{ questionId, votes: 1 }], highlighted: { questionId }, mine: [] });
  await ada.connection.request('question.remove', { questionId });
  expect(await late.next('question.highlighted')).toEqual({ highlighted: null });
  expect(await late.next('question.removed')).toEqual({ questionId });
  expect(heard(guest, 'question.asked')).toHaveLength(1);
  for (const connection of [ada.connection, bob.connection, guest, late]) connection.close();
  show.end();
});

test('[R1] a hundred taps of many people are a few events with exact sums', async () => {
  const show = await goLive(server);
  const guest = await guestIn(show.handle);
  expect(await codeOf(guest.request('reaction.send', { reaction: 'heart', count: 1, seen: null }))).toBe('not_logged_in');
  const people = await Promise.all(Array.from({ length: 10 }, () => comeIn(show.handle)));
  const since = Date.now();
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(people.map(({ connection }, at) => connection.request('reaction.send', { reaction: at < 5 ? 'heart' : 'fire', count: 1 + (at % 2), seen: frame(50) })));
  }
  const tookMs = Date.now() - since;
  const sumOf = (reaction: string): number =>
    heard(guest, 'reactions.counted').flatMap(({ counts }) => counts).filter((it) => it.reaction === reaction).reduce((sum, { count }) => sum + count, 0);
  await until('all taps to be told', () => sumOf('heart') >= 70 && sumOf('fire') >= 80);
  expect([sumOf('heart'), sumOf('fire')]).toEqual([70, 80]);
  expect(heard(guest, 'reactions.counted').length).toBeLessThanOrEqual(Math.ceil(tookMs / REACTION_TICK_MS) + 2);
  for (const connection of [guest, ...people.map((person) => person.connection)]) connection.close();
  show.end();
});

test('[P2, Q2] a flood of votes is told by ticks', async () => {
  const show = await goLive(server);
  const guest = await guestIn(show.handle);
  const people = await Promise.all(Array.from({ length: 10 }, () => comeIn(show.handle)));
  const { pollId } = await openPoll(show);
  const since = Date.now();
  for (const option of [0, 1, 2, 0]) await Promise.all(people.map(({ connection }) => connection.request('poll.vote', { pollId, option, seen: null })));
  const tookMs = Date.now() - since;
  await guest.next('poll.tallied', ({ votes }) => String(votes) === '10,0,0');
  expect(heard(guest, 'poll.tallied').length).toBeLessThanOrEqual(Math.ceil(tookMs / TALLY_TICK_MS) + 2);
  for (const connection of [guest, ...people.map((person) => person.connection)]) connection.close();
  show.end();
});
