// The questions of one broadcast, in the order they were asked: who asked, who votes for them, what was answered, and which
// one is over the picture. Knows no room, no time and no database. Invariant: at most QUESTIONS_OPEN_MAX of them.

import type { BroadcastId, QuestionId, RequestKey, UserId } from '../../../shared/ids.ts';
import { QUESTIONS_OPEN_MAX, QUESTIONS_PER_USER_MAX } from '../../../shared/limits.ts';
import type { QuestionSnapshot, QuestionView } from '../../../shared/messages/questions.ts';
import { AppError } from '../../lib/app-error.ts';

const REMOVED_KEYS_MAX = 200;

export type Question = {
  readonly asked: Pick<QuestionView, 'questionId' | 'author' | 'text' | 'askedAtMs' | 'stamp'>;
  readonly key: RequestKey;
  state: QuestionView['state'];
  answer: string | null;
  answerStamp: QuestionView['answerStamp'];
  answeredAtMs: number | null;
  readonly voters: Set<UserId>;
  /** Of people under a shadow ban: they alone see their vote. */
  readonly shadowVoters: Set<UserId>;
};

export type QuestionList = {
  readonly broadcastId: BroadcastId | null;
  readonly questions: Map<QuestionId, Question>;
  /** Of people who are banned now: as if they were not there, until that is over. */
  readonly hidden: Set<Question>;
  highlighted: QuestionSnapshot['highlighted'];
  /** Asked and taken away: a page that sends them again, for want of an answer, does not ask anew. */
  readonly removedKeys: Set<string>;
};

export const createList = (broadcastId: BroadcastId | null, questions: readonly Question[] = [], hidden: readonly Question[] = []): QuestionList => ({
  broadcastId,
  questions: new Map(questions.map((question) => [question.asked.questionId, question])),
  hidden: new Set(hidden),
  highlighted: null,
  removedKeys: new Set(),
});

export const viewOf = ({ asked, voters, state, answer, answerStamp }: Question): QuestionView => ({ ...asked, votes: voters.size, state, answer, answerStamp });

export const snapshotOf = (list: QuestionList, reader: UserId | null): QuestionSnapshot => {
  const all = [...list.questions.values()];
  const isMine = ({ voters, shadowVoters }: Question): boolean => reader !== null && (voters.has(reader) || shadowVoters.has(reader));
  return { questions: all.map(viewOf), highlighted: list.highlighted, mine: all.filter(isMine).map(({ asked }) => asked.questionId) };
};

export const questionIn = ({ questions }: QuestionList, id: QuestionId): Question => {
  const found = questions.get(id);
  if (!found) throw new AppError('not_found', 'no such question');
  return found;
};

const keyOf = (userId: UserId, key: RequestKey): string => `${userId}/${key}`;

/** The one that a page asked before under the same key; throws `not_found` if it was taken away. */
export const askedBefore = ({ questions, removedKeys }: QuestionList, userId: UserId, key: RequestKey): Question | null => {
  if (removedKeys.has(keyOf(userId, key))) throw new AppError('not_found', 'it was removed');
  for (const question of questions.values()) if (question.key === key && question.asked.author.userId === userId) return question;
  return null;
};

/** The one that makes room for a new one, if that is needed: answered the longest ago. Throws `too_many_items`. */
export const makesRoom = ({ questions, highlighted }: QuestionList, userId: UserId): Question | null => {
  const all = [...questions.values()];
  if (all.filter(({ state, asked }) => state === 'open' && asked.author.userId === userId).length >= QUESTIONS_PER_USER_MAX) throw new AppError('too_many_items');
  if (all.length < QUESTIONS_OPEN_MAX) return null;
  const [oldest] = all
    .filter(({ state, asked }) => state === 'answered' && asked.questionId !== highlighted?.questionId)
    .sort((a, b) => (a.answeredAtMs ?? 0) - (b.answeredAtMs ?? 0));
  if (!oldest) throw new AppError('too_many_items');
  return oldest;
};

/** Takes it off the list; true: it was over the picture too. */
export const takeAway = (list: QuestionList, { asked, key }: Question): boolean => {
  list.questions.delete(asked.questionId);
  list.removedKeys.add(keyOf(asked.author.userId, key));
  if (list.removedKeys.size > REMOVED_KEYS_MAX) for (const oldest of list.removedKeys) { list.removedKeys.delete(oldest); break; }
  if (list.highlighted?.questionId !== asked.questionId) return false;
  list.highlighted = null;
  return true;
};

const ofAuthor = (questions: Iterable<Question>, userId: UserId): Question[] => [...questions].filter(({ asked }) => asked.author.userId === userId);

/** Takes all of this person's off the list for now. */
export const hideAuthor = (list: QuestionList, userId: UserId): { readonly hidden: readonly Question[]; readonly wasHighlighted: boolean } => {
  const hidden = ofAuthor(list.questions.values(), userId);
  for (const question of hidden) {
    list.questions.delete(question.asked.questionId);
    list.hidden.add(question);
  }
  const wasHighlighted = hidden.some(({ asked }) => asked.questionId === list.highlighted?.questionId);
  if (wasHighlighted) list.highlighted = null;
  return { hidden, wasHighlighted };
};

/** Puts them back where they were; what does not fit any more stays away. */
export const restoreAuthor = (list: QuestionList, userId: UserId): readonly Question[] => {
  const theirs = ofAuthor(list.hidden, userId);
  for (const question of theirs) list.hidden.delete(question);
  const back = theirs.slice(0, Math.max(0, QUESTIONS_OPEN_MAX - list.questions.size));
  const all = [...list.questions.values(), ...back].sort((a, b) => a.asked.askedAtMs - b.asked.askedAtMs);
  list.questions.clear();
  for (const question of all) list.questions.set(question.asked.questionId, question);
  return back;
};
