// Against a real PostgreSQL, with the hands of the clock turned by the tests.

import { expect, test } from 'vitest';
import type { BroadcastId, ChannelId, QuestionId, RequestKey, RoomId, UserId } from '../../../shared/ids.ts';
import { QUESTIONS_OPEN_MAX, QUESTIONS_PER_USER_MAX, TALLY_TICK_MS } from '../../../shared/limits.ts';
import { addBroadcast, addChannel, addUsers } from '../../../tests/support/rows.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { fakeCaller } from '../../../tests/support/fake-caller.ts';
import { until } from '../../../tests/support/wait.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createQuestions } from './questions.ts';
import type { QuestionsDeps } from './questions.ts';

const database = useTestDatabase();
const ROOM = 'room' as RoomId;
const STARTED_AT_MS = 1_799_999_000_000;
const host = fakeCaller('host', { role: 'host' });
const moderator = fakeCaller('mod', { role: 'moderator' });
const [ada, bob, eve] = [fakeCaller('ada'), fakeCaller('bob'), fakeCaller('eve')];
const CROWD = Array.from({ length: QUESTIONS_OPEN_MAX / QUESTIONS_PER_USER_MAX + 1 }, (_, at) => fakeCaller(`crowd${at}`));

type Judge = QuestionsDeps['judge'];

const setUp = async (options: { isEmpty?: boolean; broadcastId?: string | null } = {}) => {
  if (!options.isEmpty) {
    await addChannel(database(), { ownerId: 'host', channelId: ROOM as ChannelId });
    await addUsers(database(), ['mod', 'ada', 'bob', 'eve', ...CROWD.map(({ user }) => user?.name ?? '')]);
    await addBroadcast(database(), 'b1', ROOM as ChannelId, STARTED_AT_MS);
    await addBroadcast(database(), 'b2', ROOM as ChannelId, STARTED_AT_MS + 1);
  }
  const clock = createHandClock(1_800_000_000_000);
  const published: [string, unknown][] = [];
  const said: string[] = [];
  const state = {
    isUp: true,
    broadcastId: (options.broadcastId === undefined ? 'b1' : options.broadcastId) as BroadcastId | null,
    judge: (() => ({ isShadow: false, hold: null })) as Judge,
    shadows: new Set<string>(),
  };
  const questions = createQuestions({
    clock,
    database: { run: (work) => (state.isUp ? database().run(work) : Promise.reject(new AppError('database_unavailable'))) },
    log: createLog({ level: 'silent' }),
    publish: (_room, name, data) => void published.push([name, data]),
    stampFrame: (_caller, seen) => {
      const { capturedAtMs, errorMs } = seen ?? { capturedAtMs: clock.nowMs() - 50, errorMs: 5 };
      return state.broadcastId && { capturedAtMs, errorMs, timelineMs: capturedAtMs - STARTED_AT_MS };
    },
    broadcastIdIn: () => state.broadcastId,
    judge: (caller, line) => state.judge(caller, line),
    mayAct: ({ user }) => ({ isShadow: state.shadows.has(user?.name ?? '') }),
    fanLevelIn: (_room, userId) => (userId === 'ada' ? 4 : 0),
    sayFact: (_room, fact, subject) => void said.push(`${fact} ${subject}`),
    acted: ({ user }, act, target, detail) => void said.push([user?.name, act, target, detail].join(' ')),
  });
  const { handlers, part } = questions;
  let lastKey = 0;
  const ask = async (who: Caller, text = 'Why?', key = `k${(lastKey += 1)}`) =>
    (await handlers['question.ask']({ key: key as RequestKey, text, seen: null }, who)).question;
  const vote = async (who: Caller, questionId: QuestionId, isFor = true) => await handlers['question.vote']({ questionId, isFor, seen: null }, who);
  const answer = async (questionId: QuestionId, words: string | null = null, isAnswered = true) =>
    (await handlers['question.answer']({ questionId, isAnswered, answer: words, seen: null }, host)).question;
  const highlight = async (questionId: QuestionId | null) => await handlers['question.highlight']({ questionId, seen: null }, host);
  const remove = async (who: Caller, questionId: QuestionId) => await handlers['question.remove']({ questionId }, who);
  const snapshot = (name: string | null = null) => part.snapshot(ROOM, { participantId: 'x' as never, userId: name as UserId | null, role: 'viewer' });
  const prepare = async () => await part.prepare?.(ROOM, null);
  const names = (): string[] => published.map(([name]) => name);
  return { clock, questions, part, state, published, names, said, ask, vote, answer, highlight, remove, snapshot, prepare };
};

test('[Q1] the same key from the same person is the same question', async () => {
  const { ask, names, snapshot, remove } = await setUp();
  const first = await ask(ada, ' Why\u202e? ', 'k');
  expect(first).toMatchObject({ text: 'Why?', votes: 0, state: 'open', author: { userId: 'ada', displayName: 'ADA', role: 'viewer', fanLevel: 4 } });
  expect(await ask(ada, 'Why?', 'k')).toEqual(first);
  expect((await ask(bob, 'Why?', 'k')).questionId).not.toBe(first.questionId);
  expect(names()).toEqual(['question.asked', 'question.asked']);
  expect(snapshot().questions).toHaveLength(2);
  await remove(ada, first.questionId);
  await expect(ask(ada, 'Why?', 'k')).rejects.toMatchObject({ code: 'not_found' });
});

test('[Q1] what a chat line would be held or refused for is refused; a shadow-banned one is seen by nobody', async () => {
  const { ask, state, names, snapshot } = await setUp();
  for (const [hold, code] of [['word', 'word_blocked'], ['link', 'link_blocked']] as const) {
    state.judge = () => ({ isShadow: false, hold });
    await expect(ask(ada)).rejects.toMatchObject({ code });
  }
  state.judge = () => { throw new AppError('timed_out'); };
  await expect(ask(ada)).rejects.toMatchObject({ code: 'timed_out' });
  await expect(ask(ada, ' \u200b ')).rejects.toMatchObject({ code: 'bad_request' });
  state.judge = () => ({ isShadow: true, hold: null });
  expect(await ask(eve)).toMatchObject({ text: 'Why?', author: { userId: 'eve' } });
  expect([names(), snapshot().questions]).toEqual([[], []]);
  state.judge = () => ({ isShadow: false, hold: 'rule' });
  await ask(ada);
  expect(names()).toEqual(['question.asked']);
});

test('[Q1] a full list lets go of what was answered the longest ago, and of nothing else', async () => {
  const { ask, answer, highlight, published, clock, snapshot } = await setUp();
  const all = [];
  for (const person of CROWD.slice(1)) for (let i = 0; i < QUESTIONS_PER_USER_MAX; i += 1) all.push(await ask(person));
  await expect(ask(CROWD[1] ?? ada)).rejects.toMatchObject({ code: 'too_many_items' });
  await expect(ask(ada)).rejects.toMatchObject({ code: 'too_many_items' });
  const [shown, first, second] = all.map(({ questionId }) => questionId);
  if (!shown || !first || !second) throw new Error('too few');
  for (const id of [shown, first, second]) {
    clock.advance(1_000);
    await answer(id);
  }
  await highlight(shown);
  await ask(ada);
  expect(published.filter(([name]) => name === 'question.removed')).toEqual([['question.removed', { questionId: first }]]);
  expect(snapshot().questions).toHaveLength(QUESTIONS_OPEN_MAX);
});

test('[Q2] one vote each, taken back if one likes, told once a tick', async () => {
  const { ask, vote, published, clock, snapshot, state } = await setUp();
  const { questionId } = await ask(ada);
  const other = (await ask(bob)).questionId;
  await vote(ada, questionId);
  await vote(bob, questionId);
  await vote(bob, questionId);
  await vote(bob, other);
  await vote(bob, other, false);
  state.shadows.add('eve');
  await vote(eve, questionId);
  clock.advance(TALLY_TICK_MS * 3);
  expect(published.filter(([name]) => name === 'questions.counted').map(([, data]) => data)).toEqual([
    { counts: [{ questionId, votes: 1 }] },
    { counts: [{ questionId, votes: 2 }, { questionId: other, votes: 0 }] },
  ]);
  expect([snapshot('bob').mine, snapshot('eve').mine, snapshot(null).mine]).toEqual([[questionId], [questionId], []]);
  await expect(vote(ada, 'none' as QuestionId)).rejects.toMatchObject({ code: 'not_found' });
});

test('[Q3] answered, opened again, highlighted, each on the host’s frame', async () => {
  const { ask, answer, highlight, published, said, clock, snapshot } = await setUp();
  const { questionId } = await ask(ada);
  clock.advance(5_000);
  const answered = await answer(questionId, ' Because.\r\n\r\n\r\nSo. ');
  expect(answered).toMatchObject({ state: 'answered', answer: 'Because.\n\nSo.', answerStamp: { capturedAtMs: clock.nowMs() - 50 } });
  expect(published.at(-1)).toEqual(['question.changed', { question: answered }]);
  await answer(questionId, 'Better words');
  expect(said).toEqual(['question_answered Why?']);
  await highlight(questionId);
  expect(published.at(-1)).toEqual(['question.highlighted', { highlighted: { questionId, frameMs: clock.nowMs() - 50 } }]);
  expect(snapshot().highlighted?.questionId).toBe(questionId);
  await highlight(null);
  expect(snapshot().highlighted).toBeNull();
  expect(await answer(questionId, null, false)).toMatchObject({ state: 'open', answer: null, answerStamp: null });
  await expect(answer(questionId, 'words', false)).rejects.toMatchObject({ code: 'bad_request' });
  await expect(answer(questionId, ' \u200b')).rejects.toMatchObject({ code: 'bad_request' });
});

test('[Q3] people remove their own, those who lead the show any, which is written down', async () => {
  const { ask, remove, highlight, names, said, snapshot } = await setUp();
  const [one, two] = [await ask(ada, 'One?'), await ask(ada, 'Two?')];
  await expect(remove(bob, one.questionId)).rejects.toMatchObject({ code: 'permission_denied' });
  await remove(ada, one.questionId);
  await highlight(two.questionId);
  await remove(moderator, two.questionId);
  expect(names().slice(-4)).toEqual(['question.removed', 'question.highlighted', 'question.highlighted', 'question.removed']);
  expect(said).toEqual(['mod question_removed ada Two?']);
  expect(snapshot()).toEqual({ questions: [], highlighted: null, mine: [] });
});

test('[Q3] a new broadcast has no questions yet; the room keeps those of the last one until then', async () => {
  const { ask, state, snapshot, vote } = await setUp();
  const { questionId } = await ask(ada);
  state.broadcastId = null;
  await vote(bob, questionId);
  expect(snapshot().questions).toHaveLength(1);
  state.broadcastId = 'b2' as BroadcastId;
  expect(snapshot().questions).toEqual([]);
  await expect(vote(ada, questionId)).rejects.toMatchObject({ code: 'not_found' });
});

test('[Q3] everything is there for the next server: words, stamps, votes, answers', async () => {
  const before = await setUp();
  const one = await before.ask(ada, 'One?');
  const two = await before.ask(host, 'Two?');
  before.clock.advance(1);
  const three = await before.ask(bob, 'Three?');
  await before.vote(bob, one.questionId);
  await before.vote(ada, one.questionId);
  await before.vote(ada, one.questionId, false);
  await before.answer(two.questionId, 'Yes.');
  await before.remove(bob, three.questionId);
  const expected = before.snapshot('bob');
  await before.questions.close();
  expect(before.clock.timers()).toBe(0);
  const after = await setUp({ isEmpty: true });
  await after.prepare();
  const byText = (a: { text: string }, b: { text: string }): number => a.text.localeCompare(b.text);
  const found = after.snapshot('bob');
  expect({ ...found, questions: found.questions.sort(byText) }).toEqual({ ...expected, questions: expected.questions.sort(byText) });
  const elsewhere = await setUp({ isEmpty: true, broadcastId: null });
  await elsewhere.prepare();
  expect(elsewhere.snapshot().questions).toEqual([]);
});

test('[Q1] while the database is away questions and votes are taken, and written when it is back', async () => {
  const { ask, vote, prepare, state, part, snapshot, clock } = await setUp();
  await prepare();
  state.isUp = false;
  const { questionId } = await ask(ada);
  await vote(bob, questionId);
  clock.advance(1_000);
  part.roomClosed?.(ROOM);
  await prepare();
  expect(snapshot().questions).toEqual([]);
  await expect(ask(ada)).rejects.toMatchObject({ code: 'database_unavailable' });
  state.isUp = true;
  await until('the question to be written and read', async () => {
    await prepare();
    return snapshot('bob').mine[0] === questionId;
  });
  expect(snapshot().questions).toMatchObject([{ questionId, votes: 1 }]);
});

test('a closed room leaves nothing behind', async () => {
  const { ask, vote, part, questions, clock } = await setUp();
  const { questionId } = await ask(ada);
  await vote(bob, questionId);
  await vote(ada, questionId);
  part.roomClosed?.(ROOM);
  expect(questions.rooms()).toBe(0);
  await questions.close();
  expect(clock.timers()).toBe(0);
});

test('[M6] what a banned person asked goes from everybody and off the picture, and comes back in its place', async () => {
  const { questions, ask, highlight, published, snapshot, clock, vote } = await setUp();
  const texts = (): string[] => snapshot().questions.map(({ text }) => text);
  const first = await ask(ada, 'first');
  clock.advance(1);
  await ask(bob, 'second');
  clock.advance(1);
  await ask(ada, 'third');
  await highlight(first.questionId);
  await vote(bob, first.questionId);
  published.length = 0;
  questions.hidePerson(ROOM, 'ada' as UserId);
  expect(texts()).toEqual(['second']);
  expect(published.map(([name]) => name)).toEqual(['question.highlighted', 'question.removed', 'question.removed']);
  await expect(vote(bob, first.questionId)).rejects.toMatchObject({ code: 'not_found' });
  questions.restorePerson(ROOM, 'ada' as UserId);
  expect(texts()).toEqual(['first', 'second', 'third']);
  expect(published.at(-2)).toMatchObject(['question.asked', { question: { text: 'first', votes: 1 } }]);
});

test('[M6] who opens the room while the ban is in force does not see them either, and sees them come back', async () => {
  const before = await setUp();
  await before.ask(ada, 'unwanted');
  await before.ask(bob, 'wanted');
  await before.questions.close();
  const ban = (liftedAt: string | null) => database().sql`insert into sanctions (id, channel_id, user_id, kind, reason, given_by, given_at, lifted_at)
    values ('ban', ${ROOM}, 'ada', 'ban', '', 'host', now(), ${liftedAt}) on conflict (id) do update set lifted_at = excluded.lifted_at`;
  await ban(null);
  const later = await setUp({ isEmpty: true });
  await later.prepare();
  expect(later.snapshot().questions.map(({ text }) => text)).toEqual(['wanted']);
  later.questions.restorePerson(ROOM, 'ada' as UserId);
  expect(later.snapshot().questions).toHaveLength(2);
  await ban(new Date().toISOString());
  const atLast = await setUp({ isEmpty: true });
  await atLast.prepare();
  expect(atLast.snapshot().questions).toHaveLength(2);
});
