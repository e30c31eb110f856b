import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChannelId, LineId, RequestKey, UserId } from '../../../shared/ids.ts';
import { CHAT_EDIT_MS_MAX, CHAT_TICK_MS, HELD_LINES_MAX } from '../../../shared/limits.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { channels, users } from '../../db/schema.ts';
import { AppError } from '../../lib/app-error.ts';
import { callerOf, FINE, lineOf, ROOM, startChat } from './testing.ts';

const database = useTestDatabase();
const PEOPLE = ['host', 'mod', 'ada', 'bob', 'eve'];
const [host, mod, ada, bob, eve] = [callerOf('host', 'host'), callerOf('mod', 'moderator'), callerOf('ada'), callerOf('bob'), callerOf('eve')];
const EVE = 'eve' as UserId;

beforeEach(async () => {
  const person = (name: string) => ({ id: name as UserId, name, nameKey: name, displayName: name.toUpperCase(), passwordHash: '$argon2id$x', locale: null, createdAt: 1 });
  await database().run((db) => db.insert(users).values(PEOPLE.map(person)));
  await database().run((db) =>
    db.insert(channels).values({
      id: ROOM as ChannelId, ownerUserId: 'host' as UserId, handle: 'host', handleKey: 'host', displayName: 'H', about: '', category: 'talk', avatarImageId: null, createdAt: 1,
    }),
  );
});

const running: ReturnType<typeof startChat>[] = [];
afterEach(async () => {
  for (const it of running.splice(0)) await it.chat.close();
});

const open = async (earlier?: ReturnType<typeof startChat>) => {
  const it = startChat(database(), earlier?.clock);
  running.push(it);
  await it.chat.part.prepare?.(ROOM, null);
  return it;
};
/** The process ends and another one comes. */
const restart = async (it: ReturnType<typeof startChat>) => {
  await it.chat.close();
  return open(it);
};
const refused = (code: string) => expect.objectContaining({ code }) as Error;

test('[C1] a line sent again is the same line: one line, one event, judged once, also after a restart', async () => {
  const first = await open();
  const line = lineOf('hello');
  const said = await first.chat.handlers['chat.send'](line, ada);
  expect(said).toMatchObject({ isHeld: false, line: { text: 'hello', author: { userId: 'ada', role: 'viewer' }, replyTo: null } });
  first.control.verdict = new AppError('slow_mode');
  expect(await first.chat.handlers['chat.send'](line, ada)).toEqual(said);
  first.clock.advance(1_000);
  expect(first.heard('chat.said')).toEqual([{ lines: [said.line] }]);
  expect(first.judged).toEqual(['hello']);
  // Another person's key is another key.
  first.control.verdict = FINE;
  await first.chat.handlers['chat.send'](line, bob);
  const second = await restart(first);
  expect(await second.chat.handlers['chat.send'](line, ada)).toEqual(said);
  expect(second.judged).toEqual([]);
  expect(second.texts()).toEqual(['hello', 'hello']);
});

test('[C2] the first line is told at once, those of a loud moment together, in order, and none is asked of the database', async () => {
  const it = await open();
  it.control.queries = 0;
  for (let at = 0; at < 600; at += 1) await it.say(at % 2 ? ada : bob, `line ${at}`);
  expect(it.heard('chat.said')).toHaveLength(1);
  expect(it.control.queries).toBe(0);
  it.clock.advance(CHAT_TICK_MS);
  const batches = it.heard('chat.said') as { lines: { lineId: LineId; text: string }[] }[];
  expect(batches.map(({ lines }) => lines.length)).toEqual([1, 256, 256, 87]);
  const lines = batches.flatMap((batch) => batch.lines);
  expect(lines.map(({ text }) => text)).toEqual(Array.from({ length: 600 }, (_, at) => `line ${at}`));
  expect(lines.map(({ lineId }) => lineId)).toEqual(lines.map(({ lineId }) => lineId).toSorted());
});

test('[C4] an answer quotes what everybody sees, and nothing else', async () => {
  const it = await open();
  const asked = await it.say(ada, `what is this? ${'x'.repeat(100)}`);
  it.control.verdict = { isShadow: true, hold: null };
  const shadow = await it.say(eve, 'only I see this');
  it.control.verdict = FINE;
  const answer = await it.say(bob, 'that', { replyToLineId: asked.lineId });
  expect(answer.replyTo).toEqual({ lineId: asked.lineId, userId: 'ada', displayName: 'ADA', excerpt: asked.text.slice(0, 80) });
  for (const replyToLineId of [shadow.lineId, 'nowhere' as LineId]) expect((await it.say(bob, 'that', { replyToLineId })).replyTo).toBeNull();
  it.control.here = { eve: EVE };
  expect((await it.say(bob, '@eve @ada @nobody')).mentions).toEqual(['eve', 'ada']);
  const later = await restart(it);
  expect(later.snapshot().lines).toEqual(it.snapshot().lines);
});

test('[C5] a deleted line is gone for everybody: lines, history, pin, and its words over answers', async () => {
  const it = await open();
  const line = await it.say(ada, 'secret');
  const answer = await it.say(bob, 'oh', { replyToLineId: line.lineId });
  await it.chat.handlers['chat.pin']({ lineId: line.lineId }, mod);
  expect(it.snapshot().pinned).toEqual(line);
  await expect(it.chat.handlers['chat.delete']({ lineId: line.lineId }, bob)).rejects.toThrow(refused('permission_denied'));
  await expect(it.chat.handlers['chat.delete']({ lineId: 'nowhere' as LineId }, mod)).rejects.toThrow(refused('not_found'));
  await it.chat.handlers['chat.delete']({ lineId: line.lineId }, mod);
  await it.chat.handlers['chat.delete']({ lineId: line.lineId }, mod);
  expect(it.heard('chat.deleted')).toEqual([{ lineIds: [line.lineId] }]);
  expect(it.heard('chat.pinned')).toEqual([{ line }, { line: null }]);
  expect(it.heard('acted')).toEqual([['mod', 'line_pinned', 'ada', 'secret'], ['mod', 'line_deleted', 'ada', 'secret']]);
  const gone = { lines: [{ ...answer, replyTo: null }], pinned: null };
  expect(it.snapshot('ada')).toEqual(gone);
  const later = await restart(it);
  expect(later.snapshot('ada')).toEqual(gone);
  expect((await later.history(null)).lines).toEqual(gone.lines);
  expect(await later.chat.lineOf(ROOM, line.lineId)).toMatchObject({ text: 'secret' });
  await later.chat.handlers['chat.delete']({ lineId: answer.lineId }, bob);
  expect(later.heard('acted')).toEqual([]);
  expect(later.texts()).toEqual([]);
});

test('[C5] a line that is taken down before it was told is not told', async () => {
  const it = await open();
  await it.say(ada, 'first');
  const line = await it.say(ada, 'second');
  expect(await it.chat.deleteLine(ROOM, line.lineId)).toMatchObject({ text: 'second' });
  expect(await it.chat.deleteLine(ROOM, 'nowhere' as LineId)).toBeNull();
  it.clock.advance(1_000);
  expect(JSON.stringify(it.heard('chat.said'))).not.toContain('second');
});

test('[C5] a ban takes all lines of a person at once, and lifting it brings back its own', async () => {
  const it = await open();
  const lines = [await it.say(eve, 'one'), await it.say(ada, 'two'), await it.say(eve, 'three')];
  await it.chat.deleteLine(ROOM, lines[2]?.lineId as LineId);
  const four = await it.say(eve, 'four');
  await it.say(bob, 'five', { replyToLineId: four.lineId });
  await it.chat.handlers['chat.pin']({ lineId: four.lineId }, host);
  await it.chat.hidePerson(ROOM, EVE, 's1');
  expect(it.heard('chat.cleared')).toEqual([{ userId: 'eve' }]);
  expect(it.texts('eve')).toEqual(['two', 'five']);
  expect(it.snapshot().pinned).toBeNull();
  expect(JSON.stringify(it.snapshot())).not.toContain('four');
  const later = await restart(it);
  expect(later.texts('eve')).toEqual(['two', 'five']);
  await later.chat.restorePerson(ROOM, EVE, 'another');
  expect(later.texts()).toEqual(['two', 'five']);
  await later.chat.restorePerson(ROOM, EVE, 's1');
  expect(later.heard('chat.restored').at(-1)).toEqual({ userId: 'eve', lines: [lines[0], four] });
  const last = await restart(later);
  expect(last.texts()).toEqual(['one', 'two', 'four', 'five']);
});

test('[C5] lines too old for memory come back too', async () => {
  const it = await open();
  for (let at = 0; at < 20; at += 1) await it.say(eve, `eve ${at}`);
  await it.chat.hidePerson(ROOM, EVE, 's1');
  for (let at = 0; at < 50; at += 1) await it.chat.deleteLine(ROOM, (await it.say(ada, `ada ${at}`)).lineId);
  it.clock.advance(1_000_000);
  for (let at = 0; at < 400; at += 1) await it.chat.deleteLine(ROOM, (await it.say(bob, `bob ${at}`)).lineId);
  const later = await restart(it);
  expect(later.texts()).toEqual([]);
  await later.chat.restorePerson(ROOM, EVE, 's1');
  expect(later.texts()).toEqual(Array.from({ length: 20 }, (_, at) => `eve ${at}`));
});

test('[C5] a ban also takes the lines that are being read from the database at that moment', async () => {
  const it = await open();
  await it.say(eve, 'one');
  await it.chat.close();
  const later = startChat(database(), it.clock);
  running.push(later);
  const joining = later.chat.part.prepare?.(ROOM, null);
  await later.chat.hidePerson(ROOM, EVE, 's1');
  await joining;
  expect(later.texts()).toEqual([]);
});

test('[C6] own shown lines can be edited for a while, and nobody else’s', async () => {
  const it = await open();
  const line = await it.say(ada, 'helo');
  const edit = async (caller: typeof ada, text: string, lineId = line.lineId) => it.chat.handlers['chat.edit']({ lineId, text }, caller);
  await expect(edit(bob, 'x')).rejects.toThrow(refused('permission_denied'));
  await expect(edit(mod, 'x')).rejects.toThrow(refused('permission_denied'));
  await expect(edit(ada, ' ')).rejects.toThrow(refused('bad_request'));
  await expect(edit(ada, 'x', 'nowhere' as LineId)).rejects.toThrow(refused('not_found'));
  it.clock.advance(CHAT_EDIT_MS_MAX - 1);
  const edited = { ...line, text: 'hello', editedAtMs: it.clock.nowMs() };
  expect(await edit(ada, 'hello')).toEqual({ line: edited, isHeld: false });
  expect(await edit(ada, 'hello')).toEqual({ line: edited, isHeld: false });
  expect(it.heard('chat.edited')).toEqual([{ line: edited }]);
  expect(it.judged).toEqual(['helo', 'hello']);
  it.clock.advance(2);
  await expect(edit(ada, 'later')).rejects.toThrow(refused('permission_denied'));
  const later = await restart(it);
  expect(later.snapshot().lines).toEqual([edited]);
});

test('[C6] an edit that must be looked at takes the line from everybody until it is approved', async () => {
  const it = await open();
  const line = await it.say(ada, 'nice');
  it.control.verdict = { isShadow: false, hold: 'word' };
  const { line: edited, isHeld } = await it.chat.handlers['chat.edit']({ lineId: line.lineId, text: 'nasty' }, ada);
  expect(isHeld).toBe(true);
  expect(it.heard('chat.deleted')).toEqual([{ lineIds: [line.lineId] }]);
  expect(it.heard('lineHeld')).toEqual([[ROOM, { line: edited, cause: 'word' }]]);
  expect([it.texts(), it.texts('ada'), it.texts('bob')]).toEqual([[], ['nasty'], []]);
  it.clock.advance(1_000);
  expect(await it.chat.decideHeld(ROOM, line.lineId, true)).toEqual(edited);
  expect(it.heard('chat.said').at(-1)).toEqual({ lines: [edited] });
  expect(it.texts()).toEqual(['nasty']);
});

test('held lines are decided once, told with their old ids, and survive a restart', async () => {
  const it = await open();
  it.control.verdict = { isShadow: false, hold: 'link' };
  const [one, two] = [await it.say(ada, 'one'), await it.say(ada, 'two')];
  it.control.verdict = FINE;
  await it.say(bob, 'three');
  const later = await restart(it);
  expect(await later.chat.heldLines(ROOM)).toEqual([{ line: one, cause: 'link' }, { line: two, cause: 'link' }]);
  expect([later.texts(), later.texts('ada')]).toEqual([['three'], ['one', 'two', 'three']]);
  expect(await later.chat.decideHeld(ROOM, one.lineId, true)).toEqual(one);
  expect(await later.chat.decideHeld(ROOM, one.lineId, false)).toBeNull();
  expect(await later.chat.decideHeld(ROOM, two.lineId, false)).toEqual(two);
  expect(later.heard('lineDecided')).toEqual([[ROOM, 'ada', { lineId: one.lineId, isApproved: true }], [ROOM, 'ada', { lineId: two.lineId, isApproved: false }]]);
  expect(later.heard('chat.said')).toEqual([{ lines: [one] }]);
  const last = await restart(later);
  expect(last.texts('ada')).toEqual(['one', 'three']);
});

test('more held lines than there is room for push the oldest out; a ban and their author take them back', async () => {
  const it = await open();
  it.control.verdict = { isShadow: false, hold: 'rule' };
  const first = await it.say(ada, 'first');
  for (let at = 0; at < HELD_LINES_MAX - 1; at += 1) await it.say(bob, `b${at}`);
  const last = await it.say(eve, 'last');
  expect(it.heard('lineDecided')).toEqual([[ROOM, 'ada', { lineId: first.lineId, isApproved: false }]]);
  expect(await it.chat.heldLines(ROOM)).toHaveLength(HELD_LINES_MAX);
  await it.chat.hidePerson(ROOM, EVE, 's1');
  expect(await it.chat.decideHeld(ROOM, last.lineId, true)).toBeNull();
  const own = (await it.chat.heldLines(ROOM))[0]?.line.lineId as LineId;
  await it.chat.handlers['chat.delete']({ lineId: own }, bob);
  expect(await it.chat.decideHeld(ROOM, own, true)).toBeNull();
  expect(it.heard('chat.said')).toEqual([]);
});

test('under a shadow ban a line looks said to its author and is nowhere else', async () => {
  const it = await open();
  const before = await it.say(eve, 'before');
  it.control.verdict = { isShadow: true, hold: 'rule' };
  const sent = await it.chat.handlers['chat.send'](lineOf('shadow'), eve);
  expect(sent).toMatchObject({ isHeld: true, line: { text: 'shadow' } });
  const edited = await it.chat.handlers['chat.edit']({ lineId: before.lineId, text: 'changed' }, eve);
  expect(edited.line.text).toBe('changed');
  it.clock.advance(1_000);
  expect(JSON.stringify(it.told)).not.toMatch(/shadow|changed/);
  const later = await restart(it);
  expect([later.texts('eve'), later.texts('ada')]).toEqual([['before', 'shadow'], ['before']]);
  expect((await later.history(null, ada)).lines).toHaveLength(1);
});

test('[C7] history goes back page by page, from memory and from the database, with the reader’s own', async () => {
  const it = await open();
  for (let at = 0; at < 150; at += 1) await it.say(at % 2 ? ada : bob, `line ${at}`);
  it.control.verdict = { isShadow: true, hold: null };
  await it.say(eve, 'own');
  it.control.verdict = FINE;
  it.clock.advance(1_000_000);
  for (let at = 150; at < 450; at += 1) await it.say(ada, `line ${at}`);
  const later = await restart(it);
  const read = async (caller: typeof ada) => {
    const texts: string[] = [];
    let before: LineId | null = null;
    for (;;) {
      const page = await later.history(before, caller);
      texts.unshift(...page.lines.map((line) => (line.kind === 'said' ? line.text : '')));
      before = page.lines[0]?.lineId ?? null;
      if (!page.hasMore) return texts;
      expect(page.lines).toHaveLength(50);
    }
  };
  const all = Array.from({ length: 450 }, (_, at) => `line ${at}`);
  expect(await read(ada)).toEqual(all);
  expect(await read(eve)).toEqual([...all.slice(0, 150), 'own', ...all.slice(150)]);
});

test('[C7] search takes what is typed as it is, finds Chinese, and only what everybody sees', async () => {
  const it = await open();
  for (const text of ['100% sure', '100 sure', 'a_b', 'acb', 'back\\slash', '今天的天气真好', 'Hello THERE']) await it.say(ada, text);
  await it.chat.deleteLine(ROOM, (await it.say(ada, 'hello deleted')).lineId);
  const found = async (text: string) => (await it.chat.handlers['chat.search']({ text, beforeLineId: null }, mod)).lines.map((line) => (line.kind === 'said' ? line.text : ''));
  expect(await found('0%')).toEqual(['100% sure']);
  expect(await found('a_b')).toEqual(['a_b']);
  expect(await found('k\\s')).toEqual(['back\\slash']);
  expect(await found('天气')).toEqual(['今天的天气真好']);
  expect(await found('hello')).toEqual(['Hello THERE']);
  await expect(async () => found('\u200b')).rejects.toThrow(refused('bad_request'));
});

test('[C7] facts stand among the lines', async () => {
  const it = await open();
  await it.say(ada, 'one');
  it.chat.sayFact(ROOM, 'poll_opened', 'Tea or coffee?');
  await it.say(ada, 'two');
  it.clock.advance(100);
  expect(it.texts()).toEqual(['one', 'poll_opened', 'two']);
  expect(it.heard('chat.said').at(-1)).toMatchObject({ lines: [{ kind: 'system', subject: 'Tea or coffee?' }, { text: 'two' }] });
});

test('[C8] without the database lines go on and are kept; a room opened then goes on with what is said', async () => {
  const it = await open();
  await it.say(ada, 'before');
  it.clock.advance(100);
  it.control.isAway = true;
  await it.say(ada, 'while away');
  it.chat.part.roomClosed?.(ROOM);
  await it.chat.part.prepare?.(ROOM, null);
  expect(it.texts()).toContain('while away');
  const pinned = await it.say(bob, 'still away');
  await expect(it.history(null)).rejects.toThrow(refused('database_unavailable'));
  it.control.isAway = false;
  expect((await it.history(null)).lines).toHaveLength(3);
  await it.chat.handlers['chat.pin']({ lineId: pinned.lineId }, mod);
  const later = await restart(it);
  expect(later.texts()).toEqual(['before', 'while away', 'still away']);
  expect(later.snapshot().pinned).toEqual(pinned);
  expect(later.chat.counts()).toEqual({ rooms: 1, waiting: 0 });
});

test('a stamp is kept as it was, the look as the role may have it', async () => {
  const it = await open();
  it.control.stamp = { capturedAtMs: 1_001, errorMs: 4, timelineMs: 11 };
  const look = { color: 'red', place: 'top' } as const;
  expect(await it.say(ada, 'x', { look })).toMatchObject({ look: { color: 'red', place: 'scroll' }, stamp: { capturedAtMs: 1_001, errorMs: 4, timelineMs: 11 } });
  expect(await it.say(callerOf('host', 'moderator', true), 'x', { look })).toMatchObject({ look, author: { role: 'host' } });
  await expect(async () => it.say(callerOf('g', 'guest'), 'x', { key: 'k' as RequestKey })).rejects.toThrow(refused('not_logged_in'));
});
