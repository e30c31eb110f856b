// Chat between real sockets: who hears what, in what order, and what is still there when the page, the server or the database
// was away for a moment.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LineId, RequestKey } from '../../shared/ids.ts';
import type { ChatLine, SaidLine } from '../../shared/messages/chat.ts';
import type { Params } from '../../shared/messages.ts';
import { createClient, register, registerCreator } from '../support/client.ts';
import type { Creator, Person } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { isAlive } from '../support/processes.ts';
import { BROADCAST } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => void (await server.stop()));

const draft = (text: string, more: Partial<Params<'chat.send'>> = {}): Params<'chat.send'> => ({
  key: randomUUID() as RequestKey, text, look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen: null, ...more,
});
const say = async (connection: Connection, text: string, more: Partial<Params<'chat.send'>> = {}): Promise<SaidLine> =>
  (await connection.request('chat.send', draft(text, more))).line;

/** All lines told to this connection so far. */
const heard = (connection: Connection): ChatLine[] =>
  connection.events.flatMap(({ event, data }) => (event === 'chat.said' ? (data as { lines: ChatLine[] }).lines : []));
const hears = (connection: Connection, ...lines: SaidLine[]) =>
  until('the lines to be told', () => lines.every(({ lineId }) => heard(connection).some((line) => line.lineId === lineId)));
const textsOf = (lines: readonly ChatLine[]) => lines.map((line) => (line.kind === 'said' ? line.text : line.fact));
const isSorted = (lines: readonly ChatLine[]) => lines.every(({ lineId }, at) => at === 0 || (lines[at - 1]?.lineId ?? '') < lineId);

type Here = Person & { readonly connection: Connection };
const enter = async (creator: Creator): Promise<Here> => {
  const person = await register(server);
  const connection = await person.client.connect();
  await connection.join(creator.handle);
  return { ...person, connection };
};
/** A studio, two viewers. */
const gather = async () => {
  const creator = await registerCreator(server);
  const studio = await creator.client.connect();
  await studio.join(creator.handle, { as: 'studio' });
  return { creator, studio, ada: await enter(creator), bob: await enter(creator) };
};
const comeIn = async (handle: string, client = createClient(server)) => {
  const connection = await client.connect();
  return { connection, ...(await connection.join(handle)) };
};

test('[C2] what one says all hear, once, in one order, and who comes later finds it', async () => {
  const { creator, studio, ada, bob } = await gather();
  const guest = await comeIn(creator.handle);
  const lines = (await Promise.all([0, 1, 2, 3].flatMap((at) => [say(ada.connection, `ada ${at}`), say(bob.connection, `bob ${at}`)]))).toSorted((a, b) => (a.lineId < b.lineId ? -1 : 1));
  const host = await say(studio, 'welcome');
  const everybody = [studio, ada.connection, bob.connection, guest.connection];
  for (const connection of everybody) {
    await hears(connection, ...lines, host);
    expect(heard(connection)).toEqual([...lines, host]);
    expect(isSorted(heard(connection))).toBe(true);
  }
  expect(host.author).toMatchObject({ role: 'host', displayName: creator.name });
  const late = await comeIn(creator.handle);
  expect(late.snapshot.chat).toEqual({ lines: [...lines, host], pinned: null });
  for (const connection of [...everybody, late.connection]) connection.close();
});

test('guests read, and are told to log in when they want to write', async () => {
  const { creator, studio, ada, bob } = await gather();
  const line = await say(ada.connection, 'hello');
  const guest = await comeIn(creator.handle);
  await expect(guest.connection.request('chat.send', draft('x'))).rejects.toMatchObject({ code: 'not_logged_in' });
  await expect(guest.connection.request('chat.delete', { lineId: line.lineId })).rejects.toMatchObject({ code: 'not_logged_in' });
  expect((await guest.connection.request('chat.history', { beforeLineId: null })).lines).toEqual([line]);
  await expect(ada.connection.request('chat.search', { text: 'hello', beforeLineId: null })).rejects.toMatchObject({ code: 'permission_denied' });
  await expect(ada.connection.request('chat.pin', { lineId: line.lineId })).rejects.toMatchObject({ code: 'permission_denied' });
  await expect(ada.connection.request('chat.send', draft('\u200b \u202e'))).rejects.toMatchObject({ code: 'bad_request' });
  for (const connection of [guest.connection, studio, ada.connection, bob.connection]) connection.close();
});

test('[C1] a page that lost its answer sends again, over another socket, and the line is said once', async () => {
  const { creator, studio, ada, bob } = await gather();
  const line = draft('did you get this?');
  ada.connection.send(JSON.stringify({ id: 99, name: 'chat.send', params: line }));
  const again = await comeIn(creator.handle, ada.client);
  const { line: said } = await again.connection.request('chat.send', line);
  expect((await again.connection.request('chat.send', line)).line).toEqual(said);
  const after = await say(bob.connection, 'yes');
  await hears(studio, after);
  expect(heard(studio)).toEqual([said, after]);
  for (const connection of [again.connection, studio, ada.connection, bob.connection]) connection.close();
});

test('[C5, C6] own lines are edited and deleted, others’ only by who may moderate', async () => {
  const { creator, studio, ada, bob } = await gather();
  const [one, two, three] = [await say(ada.connection, 'one'), await say(ada.connection, 'two'), await say(ada.connection, 'three')];
  const lineId = one.lineId;
  await expect(bob.connection.request('chat.edit', { lineId, text: 'hacked' })).rejects.toMatchObject({ code: 'permission_denied' });
  await expect(bob.connection.request('chat.delete', { lineId })).rejects.toMatchObject({ code: 'permission_denied' });
  await expect(studio.request('chat.edit', { lineId, text: 'hacked' })).rejects.toMatchObject({ code: 'permission_denied' });
  await expect(bob.connection.request('chat.delete', { lineId: 'nowhere' as LineId })).rejects.toMatchObject({ code: 'not_found' });
  const { line: edited } = await ada.connection.request('chat.edit', { lineId, text: 'one!' });
  expect(edited.editedAtMs).toBeGreaterThanOrEqual(edited.saidAtMs);
  expect(await bob.connection.next('chat.edited')).toEqual({ line: edited });
  await ada.connection.request('chat.delete', { lineId: two.lineId });
  await studio.request('chat.delete', { lineId: three.lineId });
  for (const { lineId: gone } of [two, three]) expect(await bob.connection.next('chat.deleted')).toEqual({ lineIds: [gone] });
  const late = await comeIn(creator.handle);
  expect(late.snapshot.chat.lines).toEqual([edited]);
  for (const connection of [late.connection, studio, ada.connection, bob.connection]) connection.close();
});

test('[C4] answers quote, names are found, and a pinned line stands for all until it goes', async () => {
  const { creator, studio, ada, bob } = await gather();
  const question = await say(ada.connection, 'what is for supper?');
  const answer = await say(bob.connection, `@${ada.name} soup, and @nobody objects`, { replyToLineId: question.lineId });
  expect(answer).toMatchObject({
    replyTo: { lineId: question.lineId, userId: ada.me.userId, displayName: ada.name, excerpt: 'what is for supper?' },
    mentions: [ada.me.userId],
  });
  // The owner who watches may do all that moderators may.
  const owner = await comeIn(creator.handle, creator.client);
  await owner.connection.request('chat.pin', { lineId: question.lineId });
  expect(await bob.connection.next('chat.pinned')).toEqual({ line: question });
  const late = await comeIn(creator.handle);
  expect(late.snapshot.chat.pinned).toEqual(question);
  await ada.connection.request('chat.delete', { lineId: question.lineId });
  expect(await bob.connection.next('chat.pinned')).toEqual({ line: null });
  const later = await comeIn(creator.handle);
  expect(later.snapshot.chat).toEqual({ lines: [{ ...answer, replyTo: null }], pinned: null });
  for (const connection of [later.connection, late.connection, owner.connection, studio, ada.connection, bob.connection]) connection.close();
});

test('[C5] a ban takes all lines of a person from everybody, and lifting it brings them back', async () => {
  const { creator, studio, ada, bob } = await gather();
  const first = await say(bob.connection, 'buy this');
  const answer = await say(ada.connection, 'no', { replyToLineId: first.lineId });
  const second = await say(bob.connection, 'buy that');
  const { userId } = bob.me;
  await studio.request('sanction.give', { userId, kind: 'ban', reason: 'spam', lengthS: null });
  expect(await ada.connection.next('chat.cleared')).toEqual({ userId });
  await expect(bob.connection.request('chat.send', draft('again'))).rejects.toMatchObject({ code: 'banned' });
  const without = await comeIn(creator.handle);
  expect(without.snapshot.chat.lines).toEqual([{ ...answer, replyTo: null }]);
  await studio.request('sanction.lift', { userId });
  expect(await ada.connection.next('chat.restored')).toEqual({ userId, lines: [first, second] });
  const late = await comeIn(creator.handle);
  expect(textsOf(late.snapshot.chat.lines)).toEqual(['buy this', 'no', 'buy that']);
  for (const connection of [late.connection, without.connection, studio, ada.connection, bob.connection]) connection.close();
});

test('[C6] a held line is its author’s and the moderators’ until it is approved', async () => {
  const { creator, studio, ada, bob } = await gather();
  await studio.request('rules.update', { holdsAll: true });
  const { line, isHeld } = await ada.connection.request('chat.send', draft('may I?'));
  expect(isHeld).toBe(true);
  expect(await studio.next('line.held')).toEqual({ line, cause: 'rule' });
  const again = await comeIn(creator.handle, ada.client);
  const guest = await comeIn(creator.handle);
  expect([again.snapshot.chat.lines, guest.snapshot.chat.lines]).toEqual([[line], []]);
  const host = await say(studio, 'one moment');
  await studio.request('held.decide', { lineId: line.lineId, isApproved: true });
  await hears(bob.connection, line);
  expect(heard(bob.connection)).toEqual([host, line]);
  const late = await comeIn(creator.handle);
  expect(late.snapshot.chat.lines).toEqual([line, host]);
  for (const connection of [late.connection, again.connection, guest.connection, studio, ada.connection, bob.connection]) connection.close();
});

test('[C7] the snapshot has the newest, history the page before, and moderators search all of it', async () => {
  const { creator, studio, ada, bob } = await gather();
  const crowd = await Promise.all(Array.from({ length: 20 }, () => enter(creator)));
  const said = (await Promise.all(crowd.flatMap(({ connection, name }) => [0, 1, 2, 3, 4, 5].map((at) => say(connection, `${name} says ${at}`)))))
    .toSorted((a, b) => (a.lineId < b.lineId ? -1 : 1));
  const late = await comeIn(creator.handle);
  expect(late.snapshot.chat.lines).toEqual(said.slice(20));
  const before = said[20]?.lineId ?? null;
  expect(await late.connection.request('chat.history', { beforeLineId: before })).toEqual({ lines: said.slice(0, 20), hasMore: false });
  expect(await late.connection.request('chat.history', { beforeLineId: null })).toEqual({ lines: said.slice(70), hasMore: true });
  const found = await studio.request('chat.search', { text: 'SAYS 3', beforeLineId: null });
  expect(found).toEqual({ lines: said.filter(({ text }) => text.endsWith('3')), hasMore: false });
  expect((await studio.request('chat.search', { text: '%', beforeLineId: null })).lines).toEqual([]);
  for (const { connection } of [...crowd, late, ada, bob]) connection.close();
  studio.close();
});

test('[C8] a server that goes down in the middle of it all has kept every line, with its frame', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'qiao-chat-'));
  const first = await startServer({ dataDir });
  const creator = await registerCreator(first);
  const studio = await creator.client.connect();
  await studio.join(creator.handle, { as: 'studio' });
  await studio.request('broadcast.start', BROADCAST);
  const person = await register(first);
  const connection = await person.client.connect();
  const { serverTimeMs } = await connection.join(creator.handle);
  const seen = { capturedAtMs: serverTimeMs - 100.5, errorMs: 3.25 };
  const resent = draft('zero', { seen });
  const lines = [(await connection.request('chat.send', resent)).line];
  for (const text of ['one', 'two', 'three']) lines.push(await say(connection, text, { seen }));
  expect(await first.stop()).toBe(0);

  const second = await startServer({ dataDir });
  const back = await createClient(second).connect({ origin: second.url, cookie: person.client.cookie() });
  const { snapshot } = await back.join(creator.handle);
  expect(snapshot.chat.lines).toEqual(lines);
  expect(lines[0]?.stamp).not.toBeNull();
  expect((await back.request('chat.send', resent)).line).toEqual(lines[0]);
  const next = await say(back, 'four');
  expect(isSorted([...lines, next])).toBe(true);
  await hears(back, next);
  expect(textsOf(heard(back))).toEqual(['four']);
  back.close();
  expect(await second.stop()).toBe(0);
  rmSync(dataDir, { recursive: true, force: true });
});

test('[C8] PostgreSQL is killed while people talk: they go on, and every line is there when it is back', async () => {
  const { creator, studio, ada, bob } = await gather();
  const lines = [await say(ada.connection, 'before')];
  const postmaster = server.postmasterPid();
  process.kill(postmaster, 'SIGKILL');
  await until('the postmaster to be dead', () => !isAlive(postmaster));
  for (const { connection, name } of [ada, bob, ada, bob]) lines.push(await say(connection, `${name} without it`));
  await hears(studio, ...lines);
  await ada.connection.request('chat.delete', { lineId: lines[0]?.lineId as LineId });
  lines.shift();
  await until('another postmaster', () => server.postmasterPid() !== postmaster, 30_000);
  await until('all lines to be written', async () => (await server.metrics()).get('qiao_chat_lines_waiting') === 0, 30_000);
  lines.push(await say(bob.connection, 'after'));
  // All leave, and the room with them: what comes back comes from the database.
  for (const connection of [studio, ada.connection, bob.connection]) {
    await connection.request('room.leave', {});
    connection.close();
  }
  const late = await comeIn(creator.handle);
  expect(late.snapshot.chat.lines).toEqual(lines);
  late.connection.close();
});

test('[C9] what was said, asked and voted on in a private broadcast is gone for who comes when it is over', async () => {
  const creator = await registerCreator(server);
  const studio = await creator.client.connect();
  await studio.join(creator.handle, { as: 'studio' });
  await say(studio, 'said before, to everybody');
  const { linkKey } = await studio.request('broadcast.start', { ...BROADCAST, visibility: 'private' });
  const guest = await createClient(server).connect();
  await guest.join(creator.handle, { ...(linkKey === null ? {} : { linkKey }) });
  const { lineId } = await say(studio, 'said among ourselves');
  await studio.request('chat.pin', { lineId });
  await studio.request('question.ask', { key: randomUUID() as RequestKey, text: 'Who else knows?', seen: null });
  await studio.request('poll.open', { question: 'Tell the others?', options: ['Yes', 'No'], seen: null });
  await guest.next('poll.opened');
  await studio.request('broadcast.end', {});
  await guest.next('poll.closed', ({ poll }) => poll.state === 'closed');

  const late = await createClient(server).connect();
  const { snapshot } = await late.join(creator.handle);
  expect(snapshot).toMatchObject({ chat: { pinned: null }, poll: null, questions: { questions: [] } });
  expect(textsOf(snapshot.chat.lines)).toEqual(['said before, to everybody']);
  expect((await late.request('chat.history', { beforeLineId: null })).lines).toHaveLength(1);
  expect((await studio.request('chat.search', { text: 'among ourselves', beforeLineId: null })).lines).toEqual([]);
  for (const connection of [studio, guest, late]) connection.close();
  // Also when the room was empty in between, and everything is read from the database again.
  await expect.poll(async () => {
    const again = await createClient(server).connect();
    const { lines } = (await again.join(creator.handle)).snapshot.chat;
    again.close();
    return textsOf(lines);
  }).toEqual(['said before, to everybody']);
});
