// Questions to the host (rules Q1-Q3): ask, vote, answer, highlight, remove; who may do which. What is accepted shows at once
// and is written soon, or when the database is back.

import { randomUUID } from 'node:crypto';
import type { QuestionId, RoomId, UserId } from '../../../shared/ids.ts';
import { ANSWER_CHARS_MAX, DRAFT_MS_MAX, QUESTION_CHARS_MAX } from '../../../shared/limits.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import type { Author, SystemFact } from '../../../shared/messages/chat.ts';
import type { HeldLine, ModerationAct } from '../../../shared/messages/moderation.ts';
import { can } from '../../../shared/permissions.ts';
import type { Role } from '../../../shared/permissions.ts';
import type { Caller, Handlers, StampFrame } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { cleanLine, cleanLines } from '../../lib/plain-text.ts';
import { askedBefore, makesRoom, questionIn, viewOf } from './question-list.ts';
import type { Question } from './question-list.ts';
import { createRoomQuestions } from './room-questions.ts';
import type { RoomQuestionsDeps } from './room-questions.ts';

export type QuestionsDeps = RoomQuestionsDeps & {
  readonly stampFrame: StampFrame;
  readonly fanLevelIn: (roomId: RoomId, userId: UserId) => number;
  /** May this be asked? Throws what a chat line would be refused with. */
  readonly judge: (
    caller: Caller,
    line: { readonly text: string; readonly isEdit: boolean },
  ) => { readonly isShadow: boolean; readonly hold: HeldLine['cause'] | null };
  /** May this person vote? Throws `banned` or `timed_out`. */
  readonly mayAct: (caller: Caller) => { readonly isShadow: boolean };
  readonly sayFact: (roomId: RoomId, fact: SystemFact, subject: string) => void;
  /** Somebody took another one's question away. */
  readonly acted: (caller: Caller, act: ModerationAct, target: UserId | null, detail: string) => void;
};

const VOTERS_MAX = 50_000; // of one question; with all that may be on a list about 400 MB

type Place = { readonly roomId: RoomId; readonly author: Omit<Author, 'fanLevel'>; readonly role: Role };

const placeOf = ({ seat, user }: Caller): Place => {
  if (!seat) throw new AppError('not_joined');
  if (!user) throw new AppError('not_logged_in');
  const { userId, name, displayName } = user;
  return { roomId: seat.roomId, role: seat.role, author: { userId, name, displayName, role: seat.isOwner ? 'host' : seat.role } };
};

const clean = (cleaned: string, charsMax: number): string => {
  if (cleaned === '' || cleaned.length > charsMax) throw new AppError('bad_request', 'the text is empty or too long');
  return cleaned;
};

type Names = 'question.ask' | 'question.vote' | 'question.answer' | 'question.highlight' | 'question.remove';

export const createQuestions = (deps: QuestionsDeps) => {
  const { clock, publish, stampFrame } = deps;
  const rooms = createRoomQuestions(deps);

  /** Nobody waits for a moderator here: what a chat line would be held for is refused; that every line waits concerns chat alone. */
  const judged = (caller: Caller, text: string): boolean => {
    const { isShadow, hold } = deps.judge(caller, { text, isEdit: false });
    if (hold === 'word') throw new AppError('word_blocked');
    if (hold === 'link') throw new AppError('link_blocked');
    return isShadow;
  };

  const ask = async (params: Params<'question.ask'>, caller: Caller): Promise<Result<'question.ask'>> => {
    const { roomId, author } = placeOf(caller);
    const text = clean(cleanLine(params.text), QUESTION_CHARS_MAX);
    const stamp = stampFrame(caller, params.seen, { draftMsMax: DRAFT_MS_MAX }); // before anything waits: it is the time of arrival
    const list = await rooms.listOf(roomId);
    const before = askedBefore(list, author.userId, params.key);
    if (before) return { question: viewOf(before) };
    const leaving = makesRoom(list, author.userId);
    const isShadow = judged(caller, text);
    const question: Question = {
      asked: { questionId: randomUUID() as QuestionId, author: { ...author, fanLevel: deps.fanLevelIn(roomId, author.userId) }, text, askedAtMs: clock.nowMs(), stamp },
      key: params.key,
      state: 'open', answer: null, answerStamp: null, answeredAtMs: null,
      voters: new Set(), shadowVoters: new Set(),
    };
    if (isShadow) return { question: viewOf(question) };
    if (leaving) rooms.removed(roomId, list, leaving, false);
    rooms.asked(roomId, list, question);
    return { question: viewOf(question) };
  };

  const vote = async ({ questionId, isFor, seen }: Params<'question.vote'>, caller: Caller): Promise<Result<'question.vote'>> => {
    const { roomId, author } = placeOf(caller);
    const stamp = stampFrame(caller, seen);
    const { isShadow } = deps.mayAct(caller);
    const question = questionIn(await rooms.listOf(roomId), questionId);
    const voters = isShadow ? question.shadowVoters : question.voters;
    if (isFor && voters.size >= VOTERS_MAX && !voters.has(author.userId)) throw new AppError('busy', 'too many votes');
    if (!isShadow) question.shadowVoters.delete(author.userId);
    if (!isShadow) rooms.voted(roomId, question, author.userId, isFor, stamp);
    else if (isFor) question.shadowVoters.add(author.userId);
    else question.shadowVoters.delete(author.userId);
    return {};
  };

  const answer = async (params: Params<'question.answer'>, caller: Caller): Promise<Result<'question.answer'>> => {
    const { roomId } = placeOf(caller);
    const { questionId, isAnswered } = params;
    if (!isAnswered && params.answer !== null) throw new AppError('bad_request', 'an open question has no answer');
    const words = params.answer === null ? null : clean(cleanLines(params.answer), ANSWER_CHARS_MAX);
    const stamp = stampFrame(caller, params.seen);
    const list = await rooms.listOf(roomId);
    const question = questionIn(list, questionId);
    const isNew = isAnswered && question.state === 'open';
    question.state = isAnswered ? 'answered' : 'open';
    question.answer = words;
    question.answerStamp = isAnswered ? stamp : null;
    question.answeredAtMs = isAnswered ? clock.nowMs() : null;
    rooms.changed(roomId, list, question);
    if (isNew) deps.sayFact(roomId, 'question_answered', question.asked.text);
    return { question: viewOf(question) };
  };

  const highlight = async ({ questionId, seen }: Params<'question.highlight'>, caller: Caller): Promise<Result<'question.highlight'>> => {
    const { roomId } = placeOf(caller);
    const frameMs = stampFrame(caller, seen)?.capturedAtMs ?? null;
    const list = await rooms.listOf(roomId);
    list.highlighted = questionId === null ? null : { questionId: questionIn(list, questionId).asked.questionId, frameMs };
    publish(roomId, 'question.highlighted', { highlighted: list.highlighted });
    return {};
  };

  const remove = async ({ questionId }: Params<'question.remove'>, caller: Caller): Promise<Result<'question.remove'>> => {
    const { roomId, author, role } = placeOf(caller);
    const list = await rooms.listOf(roomId);
    const question = questionIn(list, questionId);
    const isOwn = question.asked.author.userId === author.userId;
    if (!isOwn && !can(role, 'show.control')) throw new AppError('permission_denied');
    rooms.removed(roomId, list, question, true);
    if (!isOwn) deps.acted(caller, 'question_removed', question.asked.author.userId, question.asked.text);
    return {};
  };

  const handlers: Handlers<Names> = {
    'question.ask': ask,
    'question.vote': vote,
    'question.answer': answer,
    'question.highlight': highlight,
    'question.remove': remove,
  };

  return { handlers, part: rooms.part, rooms: rooms.size, privateEnded: rooms.clear, hidePerson: rooms.hidePerson, restorePerson: rooms.restorePerson, close: rooms.close };
};

export type Questions = ReturnType<typeof createQuestions>;
