import { expect, test, vi } from 'vitest';
import type { PollId } from '../../../shared/ids.ts';
import type { PollView } from '../../../shared/messages/polls.ts';
import { can, type Role } from '../../../shared/permissions.ts';
import { RequestError } from '../../live/request-error.ts';
import type { Joined } from '../../live/room-session.ts';
import type { PartDeps } from '../interaction/part.ts';
import { Polls } from './polls.svelte.ts';

const POLL: PollView = {
  pollId: 'p1' as PollId, question: 'Tea or coffee?', options: ['Tea', 'Coffee'], votes: [0, 0], openedFrameMs: 1_000, state: 'open', closedFrameMs: null,
};
const CLOSING: PollView = { ...POLL, votes: [3, 1], state: 'closing', closedFrameMs: 9_000 };
const CLOSED: PollView = { ...CLOSING, votes: [3, 2], state: 'closed' };

/** A page whose picture is where `frameMs` says. */
const setUp = (role: Role = 'viewer') => {
  let frameMs = 0;
  let waiting: { frameMs: number | null; show: () => void }[] = [];
  const shown: string[] = [];
  const asked: [string, unknown][] = [];
  let refusal: Error | null = null;
  const deps = {
    ask: async (name: string, params: unknown) => {
      asked.push([name, params]);
      if (refusal) throw refusal;
      return Promise.resolve({});
    },
    toasts: { show: (text: string) => shown.push(text) },
    seen: () => null,
    may: (permission: Parameters<typeof can>[1]) => can(role, permission),
    serverNowMs: () => 10_000,
    cue: {
      on: (at: number | null, show: () => void) => {
        const one = { frameMs: at, show };
        if (at === null || at <= frameMs) show();
        else waiting.push(one);
        return () => { waiting = waiting.filter((other) => other !== one); };
      },
      close: () => {},
    },
  } as unknown as PartDeps;
  const polls = new Polls(deps);
  const join = (poll: PollView | null, myOption: number | null = null): void =>
    polls.joined({ snapshot: { poll: poll && { poll, myOption } } } as unknown as Joined);
  const seeFrame = (ms: number): void => {
    frameMs = ms;
    const due = waiting.filter((one) => one.frameMs !== null && one.frameMs <= ms);
    waiting = waiting.filter((one) => !due.includes(one));
    for (const { show } of due) show();
  };
  return { polls, join, seeFrame, asked, shown, refuse: (error: Error | null) => { refusal = error; } };
};

test('[T7] a poll opens and closes on its frames; what was counted before that is in it', () => {
  const { polls, seeFrame } = setUp();
  polls.heard({ event: 'poll.opened', data: { poll: POLL } });
  polls.heard({ event: 'poll.tallied', data: { pollId: POLL.pollId, votes: [1, 0] } });
  expect(polls.shown).toBeNull();
  seeFrame(1_000);
  expect(polls.shown).toEqual({ ...POLL, votes: [1, 0] });
  polls.heard({ event: 'poll.closed', data: { poll: CLOSING } });
  expect(polls.shown).toEqual({ ...POLL, votes: [3, 1] });
  seeFrame(9_000);
  expect(polls.shown).toEqual(CLOSING);
  polls.heard({ event: 'poll.closed', data: { poll: CLOSED } });
  expect(polls.shown).toEqual(CLOSED);
});

test('opened and closed before the picture got there: both are seen, one after the other', () => {
  const { polls, seeFrame } = setUp();
  polls.heard({ event: 'poll.opened', data: { poll: POLL } });
  polls.heard({ event: 'poll.closed', data: { poll: CLOSED } });
  seeFrame(1_000);
  expect(polls.shown).toEqual({ ...CLOSED, state: 'open', closedFrameMs: null });
  seeFrame(9_000);
  expect(polls.shown).toEqual(CLOSED);
});

test('the choice is shown at once, goes with the next poll, and a refusal takes it back and says why', async () => {
  const { polls, seeFrame, asked, shown, refuse } = setUp();
  seeFrame(5_000);
  polls.heard({ event: 'poll.opened', data: { poll: POLL } });
  const voting = polls.vote(1);
  expect(polls.myOption).toBe(1);
  await voting;
  await polls.vote(1);
  expect(asked).toEqual([['poll.vote', { pollId: POLL.pollId, option: 1, seen: null }]]);
  refuse(new RequestError({ code: 'poll_closed', message: '' }));
  await polls.vote(0);
  expect(polls.myOption).toBe(1);
  expect(shown).toHaveLength(1);
  polls.heard({ event: 'poll.opened', data: { poll: { ...POLL, pollId: 'p2' as PollId } } });
  expect(polls.myOption).toBeNull();
});

test('a snapshot brings the own choice; after a reconnect the poll on screen stays there', () => {
  const { polls, join, seeFrame } = setUp();
  seeFrame(5_000);
  join(POLL, 1);
  expect([polls.shown, polls.myOption]).toEqual([POLL, 1]);
  join({ ...POLL, votes: [4, 4] }, 1);
  expect(polls.shown?.votes).toEqual([4, 4]);
  join(null);
  expect(polls.shown).toBeNull();
});

test('a result goes by itself, except for those who talk about it, and does not come back', () => {
  vi.useFakeTimers();
  const viewer = setUp();
  const host = setUp('host');
  for (const { polls, seeFrame } of [viewer, host]) {
    seeFrame(9_000);
    polls.heard({ event: 'poll.opened', data: { poll: POLL } });
    polls.heard({ event: 'poll.closed', data: { poll: CLOSED } });
  }
  vi.advanceTimersByTime(31_000);
  expect([viewer.polls.shown, host.polls.shown]).toEqual([null, CLOSED]);
  viewer.join(CLOSED);
  expect(viewer.polls.shown).toBeNull();
  vi.useRealTimers();
});
