// Questions and answers, for lessons and company events as much as for shows. Rules Q1-Q3 in README.md.

import * as v from 'valibot';
import { ANSWER_CHARS_MAX, QUESTIONS_OPEN_MAX, QUESTION_CHARS_MAX } from '../limits.ts';
import { integer, list, nothing, questionId, requestKey, text, timeMs } from '../schema.ts';
import { author } from './chat.ts';
import { request, roomEvent } from './define.ts';
import { seen, stamp } from './time.ts';

export const questionView = v.strictObject({
  questionId,
  author,
  text: text(1, QUESTION_CHARS_MAX),
  askedAtMs: timeMs,
  stamp,
  votes: integer(0, 1e9),
  state: v.picklist(['open', 'answered']),
  /** What was written; null for one that was answered by word of mouth, or not yet. */
  answer: v.nullable(text(1, ANSWER_CHARS_MAX)),
  /** The frame on which it was answered. */
  answerStamp: stamp,
});
export type QuestionView = v.InferOutput<typeof questionView>;

/** Shown over the picture, from the host's frame in that moment on. */
const highlight = v.strictObject({ questionId, frameMs: v.nullable(timeMs) });

export const questionSnapshot = v.strictObject({
  questions: list(questionView, QUESTIONS_OPEN_MAX),
  highlighted: v.nullable(highlight),
  /** Those that the reader has voted for. */
  mine: list(questionId, QUESTIONS_OPEN_MAX),
});
export type QuestionSnapshot = v.InferOutput<typeof questionSnapshot>;

const one = v.strictObject({ questionId });

export const questionMessages = {
  requests: {
    'question.ask': request({
      params: v.strictObject({ key: requestKey, text: text(1, QUESTION_CHARS_MAX), seen }),
      result: v.strictObject({ question: questionView }),
      needs: 'interact',
      rate: { burst: 3, perSecond: 0.1 },
    }),
    'question.vote': request({
      params: v.strictObject({ questionId, isFor: v.boolean(), seen }),
      result: nothing,
      needs: 'interact',
      rate: { burst: 10, perSecond: 1 },
    }),
    /** `answer` null: said aloud. `isAnswered` false opens it again. */
    'question.answer': request({
      params: v.strictObject({ questionId, isAnswered: v.boolean(), answer: v.nullable(text(1, ANSWER_CHARS_MAX)), seen }),
      result: v.strictObject({ question: questionView }),
      needs: 'show.control',
      rate: { burst: 10, perSecond: 1 },
    }),
    /** Null takes it off the picture. */
    'question.highlight': request({
      params: v.strictObject({ questionId: v.nullable(questionId), seen }),
      result: nothing,
      needs: 'show.control',
      rate: { burst: 10, perSecond: 1 },
    }),
    /** Own ones; those who lead the show any. */
    'question.remove': request({ params: one, result: nothing, needs: 'interact', rate: { burst: 10, perSecond: 1 } }),
  },
  events: {
    'question.asked': roomEvent(v.strictObject({ question: questionView })),
    'question.changed': roomEvent(v.strictObject({ question: questionView })),
    'question.removed': roomEvent(one),
    'question.highlighted': roomEvent(v.strictObject({ highlighted: v.nullable(highlight) })),
    /** Those whose votes changed since the last tick. */
    'questions.counted': roomEvent(
      v.strictObject({ counts: list(v.strictObject({ questionId, votes: integer(0, 1e9) }), QUESTIONS_OPEN_MAX) }),
    ),
  },
} as const;
