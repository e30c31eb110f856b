// Keeping a room good to be in, over real sockets: every act of moderators and what each person in the room sees of it.

import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LineId, ReportId, RequestKey, UserId } from '../../shared/ids.ts';
import type { ChatLine, SaidLine } from '../../shared/messages/chat.ts';
import type { RoomRules } from '../../shared/messages/moderation.ts';
import type { EventData, EventName, Params } from '../../shared/messages.ts';
import { createClient, register, registerCreator } from '../support/client.ts';
import type { Creator, Person } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { codeOf } from '../support/refusal.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => void (await server.stop()));

type Here = Person & { readonly connection: Connection; readonly userId: UserId };

const seated = async (handle: string, person: Person, as: 'viewer' | 'studio' = 'viewer'): Promise<Here> => {
  const connection = await person.client.connect();
  await connection.join(handle, { as });
  return { ...person, connection, userId: person.me.userId };
};
const enter = async ({ handle }: Creator): Promise<Here> => seated(handle, await register(server));

/** A studio, a moderator named by it, and two viewers; it closes what it opened. */
const gather = async () => {
  const creator = await registerCreator(server);
  const host = await seated(creator.handle, creator, 'studio');
  const [mod, ada, bob] = [await enter(creator), await enter(creator), await enter(creator)];
  await host.connection.request('moderator.name', { userId: mod.userId });
  await mod.connection.next('role.changed', ({ role }) => role === 'moderator');
  const end = (): void => {
    for (const { connection } of [host, mod, ada, bob]) connection.close();
  };
  return { creator, host, mod, ada, bob, end };
};

const draft = (text: string): Params<'chat.send'> => ({
  key: randomUUID() as RequestKey, text, look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen: null,
});
const send = ({ connection }: Here, text: string) => connection.request('chat.send', draft(text));
const say = async (who: Here, text: string): Promise<SaidLine> => (await send(who, text)).line;

const dataOf = <E extends EventName>({ connection }: Pick<Here, 'connection'>, name: E): EventData<E>[] =>
  connection.events.filter(({ event }) => event === name).map(({ data }) => data as EventData<E>);
const linesHeardBy = (who: Here): ChatLine[] => dataOf(who, 'chat.said').flatMap(({ lines }) => lines);
const hears = (who: Here, { lineId }: { readonly lineId: LineId }) =>
  until('the line to be told', () => linesHeardBy(who).some((line) => line.lineId === lineId));
/** What somebody who comes in now finds. */
const foundIn = async (creator: Creator, person?: Person) => {
  const connection = await (person?.client ?? createClient(server)).connect();
  const { snapshot } = await connection.join(creator.handle);
  connection.close();
  return snapshot;
};
const textsIn = (lines: readonly ChatLine[]): string[] => lines.flatMap((line) => (line.kind === 'said' ? [line.text] : []));
const give = (by: Here, userId: UserId, more: Partial<Params<'sanction.give'>> = {}) =>
  by.connection.request('sanction.give', { userId, kind: 'ban', reason: 'enough', lengthS: null, ...more });
const actsIn = async (by: Here): Promise<string[]> => (await by.connection.request('moderation.log', { beforeLogId: null })).entries.map(({ act }) => act);
const set = async (by: Here, rules: Partial<RoomRules>): Promise<RoomRules> => (await by.connection.request('rules.update', rules)).rules;

test('[M1] slow mode is for viewers, and says when to try again', async () => {
  const { host, mod, ada, bob, end } = await gather();
  await set(host, { slowModeS: 60 });
  expect(await bob.connection.next('rules.changed')).toMatchObject({ rules: { slowModeS: 60 } });
  await say(ada, 'first');
  expect(await codeOf(send(ada, 'second'))).toBe('slow_mode');
  await say(bob, 'mine');
  for (const text of ['one', 'two']) {
    await say(mod, text);
    await say(host, text);
  }
  await set(mod, { slowModeS: 0 });
  await say(ada, 'second');
  end();
});

test('[M1, F1, F2] followers-only asks how long one has followed', async () => {
  const { creator, host, ada, bob, end } = await gather();
  expect(await ada.connection.request('follow.set', { isFollowing: true })).toEqual({ followers: 1, isFollowing: true });
  expect(await ada.connection.request('follow.set', { isFollowing: true })).toEqual({ followers: 1, isFollowing: true });
  expect((await foundIn(creator, ada)).follow).toEqual({ followers: 1, isFollowing: true });
  expect((await foundIn(creator)).follow).toEqual({ followers: 1, isFollowing: false });
  await set(host, { followersOnlyMin: 0 });
  await say(ada, 'I follow');
  expect(await codeOf(send(bob, 'I do not'))).toBe('followers_only');
  await set(host, { followersOnlyMin: 5 });
  expect(await codeOf(send(ada, 'not long enough'))).toBe('followers_only');
  await say(host, 'I may');
  expect(await ada.connection.request('follow.set', { isFollowing: false })).toEqual({ followers: 0, isFollowing: false });
  await set(host, { followersOnlyMin: 0 });
  expect(await codeOf(send(ada, 'no more'))).toBe('followers_only');
  expect(await codeOf(host.connection.request('follow.set', { isFollowing: true }))).toBe('permission_denied');
  end();
});

test('[M2] guests are sent out and stay out while only people with a login may be in', async () => {
  const { creator, host, ada, end } = await gather();
  const guest = await createClient(server).connect();
  await guest.join(creator.handle);
  await set(host, { loggedInOnly: true });
  expect((await guest.closed).code).toBe(4005);
  const again = await createClient(server).connect();
  expect(await codeOf(again.join(creator.handle))).toBe('not_logged_in');
  await say(ada, 'still here');
  await set(host, { loggedInOnly: false });
  await again.join(creator.handle);
  again.close();
  end();
});

const DRESSED = [
  'turnip', 'TURNIP!', [...'turnip'].map((letter) => `${letter}\u0335\u0321\u0489\u0300`).join(''), '\u202eturnip', 't\u200bu\u200dr\u2060n\u00adip', 't\u03c5rn\u0456p', 'tuгnip',
  'ｔｕｒｎｉｐ', '𝓽𝓾𝓻𝓷𝓲𝓹', 't u r n i p', 't.u.r.n.i.p', 'turrrrnip', 'turn1p', 'ᴛᴜʀɴɪᴘ', '🅃🅄🅁🄽🄸🄿', '蘿蔔', '萝 卜', '萝❤卜',
];

test('[M3] a blocked word is refused in whatever dress, and innocent ones are not', async () => {
  const { creator, host, mod, end } = await gather();
  await mod.connection.request('words.update', { blocked: ['turnip', '萝卜', ' turnip ', '\u200b'], held: [] });
  expect(await host.connection.request('words.show', {})).toEqual({ blocked: ['turnip', '萝卜'], held: [] });
  for (let at = 0; at < DRESSED.length; at += 5) {
    const who = await enter(creator);
    for (const text of DRESSED.slice(at, at + 5)) expect([text, await codeOf(send(who, text))]).toEqual([text, 'word_blocked']);
    await say(who, 'turning the turnpike at the turnips');
    who.connection.close();
  }
  await say(mod, 'turnip: moderators are trusted');
  end();
});

test('[M3] the operator’s list holds in every room, seconds after it was saved', async () => {
  const { creator, ada, end } = await gather();
  await say(ada, 'rutabaga');
  writeFileSync(join(server.dataDir, 'words', 'blocked.en.txt'), 'rutabaga\n');
  await until('the list to be read', async () => {
    const who = await enter(creator);
    const refused = await send(who, 'ru\u200btabaga').then(() => false, () => true);
    who.connection.close();
    return refused;
  });
  end();
});

test('[M4] links are allowed, held or blocked', async () => {
  const { host, mod, ada, bob, end } = await gather();
  expect(await send(ada, 'see https://example.com')).toMatchObject({ isHeld: false });
  await set(host, { links: 'hold' });
  expect(await send(ada, 'see example.com/x')).toMatchObject({ isHeld: true });
  expect(await mod.connection.next('line.held')).toMatchObject({ cause: 'link', line: { text: 'see example.com/x' } });
  await set(host, { links: 'block' });
  expect(await codeOf(send(bob, 'ｅｘａｍｐｌｅ．ｃｏｍ'))).toBe('link_blocked');
  await say(bob, 'no link.here we go');
  end();
});

test('[M4] a held line is between its author and the moderators until one of them decides', async () => {
  const { creator, host, mod, ada, bob, end } = await gather();
  await host.connection.request('words.update', { blocked: [], held: ['parsnip'] });
  const good = await send(ada, 'a parsnip');
  const bad = await send(ada, 'another parsnip');
  expect([good.isHeld, bad.isHeld]).toEqual([true, true]);
  for (const who of [host, mod]) await who.connection.next('line.held', ({ line }) => line.lineId === bad.line.lineId);
  expect(textsIn((await foundIn(creator, ada)).chat.lines)).toEqual(['a parsnip', 'another parsnip']);
  expect((await foundIn(creator, bob)).chat.lines.filter(({ kind }) => kind === 'said')).toEqual([]);
  expect((await mod.connection.request('held.list', {})).held.map(({ line, cause }) => [line.text, cause])).toEqual([['a parsnip', 'word'], ['another parsnip', 'word']]);
  await mod.connection.request('held.decide', { lineId: good.line.lineId, isApproved: true });
  await hears(bob, good.line);
  await host.connection.request('held.decide', { lineId: bad.line.lineId, isApproved: false });
  expect(await ada.connection.next('line.decided')).toEqual({ lineId: bad.line.lineId, isApproved: false });
  expect(await codeOf(mod.connection.request('held.decide', { lineId: bad.line.lineId, isApproved: true }))).toBe('not_found');
  expect(textsIn((await foundIn(creator, bob)).chat.lines)).toEqual(['a parsnip']);
  expect(textsIn(linesHeardBy(bob))).toEqual(['a parsnip']);
  expect((await actsIn(host)).slice(0, 3)).toEqual(['line_rejected', 'line_approved', 'words_changed']);
  await set(host, { holdsAll: true });
  expect(await send(bob, 'hello')).toMatchObject({ isHeld: true });
  end();
});

test('[M5] a time-out silences, is told with its reason, and ends by itself', async () => {
  const { mod, ada, bob, end } = await gather();
  const before = await say(ada, 'before');
  expect(await codeOf(give(mod, ada.userId, { kind: 'time_out' }))).toBe('bad_request');
  const { sanction } = await give(mod, ada.userId, { kind: 'time_out', lengthS: 2, reason: 'calm\u202e down' });
  expect(sanction).toMatchObject({ kind: 'time_out', reason: 'calm down', person: { name: ada.name }, givenBy: { name: mod.name } });
  expect(await ada.connection.next('sanction.changed')).toEqual({ sanction: { kind: 'time_out', reason: 'calm down', untilMs: sanction.untilMs } });
  expect(await codeOf(send(ada, 'but'))).toBe('timed_out');
  expect((await mod.connection.request('sanction.list', {})).sanctions).toMatchObject([{ kind: 'time_out', person: { name: ada.name } }]);
  await hears(bob, before);
  expect(await ada.connection.next('sanction.changed')).toEqual({ sanction: null });
  await say(ada, 'calm again');
  expect((await mod.connection.request('sanction.list', {})).sanctions).toEqual([]);
  end();
});

test('[M6] a ban takes a person’s lines from everybody at once, lifting it brings them back', async () => {
  const { creator, host, mod, ada, bob, end } = await gather();
  const lines = [await say(ada, 'one'), await say(ada, 'two')];
  const other = await say(bob, 'three');
  await hears(mod, other);
  const { question } = await ada.connection.request('question.ask', { key: 'q' as RequestKey, text: 'Why?', seen: null });
  await bob.connection.next('question.asked');
  await give(mod, ada.userId);
  expect(await bob.connection.next('question.removed')).toEqual({ questionId: question.questionId });
  for (const who of [host, mod, bob, ada]) expect(await who.connection.next('chat.cleared')).toEqual({ userId: ada.userId });
  expect(await ada.connection.next('sanction.changed')).toEqual({ sanction: { kind: 'ban', reason: 'enough', untilMs: null } });
  expect(await codeOf(send(ada, 'why'))).toBe('banned');
  expect(textsIn((await foundIn(creator)).chat.lines)).toEqual(['three']);
  expect(textsIn((await bob.connection.request('chat.history', { beforeLineId: null })).lines)).toEqual(['three']);
  const banned = await foundIn(creator, ada);
  expect([textsIn(banned.chat.lines), banned.moderation.sanction]).toEqual([['three'], { kind: 'ban', reason: 'enough', untilMs: null }]);
  // Given again it is the same ban, and one lifting undoes it.
  await give(host, ada.userId, { reason: 'really' });
  expect(await codeOf(ada.connection.request('sanction.lift', { userId: ada.userId }))).toBe('permission_denied');
  await mod.connection.request('sanction.lift', { userId: ada.userId });
  await bob.connection.next('question.asked', ({ question: { questionId } }) => questionId === question.questionId);
  expect((await bob.connection.next('chat.restored')).lines.map(({ lineId }) => lineId)).toEqual(lines.map(({ lineId }) => lineId));
  await ada.connection.next('sanction.changed', ({ sanction }) => sanction === null);
  expect(textsIn((await foundIn(creator)).chat.lines)).toEqual(['one', 'two', 'three']);
  await say(ada, 'thanks');
  expect(await codeOf(mod.connection.request('sanction.lift', { userId: ada.userId }))).toBe('not_found');
  end();
});

test('[M6] a ban outlives the room and the page', async () => {
  const { creator, host, ada, bob, end } = await gather();
  await say(ada, 'one');
  await give(host, ada.userId);
  end();
  await Promise.all([host, ada, bob].map(({ connection }) => connection.closed));
  const again = await seated(creator.handle, ada);
  expect(await codeOf(send(again, 'hello?'))).toBe('banned');
  expect(textsIn((await foundIn(creator, bob)).chat.lines)).toEqual([]);
  again.connection.close();
});

test('[M7] under a shadow ban one hears oneself and nobody else does', async () => {
  const { creator, host, mod, ada, bob, end } = await gather();
  await give(mod, ada.userId, { kind: 'shadow_ban', reason: '' });
  const { line, isHeld } = await send(ada, 'hear me');
  expect(isHeld).toBe(false);
  const after = await say(bob, 'after');
  for (const who of [host, mod, ada]) await hears(who, after);
  for (const who of [host, mod, bob]) expect(textsIn(linesHeardBy(who))).not.toContain('hear me');
  expect(dataOf(ada, 'sanction.changed')).toEqual([]);
  const own = await foundIn(creator, ada);
  expect([textsIn(own.chat.lines), own.moderation.sanction]).toEqual([['hear me', 'after'], null]);
  expect(textsIn((await foundIn(creator)).chat.lines)).toEqual(['after']);
  expect(await codeOf(bob.connection.request('report.file', { lineId: line.lineId, reason: 'spam', note: '' }))).toBe('not_found');
  const { poll } = await host.connection.request('poll.open', { question: 'Tea?', options: ['yes', 'no'], seen: null });
  await ada.connection.request('poll.vote', { pollId: poll.pollId, option: 0, seen: null });
  await bob.connection.request('poll.vote', { pollId: poll.pollId, option: 1, seen: null });
  expect(await bob.connection.next('poll.tallied', ({ votes }) => votes.some((count) => count > 0))).toMatchObject({ votes: [0, 1] });
  await mod.connection.request('sanction.lift', { userId: ada.userId });
  await hears(bob, await say(ada, 'heard again'));
  expect(dataOf(ada, 'sanction.changed')).toEqual([]);
  end();
});

test('[M8] the shield: one press, and one to take it back', async () => {
  const { creator, host, mod, ada, end } = await gather();
  const before = await set(host, { slowModeS: 30, links: 'hold' });
  const { rules } = await mod.connection.request('shield.set', { isUp: true });
  expect(rules).toEqual({ ...before, slowModeS: 30, followersOnlyMin: 10, links: 'block', isShielded: true });
  await ada.connection.next('rules.changed', (changed) => changed.rules.isShielded);
  expect(await codeOf(send(ada, 'hello'))).toBe('followers_only');
  await until('the line that says so', () => linesHeardBy(ada).some((line) => line.kind === 'system' && line.fact === 'shield_raised' && line.subject === mod.name));
  expect((await foundIn(creator)).moderation.rules).toEqual(rules);
  await set(mod, { holdsAll: true });
  expect(await host.connection.request('shield.set', { isUp: true })).toEqual({ rules: { ...rules, holdsAll: true } });
  expect(await host.connection.request('shield.set', { isUp: false })).toEqual({ rules: { ...before, holdsAll: true } });
  expect(await actsIn(host)).toEqual(['shield_lowered', 'rules_changed', 'shield_raised', 'rules_changed', 'moderator_named']);
  end();
});

test('[M9] moderators come and go without joining again', async () => {
  const { host, mod, ada, bob, end } = await gather();
  expect(await codeOf(ada.connection.request('shield.set', { isUp: true }))).toBe('permission_denied');
  await host.connection.request('moderator.name', { userId: ada.userId });
  expect(await ada.connection.next('role.changed')).toEqual({ role: 'moderator' });
  expect((await ada.connection.request('moderator.list', {})).moderators.map(({ name }) => name)).toEqual([mod.name, ada.name]);
  expect((await say(ada, 'as a moderator')).author.role).toBe('moderator');
  // Neither against each other, nor the owner, nor oneself; the host may.
  for (const target of [mod.userId, host.userId, ada.userId]) expect(await codeOf(give(ada, target))).toBe('permission_denied');
  expect(await codeOf(ada.connection.request('moderator.name', { userId: bob.userId }))).toBe('permission_denied');
  await give(host, mod.userId);
  expect(await mod.connection.next('role.changed', ({ role }) => role === 'viewer')).toEqual({ role: 'viewer' });
  expect(await codeOf(send(mod, 'but'))).toBe('banned');
  await host.connection.request('moderator.dismiss', { userId: ada.userId });
  expect(await ada.connection.next('role.changed', ({ role }) => role === 'viewer')).toEqual({ role: 'viewer' });
  expect(await codeOf(ada.connection.request('sanction.list', {}))).toBe('permission_denied');
  expect(await actsIn(host)).toEqual(['moderator_dismissed', 'ban', 'moderator_named', 'moderator_named']);
  end();
});

test('[M9] a report reaches the moderators once, and a decision closes all of that line', async () => {
  const { creator, host, mod, ada, bob, end } = await gather();
  const eve = await enter(creator);
  const line = await say(ada, 'nasty');
  const file = (who: Here, lineId = line.lineId) => who.connection.request('report.file', { lineId, reason: 'abuse', note: ' look\u200b ' });
  await file(bob);
  await file(bob);
  await file(eve);
  expect(await codeOf(file(ada))).toBe('permission_denied');
  expect(await codeOf(file(bob, 'nosuchline' as LineId))).toBe('not_found');
  for (const who of [host, mod]) await until('two reports', () => dataOf(who, 'report.filed').length === 2);
  const { reports } = await mod.connection.request('report.list', {});
  expect(reports).toMatchObject([{ line: { text: 'nasty' }, reason: 'abuse', note: 'look', filedBy: { name: bob.name } }, { filedBy: { name: eve.name } }]);
  const reportId = reports[0]?.reportId ?? ('none' as ReportId);
  await mod.connection.request('report.decide', { reportId, isUpheld: true });
  expect(await bob.connection.next('chat.deleted')).toEqual({ lineIds: [line.lineId] });
  expect(await host.connection.next('report.decided')).toEqual({ lineId: line.lineId });
  expect((await mod.connection.request('report.list', {})).reports).toEqual([]);
  expect(await codeOf(mod.connection.request('report.decide', { reportId, isUpheld: false }))).toBe('not_found');
  const { entries } = await host.connection.request('moderation.log', { beforeLogId: null });
  expect(entries[0]).toMatchObject({ act: 'report_upheld', actor: { name: mod.name }, target: { name: ada.name }, detail: 'nasty' });
  eve.connection.close();
  end();
});

test('[M9] the log comes in pages, newest first, without gaps', async () => {
  const { host, ada, end } = await gather();
  const kinds = ['time_out', 'shadow_ban'] as const;
  for (let at = 0; at < 18; at += 1) await give(host, ada.userId, { kind: kinds[at % 2] ?? 'ban', lengthS: 600, reason: `${at}` });
  const first = await host.connection.request('moderation.log', { beforeLogId: null });
  expect(first.entries.map(({ detail }) => detail).slice(0, 3)).toEqual(['17', '16', '15']);
  const rest = await host.connection.request('moderation.log', { beforeLogId: first.entries[4]?.logId ?? null });
  expect(rest.entries).toEqual(first.entries.slice(5));
  expect([first.hasMore, rest.hasMore]).toEqual([false, false]);
  end();
});

test('[M5, M9] what moderators do is refused to everybody else, and forged ids do nothing', async () => {
  const { creator, mod, ada, bob, end } = await gather();
  const guest = await createClient(server).connect();
  await guest.join(creator.handle);
  const requests: readonly ((by: Connection) => Promise<unknown>)[] = [
    (by) => by.request('rules.update', { slowModeS: 0 }),
    (by) => by.request('words.show', {}),
    (by) => by.request('words.update', { blocked: [], held: [] }),
    (by) => by.request('shield.set', { isUp: true }),
    (by) => by.request('sanction.give', { userId: bob.userId, kind: 'ban', reason: '', lengthS: null }),
    (by) => by.request('sanction.lift', { userId: bob.userId }),
    (by) => by.request('sanction.list', {}),
    (by) => by.request('held.list', {}),
    (by) => by.request('held.decide', { lineId: 'x' as LineId, isApproved: true }),
    (by) => by.request('report.list', {}),
    (by) => by.request('report.decide', { reportId: 'x' as ReportId, isUpheld: true }),
    (by) => by.request('moderator.name', { userId: ada.userId }),
    (by) => by.request('moderator.dismiss', { userId: mod.userId }),
    (by) => by.request('moderator.list', {}),
    (by) => by.request('moderation.log', { beforeLogId: null }),
  ];
  for (const request of requests) for (const by of [ada.connection, guest]) expect(await codeOf(request(by))).toBe('permission_denied');
  expect(await codeOf(guest.request('report.file', { lineId: 'x' as LineId, reason: 'spam', note: '' }))).toBe('not_logged_in');
  expect(await codeOf(guest.request('follow.set', { isFollowing: true }))).toBe('not_logged_in');
  expect(await codeOf(give(mod, 'nobody' as UserId))).toBe('not_found');
  expect(await codeOf(mod.connection.request('held.decide', { lineId: 'nosuch' as LineId, isApproved: true }))).toBe('not_found');
  expect(await codeOf(mod.connection.request('report.decide', { reportId: 'nosuch' as ReportId, isUpheld: true }))).toBe('not_found');
  // A moderator of one room is nobody in another, whatever ids they bring.
  const other = await gather();
  const line = await say(other.ada, 'over here');
  const held = await other.host.connection.request('rules.update', { holdsAll: true }).then(() => send(other.bob, 'held here'));
  const stranger = await mod.client.connect();
  await stranger.join(other.creator.handle);
  expect(await codeOf(stranger.request('sanction.give', { userId: other.ada.userId, kind: 'ban', reason: '', lengthS: null }))).toBe('permission_denied');
  expect(await codeOf(mod.connection.request('held.decide', { lineId: held.line.lineId, isApproved: true }))).toBe('not_found');
  expect(await codeOf(ada.connection.request('report.file', { lineId: line.lineId, reason: 'spam', note: '' }))).toBe('not_found');
  await give(mod, other.ada.userId);
  await say(other.ada, 'banned there, not here').catch(() => {});
  expect((await other.host.connection.request('sanction.list', {})).sanctions).toEqual([]);
  for (const connection of [guest, stranger]) connection.close();
  other.end();
  end();
});
