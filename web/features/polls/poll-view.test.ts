import { expect, test } from 'vitest';
import type { PollId } from '../../../shared/ids.ts';
import type { PollView } from '../../../shared/messages/polls.ts';
import { isRecent, leadersOf, RESULT_STAYS_MS, sharesOf, totalOf, withVotes } from './poll-view.ts';

const POLL: PollView = {
  pollId: 'p1' as PollId, question: 'Tea or coffee?', options: ['Tea', 'Coffee'], votes: [0, 0], openedFrameMs: 1_000, state: 'open', closedFrameMs: null,
};

test.each([
  [[0, 0], [0, 0]],
  [[1, 1], [50, 50]],
  [[1, 1, 1], [34, 33, 33]],
  [[2, 1], [67, 33]],
  [[1, 0, 199], [1, 0, 99]],
  [[7, 11, 3, 5, 1, 2], [24, 38, 10, 17, 4, 7]],
])('shares of %j add up', (votes, shares) => {
  expect(sharesOf(votes)).toEqual(shares);
});

test('many votes of any kind add up to 100', () => {
  for (let seed = 1; seed < 500; seed += 1) {
    const votes = [seed, (seed * 7) % 13, (seed * 31) % 101, (seed * 3) % 5];
    expect(totalOf(sharesOf(votes))).toBe(100);
  }
});

test('the leaders are all that have most', () => {
  expect([leadersOf([0, 0]), leadersOf([3, 1]), leadersOf([2, 1, 2])]).toEqual([[], [0], [0, 2]]);
});

test('a tally of another poll changes nothing', () => {
  expect(withVotes(POLL, { pollId: POLL.pollId, votes: [2, 1] })).toEqual({ ...POLL, votes: [2, 1] });
  expect(withVotes(POLL, { pollId: 'p2' as PollId, votes: [2, 1] })).toBe(POLL);
  expect(withVotes(null, { pollId: POLL.pollId, votes: [2, 1] })).toBeNull();
});

test('who comes later sees an open poll and a fresh result, not an old one', () => {
  const closed = { ...POLL, state: 'closed', closedFrameMs: 5_000 } as const;
  expect(isRecent(POLL, 9e9)).toBe(true);
  expect(isRecent(closed, 5_000 + RESULT_STAYS_MS - 1)).toBe(true);
  expect(isRecent(closed, 5_000 + RESULT_STAYS_MS)).toBe(false);
  expect(isRecent({ ...closed, closedFrameMs: null }, 5_000)).toBe(false);
});
