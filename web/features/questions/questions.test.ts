import { expect, test } from 'vitest';
import type { QuestionId, UserId } from '../../../shared/ids.ts';
import type { QuestionView } from '../../../shared/messages/questions.ts';
import { RequestError } from '../../live/request-error.ts';
import type { Joined } from '../../live/room-session.ts';
import type { PartDeps } from '../interaction/part.ts';
import { Questions } from './questions.svelte.ts';

const ID = 'q1' as QuestionId;
const QUESTION: QuestionView = {
  questionId: ID, author: { userId: 'u1' as UserId, name: 'lin', displayName: 'Lin', role: 'viewer', fanLevel: 0 }, text: 'How old?', askedAtMs: 1_000, stamp: null, votes: 2,
  state: 'open', answer: null, answerStamp: null,
};

const setUp = () => {
  const asked: [string, Record<string, unknown>][] = [];
  const cued: [number | null, () => void][] = [];
  let refusal: Error | null = null;
  const deps = {
    ask: async (name: string, params: Record<string, unknown>) => {
      asked.push([name, params]);
      if (refusal) throw refusal;
      return Promise.resolve({ question: QUESTION });
    },
    toasts: { show: () => 0 },
    seen: () => null,
    me: () => ({ userId: 'u1' as UserId, name: 'lin', displayName: 'Lin' }),
    cue: {
      on: (frameMs: number | null, show: () => void) => {
        cued.push([frameMs, show]);
        return () => { cued.splice(cued.findIndex(([, other]) => other === show), 1); };
      },
    },
  } as unknown as PartDeps;
  const questions = new Questions(deps);
  const join = (mine: QuestionId[] = []): void =>
    questions.joined({ snapshot: { questions: { questions: [QUESTION], highlighted: null, mine } } } as unknown as Joined);
  return { questions, join, asked, cued, refuse: (error: Error | null) => { refusal = error; } };
};

test('a vote is shown at once, and a refusal takes it back', async () => {
  const { questions, join, refuse } = setUp();
  join();
  const voting = questions.vote(QUESTION, true);
  expect([questions.list[0]?.votes, questions.mine.has(ID)]).toEqual([3, true]);
  await voting;
  questions.heard({ event: 'questions.counted', data: { counts: [{ questionId: ID, votes: 7 }] } });
  expect(questions.list[0]?.votes).toBe(7);
  refuse(new RequestError({ code: 'timed_out', message: '' }));
  await questions.vote({ ...QUESTION, votes: 7 }, false);
  expect([questions.list[0]?.votes, questions.mine.has(ID)]).toEqual([7, true]);
});

test('asked again after a drop, in the same words, it is the same question', async () => {
  const { questions, asked, refuse } = setUp();
  refuse(new RequestError({ code: 'unreachable', message: '' }));
  await expect(questions.ask('How old?')).rejects.toThrow();
  refuse(null);
  await questions.ask('How old?');
  await questions.ask('How old?');
  const keys = asked.map(([, { key }]) => key);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
  expect(questions.list).toEqual([QUESTION]);
});

test('[T7] a question lies over the picture from its frame on, and one that was taken back before that never does', () => {
  const { questions, join, cued } = setUp();
  join();
  questions.heard({ event: 'question.highlighted', data: { highlighted: { questionId: ID, frameMs: 5_000 } } });
  expect([questions.highlighted, cued[0]?.[0]]).toEqual([null, 5_000]);
  questions.heard({ event: 'question.highlighted', data: { highlighted: null } });
  expect(cued).toEqual([]);
  questions.heard({ event: 'question.highlighted', data: { highlighted: { questionId: ID, frameMs: 6_000 } } });
  cued[0]?.[1]();
  expect(questions.highlighted).toEqual(QUESTION);
  questions.heard({ event: 'question.removed', data: { questionId: ID } });
  expect(questions.highlighted).toBeNull();
});
