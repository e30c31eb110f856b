// Against a real PostgreSQL, with the hands of the clock turned by the tests.

import { expect, test } from 'vitest';
import type { BroadcastId, ChannelId, PollId, RoomId, UserId } from '../../../shared/ids.ts';
import { LATE_VOTES_MS, TALLY_TICK_MS } from '../../../shared/limits.ts';
import type { EventData } from '../../../shared/messages.ts';
import type { PollView } from '../../../shared/messages/polls.ts';
import type { SeenFrame } from '../../../shared/messages/time.ts';
import { addChannel, addUsers } from '../../../tests/support/rows.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { fakeCaller } from '../../../tests/support/fake-caller.ts';
import { until } from '../../../tests/support/wait.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createPolls } from './polls.ts';
import type { PollDatabase } from './store.ts';

const database = useTestDatabase();
const ROOM = 'room' as RoomId;
const host = fakeCaller('host', { role: 'host' });
const [ada, bob, eve] = [fakeCaller('ada'), fakeCaller('bob'), fakeCaller('eve')];
const reader = (name: string | null) => ({ participantId: 'x' as never, userId: name as UserId | null, role: 'viewer' as const });
const tea = { question: 'Tea?', options: ['yes', 'no'], seen: null };

const setUp = async (options: { isEmpty?: boolean } = {}) => {
  if (!options.isEmpty) {
    await addChannel(database(), { ownerId: 'host', channelId: ROOM as ChannelId });
    await addUsers(database(), ['ada', 'bob', 'eve']);
  }
  const clock = createHandClock(1_800_000_000_000);
  const published: [string, unknown][] = [];
  const facts: string[] = [];
  const state = { isUp: true, isOnAir: true, broadcastId: null as BroadcastId | null, shadows: new Set<string>() };
  const door: PollDatabase = { run: (work) => (state.isUp ? database().run(work) : Promise.reject(new AppError('database_unavailable'))) };
  const polls = createPolls({
    clock, database: door,
    log: createLog({ level: 'silent' }),
    publish: (_room, name, data) => void published.push([name, data]),
    // The claim as it is: what is possible is the business of another feature.
    stampFrame: (_caller, seen) => (state.isOnAir ? { ...(seen ?? { capturedAtMs: clock.nowMs(), errorMs: 0 }), timelineMs: 0 } : null),
    broadcastIdIn: () => state.broadcastId,
    mayAct: ({ user }) => ({ isShadow: state.shadows.has(user?.name ?? '') }),
    sayFact: (_room, fact, subject) => void facts.push(`${fact} ${subject}`),
  });
  const { handlers, part } = polls;
  const vote = async (who: typeof ada, poll: PollView, option: number, seen: SeenFrame | null = null) =>
    await handlers['poll.vote']({ pollId: poll.pollId, option, seen }, who);
  const told = <E extends 'poll.opened' | 'poll.tallied' | 'poll.closed'>(name: E): EventData<E>[] =>
    published.filter(([event]) => event === name).map(([, data]) => data as EventData<E>);
  const open = async () => (await handlers['poll.open'](tea, host)).poll;
  const close = async (poll: PollView, seen: SeenFrame | null = null) => (await handlers['poll.close']({ pollId: poll.pollId, seen }, host)).poll;
  const snapshot = (name: string | null = null) => part.snapshot(ROOM, reader(name));
  return { clock, polls, part, handlers, state, facts, told, open, close, vote, snapshot, at: (capturedAtMs: number, errorMs = 0) => ({ capturedAtMs, errorMs }) };
};

test('[P1] a room has one poll at a time, also while it is being stored or waits for late votes', async () => {
  const { handlers, open, close, clock, facts, told } = await setUp();
  const first = open();
  await expect(handlers['poll.open'](tea, host)).rejects.toMatchObject({ code: 'poll_running' });
  const poll = await first;
  expect(poll).toMatchObject({ question: 'Tea?', votes: [0, 0], state: 'open', openedFrameMs: clock.nowMs() });
  expect(told('poll.opened')).toEqual([{ poll }]);
  await expect(open()).rejects.toMatchObject({ code: 'poll_running' });
  await close(poll);
  await expect(open()).rejects.toMatchObject({ code: 'poll_running' });
  clock.advance(LATE_VOTES_MS);
  expect((await open()).pollId).not.toBe(poll.pollId);
  expect(facts).toEqual(['poll_opened Tea?', 'poll_closed Tea?', 'poll_opened Tea?']);
});

test('[P2] the last vote of each person counts, told once a tick', async () => {
  const { open, vote, told, clock, snapshot } = await setUp();
  const poll = await open();
  await vote(ada, poll, 0);
  await vote(bob, poll, 0);
  await vote(ada, poll, 1);
  await vote(ada, poll, 1);
  expect(told('poll.tallied').map(({ votes }) => votes)).toEqual([[1, 0]]);
  clock.advance(TALLY_TICK_MS * 4);
  expect(told('poll.tallied').map(({ votes }) => votes)).toEqual([[1, 0], [1, 1]]);
  expect([snapshot('ada')?.myOption, snapshot('bob')?.myOption, snapshot('eve')?.myOption, snapshot(null)?.myOption]).toEqual([1, 0, null, null]);
  await expect(vote(eve, poll, 2)).rejects.toMatchObject({ code: 'bad_request' });
  await expect(vote(eve, { ...poll, pollId: 'other' as PollId }, 0)).rejects.toMatchObject({ code: 'poll_closed' });
});

test('[P2] a vote under a shadow ban is seen by its voter alone', async () => {
  const { open, vote, state, snapshot, part } = await setUp();
  const poll = await open();
  await vote(eve, poll, 1);
  state.shadows.add('eve');
  await vote(eve, poll, 0);
  expect([snapshot('eve')?.myOption, snapshot()?.poll.votes]).toEqual([0, [0, 1]]);
  state.shadows.clear();
  await vote(eve, poll, 0);
  expect([snapshot('eve')?.myOption, snapshot()?.poll.votes]).toEqual([0, [1, 0]]);
  part.roomClosed?.(ROOM);
});

test('[P3] votes are judged by the frame that was seen, and taken for a while after the close', async () => {
  const { open, close, vote, told, clock, at } = await setUp();
  const poll = await open();
  clock.advance(10_000);
  const closedAt = clock.nowMs();
  expect(await close(poll, at(closedAt))).toMatchObject({ state: 'closing', closedFrameMs: closedAt });
  expect(await close(poll, at(closedAt + 9))).toMatchObject({ state: 'closing', closedFrameMs: closedAt });
  clock.advance(LATE_VOTES_MS - 1);
  await vote(ada, poll, 0, at(closedAt - 500, 10));
  await vote(bob, poll, 1, at(closedAt + 10, 10));
  await expect(vote(eve, poll, 1, at(closedAt + 30, 10))).rejects.toMatchObject({ code: 'poll_closed' });
  clock.advance(1);
  await expect(vote(eve, poll, 1, at(closedAt - 500, 10))).rejects.toMatchObject({ code: 'poll_closed' });
  expect(told('poll.closed').map((event) => [event.poll.state, event.poll.votes])).toEqual([['closing', [0, 0]], ['closed', [1, 1]]]);
  const tallies = told('poll.tallied').length;
  clock.advance(60_000);
  expect(told('poll.tallied')).toHaveLength(tallies); // the close has said it all
});

test('[P3] nothing on air: there is no frame to wait for', async () => {
  const { open, close, vote, state, told } = await setUp();
  state.isOnAir = false;
  const poll = await open();
  await vote(ada, poll, 1);
  expect(await close(poll)).toMatchObject({ state: 'closed', openedFrameMs: null, closedFrameMs: null, votes: [0, 1] });
  expect(told('poll.closed')).toHaveLength(1);
});

test('[P4] what was voted is there for the next server, and for a room that opens again', async () => {
  const before = await setUp();
  const poll = await before.open();
  await before.vote(ada, poll, 1, before.at(1_700_000_000_000.5, 3.2));
  before.part.roomClosed?.(ROOM);
  await before.part.prepare?.(ROOM, null);
  expect(before.snapshot('ada')).toMatchObject({ poll: { votes: [0, 1], state: 'open' }, myOption: 1 });
  await before.vote(bob, poll, 0);
  await before.vote(ada, poll, 0);
  await before.polls.close();
  const after = await setUp({ isEmpty: true });
  await after.part.prepare?.(ROOM, null);
  expect(after.snapshot('ada')).toEqual({ poll: { ...poll, votes: [2, 0] }, myOption: 0 });
});

test('[P4] a restart ends the wait for late votes', async () => {
  const before = await setUp();
  const poll = await before.open();
  await before.vote(ada, poll, 1);
  await before.close(poll);
  await before.polls.close();
  expect(before.clock.timers()).toBe(0);
  const after = await setUp({ isEmpty: true });
  await after.part.prepare?.(ROOM, null);
  expect(after.snapshot()?.poll).toMatchObject({ state: 'closed', votes: [0, 1], closedFrameMs: before.clock.nowMs() });
  await expect(after.vote(bob, poll, 1)).rejects.toMatchObject({ code: 'poll_closed' });
});

test('[P4] while the database is away votes and the close are taken and written later; a poll cannot be opened', async () => {
  const { open, close, vote, state, clock, handlers, part, snapshot } = await setUp();
  const poll = await open();
  state.isUp = false;
  await vote(ada, poll, 1);
  expect(await close(poll)).toMatchObject({ state: 'closing', votes: [0, 1] });
  clock.advance(LATE_VOTES_MS);
  await expect(handlers['poll.open'](tea, host)).rejects.toMatchObject({ code: 'database_unavailable' });
  part.roomClosed?.(ROOM);
  await part.prepare?.(ROOM, null);
  expect(snapshot()).toBeNull(); // not known, and no reason not to let people in
  await expect(vote(bob, poll, 1)).rejects.toMatchObject({ code: 'database_unavailable' });
  state.isUp = true;
  await until('the votes to be written and read', async () => {
    await part.prepare?.(ROOM, null);
    return snapshot()?.poll.votes[1] === 1;
  });
  expect(snapshot()?.poll.state).toBe('closed');
  await open();
});

test('[P4] people who came in during an outage hear of the open poll as soon as it is known', async () => {
  const { open, state, part, told } = await setUp();
  const poll = await open();
  part.roomClosed?.(ROOM);
  state.isUp = false;
  await part.prepare?.(ROOM, null);
  state.isUp = true;
  await part.prepare?.(ROOM, null);
  await part.prepare?.(ROOM, null);
  expect(told('poll.opened')).toEqual([{ poll }, { poll }]);
});

test('a closed poll of an earlier broadcast is not shown in the next one', async () => {
  const { open, close, state, snapshot, clock } = await setUp();
  const poll = await open();
  state.broadcastId = 'next' as BroadcastId;
  expect(snapshot()?.poll.pollId).toBe(poll.pollId); // open still
  await close(poll);
  clock.advance(LATE_VOTES_MS);
  expect(snapshot()).toBeNull();
});

test('a closed room leaves nothing behind', async () => {
  const { open, close, vote, part, polls, clock } = await setUp();
  const poll = await open();
  await vote(ada, poll, 1);
  await close(poll);
  part.roomClosed?.(ROOM);
  expect(polls.rooms()).toBe(0);
  await polls.close();
  expect(clock.timers()).toBe(0);
});
