import { expect, test } from 'vitest';
import type { QuestionId, UserId } from '../../../shared/ids.ts';
import type { QuestionView } from '../../../shared/messages/questions.ts';
import { answeredOnes, openOnes, withCounts, withoutQuestion, withQuestion } from './question-list.ts';

const question = (id: string, parts: Partial<QuestionView> = {}): QuestionView => ({
  questionId: id as QuestionId,
  author: { userId: 'u1' as UserId, name: 'lin', displayName: 'Lin', role: 'viewer', fanLevel: 0 },
  text: id, askedAtMs: 1_000, stamp: null, votes: 0, state: 'open', answer: null, answerStamp: null, ...parts,
});
const idsOf = (list: readonly QuestionView[]): string[] => list.map(({ questionId }) => questionId);

test('news of a question that is known takes its place, other news comes at the end', () => {
  const list = [question('a'), question('b')];
  expect(idsOf(withQuestion(list, question('c')))).toEqual(['a', 'b', 'c']);
  expect(withQuestion(list, question('a', { votes: 3 }))).toEqual([question('a', { votes: 3 }), question('b')]);
  expect(idsOf(withoutQuestion(list, 'a' as QuestionId))).toEqual(['b']);
});

test('counts of questions that are gone are nobody’s', () => {
  const list = [question('a', { votes: 1 }), question('b')];
  const counts = [{ questionId: 'b' as QuestionId, votes: 4 }, { questionId: 'z' as QuestionId, votes: 9 }];
  expect(withCounts(list, counts).map(({ votes }) => votes)).toEqual([1, 4]);
});

test('the most wanted come first, the older of two equals before the newer; or simply the newest', () => {
  const list = [question('old', { votes: 2 }), question('new', { votes: 2, askedAtMs: 3_000 }), question('most', { votes: 5, askedAtMs: 2_000 })];
  expect(idsOf(openOnes(list, 'votes'))).toEqual(['most', 'old', 'new']);
  expect(idsOf(openOnes(list, 'newest'))).toEqual(['new', 'most', 'old']);
});

test('answered ones have a list of their own, the last answer first', () => {
  const stamp = (capturedAtMs: number) => ({ capturedAtMs, errorMs: 5, timelineMs: capturedAtMs });
  const list = [
    question('open'),
    question('first', { state: 'answered', answerStamp: stamp(5_000) }),
    question('second', { state: 'answered', answerStamp: stamp(8_000) }),
    question('offline', { state: 'answered', askedAtMs: 6_000 }),
  ];
  expect(idsOf(openOnes(list, 'votes'))).toEqual(['open']);
  expect(idsOf(answeredOnes(list))).toEqual(['second', 'offline', 'first']);
});
