import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PollId, UserId } from '../../../shared/ids.ts';
import { choiceOf, choose, cleanPoll, createPoll, isInTime, viewOf } from './poll.ts';
import type { Poll } from './poll.ts';

const pollWith = (fields: Partial<Poll> = {}): Poll =>
  createPoll({ pollId: 'p' as PollId, broadcastId: null, question: 'Tea?', options: ['yes', 'no', 'later'], openedFrameMs: null, state: 'open', closedFrameMs: null, ...fields });

test('[P2] however people change their minds, the counts are those of their last choices', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 2 }))), (votes) => {
      const poll = pollWith();
      const last = new Map<string, number>();
      for (const [person, option] of votes) {
        choose(poll, `u${person}` as UserId, option);
        last.set(`u${person}`, option);
      }
      expect(viewOf(poll).votes).toEqual([0, 1, 2].map((option) => [...last.values()].filter((chosen) => chosen === option).length));
      for (const [person, option] of last) expect(choiceOf(poll, person as UserId)).toBe(option);
    }),
  );
});

test('[P2] the same choice again changes nothing', () => {
  const poll = pollWith();
  expect([choose(poll, 'a' as UserId, 1), choose(poll, 'a' as UserId, 1), choose(poll, 'a' as UserId, 0)]).toEqual([true, false, true]);
});

const stamp = (capturedAtMs: number, errorMs: number) => ({ capturedAtMs, errorMs, timelineMs: 0 });

test('[P3] after the close a vote counts if its frame may be one before it', () => {
  const closing = pollWith({ state: 'closing', closedFrameMs: 1_000 });
  expect(isInTime(closing, stamp(999, 0))).toBe(true);
  expect(isInTime(closing, stamp(1_020, 20))).toBe(true);
  expect(isInTime(closing, stamp(1_021, 20))).toBe(false);
  expect(isInTime(closing, null)).toBe(false);
  expect(isInTime(pollWith(), null)).toBe(true);
  expect(isInTime(pollWith({ state: 'closed', closedFrameMs: 1_000 }), stamp(1, 0))).toBe(false);
});

test('[P1] what is asked is one clean line, and no two options look the same', () => {
  expect(cleanPoll({ question: ' Tea\u202e?\n', options: ['yes ', 'no'] })).toEqual({ question: 'Tea?', options: ['yes', 'no'] });
  const bad = [
    { question: 'Tea?', options: ['yes', 'yes '] },
    { question: 'Tea?', options: ['yes', '\u200b'] },
    { question: '\u200b', options: ['yes', 'no'] },
  ];
  for (const typed of bad) expect(() => cleanPoll(typed)).toThrowError(expect.objectContaining({ code: 'bad_request' }));
});
