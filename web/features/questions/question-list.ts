// The room's questions as a list: how news changes it, and in which order it is read. Pure; nothing is changed in place.

import type { QuestionId } from '../../../shared/ids.ts';
import type { QuestionView } from '../../../shared/messages/questions.ts';

export const ORDERS = ['votes', 'newest'] as const;
export type Order = (typeof ORDERS)[number];
export type QuestionList = readonly QuestionView[];

/** New, or in the place of what was known of it. */
export const withQuestion = (list: QuestionList, question: QuestionView): QuestionList =>
  list.some(({ questionId }) => questionId === question.questionId)
    ? list.map((one) => (one.questionId === question.questionId ? question : one))
    : [...list, question];

export const withoutQuestion = (list: QuestionList, gone: QuestionId): QuestionList => list.filter(({ questionId }) => questionId !== gone);

export const withCounts = (list: QuestionList, counts: readonly { readonly questionId: QuestionId; readonly votes: number }[]): QuestionList => {
  const votesOf = new Map(counts.map(({ questionId, votes }) => [questionId, votes]));
  return list.map((one) => ({ ...one, votes: votesOf.get(one.questionId) ?? one.votes }));
};

const byVotes = (one: QuestionView, other: QuestionView): number => other.votes - one.votes || one.askedAtMs - other.askedAtMs;
const byNewest = (one: QuestionView, other: QuestionView): number => other.askedAtMs - one.askedAtMs;

/** Those that wait for an answer. */
export const openOnes = (list: QuestionList, order: Order): QuestionList =>
  list.filter(({ state }) => state === 'open').sort(order === 'votes' ? byVotes : byNewest);

/** The last answer first. */
export const answeredOnes = (list: QuestionList): QuestionList =>
  list
    .filter(({ state }) => state === 'answered')
    .sort((one, other) => (other.answerStamp?.capturedAtMs ?? other.askedAtMs) - (one.answerStamp?.capturedAtMs ?? one.askedAtMs));
