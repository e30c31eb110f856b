// The lists of questions in memory: loaded when somebody comes in, told to the room as they change, written soon. Owns each
// room's list of its current broadcast and the votes that are not told yet; who may do what is not decided here.

import type { BroadcastId, QuestionId, RoomId, UserId } from '../../../shared/ids.ts';
import { QUESTIONS_OPEN_MAX, TALLY_TICK_MS } from '../../../shared/limits.ts';
import type { QuestionSnapshot } from '../../../shared/messages/questions.ts';
import type { FrameStamp } from '../../../shared/messages/time.ts';
import type { Publish } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { createBatchedWrites } from '../../lib/batched-writes.ts';
import type { Clock } from '../../lib/clock.ts';
import { createLoaded } from '../../lib/loaded.ts';
import type { Log } from '../../lib/log.ts';
import { createTicks } from '../../lib/ticks.ts';
import type { RoomPart } from '../../rooms/room-part.ts';
import { createList, hideAuthor, restoreAuthor, snapshotOf, takeAway, viewOf } from './question-list.ts';
import type { Question, QuestionList } from './question-list.ts';
import { createQuestionStore } from './store.ts';
import type { QuestionDatabase, QuestionRow, QuestionVoteRow, StoredQuestion } from './store.ts';

export type RoomQuestionsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: QuestionDatabase;
  readonly publish: Publish;
  readonly broadcastIdIn: (roomId: RoomId) => BroadcastId | null;
};

/** Short, since a crash of the process loses what waits. */
const WRITE_DELAY_MS = 250;

const rowOf = (roomId: RoomId, broadcastId: BroadcastId | null, { asked, key, state, answer, answerStamp }: Question): QuestionRow => {
  const { questionId, author, text, askedAtMs, stamp } = asked;
  return { questionId, roomId, broadcastId, userId: author.userId, key, role: author.role, fanLevel: author.fanLevel, text, askedAtMs, stamp, state, answer, answerStamp };
};

const questionOf = ({ questionId, userId, name, displayName, role, fanLevel, text, askedAtMs, stamp, voters, ...row }: StoredQuestion): Question => ({
  asked: { questionId, author: { userId, name, displayName, role, fanLevel }, text, askedAtMs, stamp },
  key: row.key,
  state: row.state === 'answered' ? 'answered' : 'open',
  answer: row.answer,
  answerStamp: row.answerStamp,
  answeredAtMs: row.answerStamp?.capturedAtMs ?? askedAtMs,
  voters: new Set(voters),
  shadowVoters: new Set(),
});

export const createRoomQuestions = (deps: RoomQuestionsDeps) => {
  const { clock, log, publish } = deps;
  const store = createQuestionStore(deps.database);
  const rows = createBatchedWrites<QuestionRow>({ clock, log, what: 'questions', delayMs: WRITE_DELAY_MS, write: store.save });
  const votes = createBatchedWrites<QuestionVoteRow>({
    clock, log, what: 'question votes', delayMs: WRITE_DELAY_MS,
    async write(batch) {
      await rows.flush(); // votes hang on their question's row
      await store.saveVotes(batch);
    },
  });
  const counted = new Map<RoomId, Set<QuestionId>>();

  const load = async (roomId: RoomId): Promise<{ list: QuestionList }> => {
    // What is still to be written about this room must be in what is read.
    await votes.flush();
    await rows.flush();
    const broadcastId = deps.broadcastIdIn(roomId);
    const stored = await store.list(roomId, broadcastId, QUESTIONS_OPEN_MAX);
    const of = (isHidden: boolean): Question[] => stored.filter(({ isBanned }) => isBanned === isHidden).map(questionOf);
    return { list: createList(broadcastId, of(false), of(true)) };
  };
  const lists = createLoaded(load, (roomId, { list }) => {
    for (const question of list.questions.values()) publish(roomId, 'question.asked', { question: viewOf(question) });
  });

  const ticks = createTicks<RoomId>({
    clock,
    tickMs: TALLY_TICK_MS,
    tick(roomId) {
      const questions = lists.get(roomId)?.list.questions;
      const changed = [...(counted.get(roomId) ?? [])].flatMap((questionId) => {
        const question = questions?.get(questionId);
        return question ? [{ questionId, votes: question.voters.size }] : [];
      });
      counted.delete(roomId);
      if (changed.length > 0) publish(roomId, 'questions.counted', { counts: changed });
    },
  });

  /** A new broadcast has no questions yet; after its end its list stays until the next one. Pages see to theirs on `broadcast.started`. */
  const current = (roomId: RoomId, room: { list: QuestionList }): QuestionList => {
    const broadcastId = deps.broadcastIdIn(roomId);
    if (broadcastId !== null && broadcastId !== room.list.broadcastId) room.list = createList(broadcastId);
    return room.list;
  };
  /** Throws `database_unavailable` where nothing could be changed. */
  const listOf = async (roomId: RoomId): Promise<QuestionList> => {
    const list = current(roomId, await lists.ready(roomId));
    if (rows.isFull() || votes.isFull()) throw new AppError('database_unavailable');
    return list;
  };

  const save = (roomId: RoomId, { broadcastId }: QuestionList, question: Question, state: QuestionRow['state'] = question.state): void =>
    void rows.put(question.asked.questionId, { ...rowOf(roomId, broadcastId, question), state });

  const voted = (roomId: RoomId, question: Question, userId: UserId, isFor: boolean, stamp: FrameStamp | null): void => {
    const { questionId } = question.asked;
    if (question.voters.has(userId) === isFor) return;
    if (isFor) question.voters.add(userId);
    else question.voters.delete(userId);
    votes.put(`${questionId}/${userId}`, { questionId, userId, isFor, stamp });
    counted.set(roomId, (counted.get(roomId) ?? new Set()).add(questionId));
    ticks.ask(roomId);
  };

  const part: RoomPart<QuestionSnapshot> = {
    prepare: (roomId) => lists.prepare(roomId),
    snapshot(roomId, { userId }) {
      const room = lists.get(roomId);
      return room ? snapshotOf(current(roomId, room), userId) : { questions: [], highlighted: null, mine: [] };
    },
    roomClosed(roomId) {
      ticks.forget(roomId);
      counted.delete(roomId);
      lists.forget(roomId); // what waits to be written waits on
    },
  };

  return {
    part,
    listOf,
    voted,
    asked(roomId: RoomId, list: QuestionList, question: Question): void {
      list.questions.set(question.asked.questionId, question);
      save(roomId, list, question);
      publish(roomId, 'question.asked', { question: viewOf(question) });
    },
    changed(roomId: RoomId, list: QuestionList, question: Question): void {
      save(roomId, list, question);
      publish(roomId, 'question.changed', { question: viewOf(question) });
    },
    /** `isErased` false: it leaves the list alone, and the database keeps it with its answer. */
    removed(roomId: RoomId, list: QuestionList, question: Question, isErased: boolean): void {
      if (isErased) save(roomId, list, question, 'removed');
      if (takeAway(list, question)) publish(roomId, 'question.highlighted', { highlighted: null });
      publish(roomId, 'question.removed', { questionId: question.asked.questionId });
    },
    /** This person was banned: what they asked goes from everybody's page. */
    hidePerson(roomId: RoomId, userId: UserId): void {
      const room = lists.get(roomId);
      if (!room) return; // whoever loads it looks who is banned
      const { hidden, wasHighlighted } = hideAuthor(current(roomId, room), userId);
      if (wasHighlighted) publish(roomId, 'question.highlighted', { highlighted: null });
      for (const { asked } of hidden) publish(roomId, 'question.removed', { questionId: asked.questionId });
    },
    restorePerson(roomId: RoomId, userId: UserId): void {
      const room = lists.get(roomId);
      if (!room) return;
      for (const question of restoreAuthor(current(roomId, room), userId)) publish(roomId, 'question.asked', { question: viewOf(question) });
    },
    /** Nobody who comes later sees these; the database keeps them with their broadcast. */
    clear(roomId: RoomId): void {
      const room = lists.get(roomId);
      if (room) room.list = createList(null);
      counted.delete(roomId);
    },
    /** Rooms in memory; tests count them to zero. */
    size: (): number => lists.size(),
    async close(): Promise<void> {
      ticks.close();
      await votes.close();
      await rows.close();
    },
  };
};

export type RoomQuestions = ReturnType<typeof createRoomQuestions>;
