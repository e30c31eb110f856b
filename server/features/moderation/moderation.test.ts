import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ChannelId, ConnectionId, LineId, ParticipantId, RoomId, SessionId, UserId } from '../../../shared/ids.ts';
import type { SaidLine } from '../../../shared/messages/chat.ts';
import type { HeldLine } from '../../../shared/messages/moderation.ts';
import type { Role } from '../../../shared/permissions.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { until } from '../../../tests/support/wait.ts';
import { channels, users } from '../../db/schema.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createModeration } from './moderation.ts';
import { createOperatorWords } from './operator-words.ts';
import type { Database } from './store.ts';

const database = useTestDatabase();
const ROOM = 'ch-host' as RoomId;
const dataDir = mkdtempSync(join(tmpdir(), 'qiao-moderation-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const person = async (name: string): Promise<void> => {
  await database().run((db) =>
    db.insert(users).values({ id: name as UserId, name, nameKey: name, displayName: name, passwordHash: '$argon2id$x', locale: null, createdAt: 1 }),
  );
};
const fill = async (): Promise<void> => {
  for (const name of ['host', 'mod', 'ada', 'bob']) await person(name);
  const channel = { id: ROOM as ChannelId, ownerUserId: 'host' as UserId, handle: 'host', handleKey: 'host', displayName: 'host', about: '', category: 'talk' } as const;
  await database().run((db) => db.insert(channels).values({ ...channel, avatarImageId: null, createdAt: 1 }));
};

const callerOf = (name: string, role: Role = 'viewer', isOwner = false): Caller => ({
  connectionId: name as ConnectionId,
  address: '192.0.2.1',
  user: { userId: name as UserId, sessionId: name as SessionId, name, displayName: name },
  seat: { roomId: ROOM, participantId: name as ParticipantId, role, isOwner },
  sit() {},
  notify() {},
  close() {},
});
const HOST = callerOf('host', 'host', true);
const MOD = callerOf('mod', 'moderator');
const ADA = callerOf('ada');
const ada = 'ada' as UserId;

/** Moderation on a real database that can be taken away, a clock that stands still, and neighbours that write down what they hear. */
const setUp = async (clock = createHandClock(1_700_000_000_000), isFilled = false) => {
  if (!isFilled) await fill();
  const heard: string[] = [];
  let isAway = false;
  const run: Database['run'] = async (work) => {
    if (isAway) throw new AppError('database_unavailable');
    return database().run(work);
  };
  const say = (...words: unknown[]): void => void heard.push(words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' '));
  const moderation = createModeration({
    sanctioned: () => {},
    clock, log: createLog({ level: 'silent' }), database: { run }, operatorWords: createOperatorWords({ clock, log: createLog({ level: 'silent' }), dataDir }),
    publish: (_, name, data) => say(name, data),
    notifyThose: (_, who, name) => say(who, name),
    notifyUser: (_, userId, name, data) => say(userId, name, data),
    rolesChanged: (_, userId) => say('roles', userId),
    readmitViewers: (_, isWelcome) => say('readmit', `${isWelcome(null)} ${isWelcome(HOST.user)}`),
    personById: async (userId) => (['host', 'mod', 'ada', 'bob'].includes(userId) ? { userId, name: userId, displayName: userId } : null),
    ownerOf: () => 'host' as UserId,
    followedSince: (_, userId) => (userId === 'ada' ? clock.nowMs() - 600_000 : null),
    lineOf: async () => null,
    deleteLine: async () => null,
    hidePerson: async (_, userId) => say('hide', userId),
    restorePerson: async (_, userId) => say('restore', userId),
    heldLines: async (): Promise<HeldLine[]> => [],
    decideHeld: async (_, lineId: LineId, isApproved) => (say('decide', `${lineId} ${isApproved}`), { author: { userId: ada }, text: 'held' } as SaidLine),
    sayFact: (_, fact, subject) => say(fact, subject),
  });
  const code = (work: () => unknown): string => {
    try {
      return JSON.stringify(work());
    } catch (error) {
      return error instanceof AppError ? `${error.code}${error.retryAfterMs === undefined ? '' : ` ${error.retryAfterMs}`}` : String(error);
    }
  };
  const judge = (caller: Caller, text = 'hello', isEdit = false): string => code(() => moderation.judge(caller, { text, isEdit }));
  return { ...moderation, clock, heard, code, said: judge, setAway: (away: boolean) => { isAway = away; } };
};
const FINE = '{"isShadow":false,"hold":null}';

test('[M1] the pace is counted by lines that were taken, and edits are none', async () => {
  const { part, handlers, said, clock, close } = await setUp();
  await part.prepare?.(ROOM, null);
  await handlers['rules.update']({ slowModeS: 10 }, HOST);
  await handlers['words.update']({ blocked: ['turnip'], held: ['leek'] }, HOST);
  expect(said(ADA, 'turnip')).toBe('word_blocked');
  expect(said(ADA)).toBe(FINE);
  clock.advance(4_000);
  expect([said(ADA), said(ADA, 'fixed', true), said(ADA, 'turnip', true)]).toEqual(['slow_mode 6000', FINE, 'word_blocked']);
  clock.advance(6_000);
  expect(said(ADA, 'a leek')).toBe('{"isShadow":false,"hold":"word"}');
  expect(said(ADA)).toBe('slow_mode 10000');
  for (const trusted of [HOST, MOD, callerOf('bob', 'co_host'), callerOf('host', 'moderator', true)]) expect([said(trusted, 'turnip'), said(trusted)]).toEqual([FINE, FINE]);
  await close();
});

test('[M1, M2] followers, guests, links, and everything at once', async () => {
  const { part, handlers, said, admit, code, heard, close } = await setUp();
  await part.prepare?.(ROOM, null);
  await handlers['rules.update']({ followersOnlyMin: 10, links: 'hold', loggedInOnly: true }, MOD);
  expect(heard).toEqual([expect.stringContaining('rules.changed'), 'readmit false true']);
  expect([said(callerOf('bob')), said(ADA), said(ADA, 'example.com')]).toEqual(['followers_only', FINE, '{"isShadow":false,"hold":"link"}']);
  expect([code(() => admit(ROOM, null)), code(() => admit(ROOM, ADA.user))]).toEqual(['not_logged_in', undefined]);
  await handlers['rules.update']({ followersOnlyMin: 11, links: 'block', holdsAll: true }, MOD);
  expect([said(ADA), heard.filter((line) => line.startsWith('readmit')).length]).toEqual(['followers_only', 1]);
  await handlers['rules.update']({ followersOnlyMin: null }, MOD);
  expect([said(ADA), said(ADA, 'example.com')]).toEqual(['{"isShadow":false,"hold":"rule"}', 'link_blocked']);
  await close();
});

test('[M5] a sanction takes the place of the one before, and ends on its millisecond', async () => {
  const { part, handlers, said, mayAct, code, clock, heard, close } = await setUp();
  await part.prepare?.(ROOM, null);
  const give = (kind: 'time_out' | 'ban' | 'shadow_ban', lengthS: number | null) => handlers['sanction.give']({ userId: ada, kind, reason: '', lengthS }, MOD);
  await give('time_out', 60);
  expect([said(ADA), code(() => mayAct(ADA))]).toEqual(['timed_out 60000', 'timed_out 60000']);
  await give('ban', 30);
  expect([said(ADA), code(() => mayAct(ADA))]).toEqual(['banned', 'banned']);
  clock.advance(29_999);
  expect(said(ADA)).toBe('banned');
  heard.length = 0;
  clock.advance(1);
  expect([said(ADA), heard]).toEqual([FINE, ['ada sanction.changed {"sanction":null}', 'restore ada']]);
  await until('the end to be stored', async () => {
    const [row] = await database().sql`select count(*)::int as open from sanctions where lifted_at is null`;
    return row?.['open'] === 0;
  });
  await give('ban', null);
  heard.length = 0;
  await give('shadow_ban', null);
  expect(heard).toEqual(['ada sanction.changed {"sanction":null}', 'restore ada']);
  expect([said(ADA), code(() => mayAct(ADA))]).toEqual(['{"isShadow":true,"hold":null}', '{"isShadow":true}']);
  await Promise.all([give('time_out', 5), give('ban', null), give('time_out', 9)]);
  expect((await handlers['sanction.list']({}, MOD)).sanctions).toMatchObject([{ kind: 'time_out', person: { name: 'ada' }, givenBy: { name: 'mod' } }]);
  expect(said(ADA)).toBe('timed_out 9000');
  await close();
});

test('[M6] a ban that ran out while nobody was there ends when somebody comes', async () => {
  const first = await setUp();
  await first.part.prepare?.(ROOM, null);
  await first.handlers['sanction.give']({ userId: ada, kind: 'ban', reason: 'x', lengthS: 60 }, HOST);
  expect(first.part.snapshot(ROOM, { participantId: 'p' as ParticipantId, userId: ada, role: 'viewer' }).sanction).toMatchObject({ kind: 'ban', reason: 'x' });
  first.part.roomClosed?.(ROOM);
  await first.close();
  expect([first.rooms(), first.clock.timers()]).toEqual([0, 0]);
  first.clock.advance(60_000);
  const second = await setUp(first.clock, true);
  await second.part.prepare?.(ROOM, null);
  expect([second.said(ADA), second.heard]).toEqual([FINE, ['ada sanction.changed {"sanction":null}', 'restore ada']]);
  await second.close();
});

test('without a database people come in and watch, nobody writes, and all is as it should be when it is back', async () => {
  const { part, handlers, said, admit, isModerator, setAway, heard, close } = await setUp();
  await part.prepare?.(ROOM, null);
  await handlers['moderator.name']({ userId: 'mod' as UserId }, HOST);
  await handlers['rules.update']({ loggedInOnly: true }, HOST);
  part.roomClosed?.(ROOM);
  setAway(true);
  await part.prepare?.(ROOM, null);
  admit(ROOM, null);
  const reader = { participantId: 'p' as ParticipantId, userId: null, role: 'guest' } as const;
  expect([part.snapshot(ROOM, reader).rules.loggedInOnly, isModerator(ROOM, 'mod' as UserId)]).toEqual([false, false]);
  expect(said(ADA)).toBe('database_unavailable 1000');
  await expect(handlers['shield.set']({ isUp: true }, HOST)).rejects.toMatchObject({ code: 'database_unavailable' });
  setAway(false);
  heard.length = 0;
  await until('the rules to be known', () => said(ADA) === FINE);
  expect(heard).toEqual(['roles mod', expect.stringContaining('"loggedInOnly":true')]);
  expect([isModerator(ROOM, 'mod' as UserId), part.snapshot(ROOM, reader).rules.loggedInOnly]).toEqual([true, true]);
  await close();
});

test('[M9] entries of the log wait for the database, keep their order, and are written once', async () => {
  const { part, handlers, acted, setAway, clock, close } = await setUp();
  await part.prepare?.(ROOM, null);
  setAway(true);
  await handlers['held.decide']({ lineId: 'x' as LineId, isApproved: true }, MOD);
  acted(HOST, 'line_deleted', ada, `gone\0 ${'long '.repeat(300)}`);
  acted(MOD, 'question_removed', 'never' as UserId, 'of nobody');
  await expect(handlers['moderation.log']({ beforeLogId: null }, HOST)).rejects.toMatchObject({ code: 'database_unavailable' });
  setAway(false);
  clock.advance(60_000);
  acted(HOST, 'line_pinned', ada, 'last');
  const { entries } = await handlers['moderation.log']({ beforeLogId: null }, HOST);
  expect(entries.map(({ act, actor, target }) => [act, actor.name, target?.name])).toEqual([
    ['line_pinned', 'host', 'ada'], ['line_deleted', 'host', 'ada'], ['line_approved', 'mod', 'ada'],
  ]);
  expect(entries[1]?.detail).toHaveLength(999);
  await close();
});

test('a room is kept while something in it changes, and forgotten when the last one left', async () => {
  const { part, handlers, rooms, clock, close } = await setUp();
  await part.prepare?.(ROOM, null);
  const giving = handlers['sanction.give']({ userId: ada, kind: 'time_out', reason: '', lengthS: 600 }, HOST);
  part.roomClosed?.(ROOM);
  await giving;
  expect(rooms()).toBe(0);
  await close();
  expect(clock.timers()).toBe(0);
});

test('[M9] naming a moderator ends what is in force against them; there is a bound, and the owner needs no name', async () => {
  const { part, handlers, said, isModerator, heard, close } = await setUp();
  await part.prepare?.(ROOM, null);
  await handlers['sanction.give']({ userId: ada, kind: 'ban', reason: '', lengthS: null }, HOST);
  await handlers['moderator.name']({ userId: ada }, HOST);
  await handlers['moderator.name']({ userId: ada }, HOST);
  expect([said(ADA), isModerator(ROOM, ada), heard.filter((line) => line === 'moderator_named ada').length]).toEqual([FINE, true, 1]);
  await expect(handlers['moderator.name']({ userId: 'host' as UserId }, HOST)).rejects.toMatchObject({ code: 'permission_denied' });
  await handlers['sanction.give']({ userId: ada, kind: 'ban', reason: '', lengthS: null }, HOST);
  expect([isModerator(ROOM, ada), (await handlers['moderator.list']({}, HOST)).moderators]).toEqual([false, []]);
  await close();
});
