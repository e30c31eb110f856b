// A question with choices, put to the room. Rules P1-P4 in README.md.

import * as v from 'valibot';
import { POLL_OPTIONS_MAX, POLL_OPTION_CHARS_MAX, POLL_QUESTION_CHARS_MAX } from '../limits.ts';
import { integer, list, nothing, pollId, text, timeMs } from '../schema.ts';
import { request, roomEvent } from './define.ts';
import { seen } from './time.ts';

export const pollView = v.strictObject({
  pollId,
  question: text(1, POLL_QUESTION_CHARS_MAX),
  options: v.pipe(list(text(1, POLL_OPTION_CHARS_MAX), POLL_OPTIONS_MAX), v.minLength(2)),
  /** One count for each option. */
  votes: list(integer(0, 1e9), POLL_OPTIONS_MAX),
  /** The host's frame in that moment: viewers see the poll on that frame. Null: nothing was on air. */
  openedFrameMs: v.nullable(timeMs),
  /** `closing`: no longer open on the host's frame; votes for frames before that may still arrive. */
  state: v.picklist(['open', 'closing', 'closed']),
  closedFrameMs: v.nullable(timeMs),
});
export type PollView = v.InferOutput<typeof pollView>;

const option = integer(0, POLL_OPTIONS_MAX - 1);

/** The part of the room's snapshot that is ours: the newest poll, open or closed, and the reader's own choice. */
export const pollSnapshot = v.nullable(v.strictObject({ poll: pollView, myOption: v.nullable(option) }));

export const pollMessages = {
  requests: {
    'poll.open': request({
      params: v.strictObject({ question: pollView.entries.question, options: pollView.entries.options, seen }),
      result: v.strictObject({ poll: pollView }),
      needs: 'show.control',
      rate: { burst: 5, perSecond: 0.1 },
    }),
    /** The last one counts. */
    'poll.vote': request({
      params: v.strictObject({ pollId, option, seen }),
      result: nothing,
      needs: 'interact',
      rate: { burst: 6, perSecond: 1 },
    }),
    'poll.close': request({
      params: v.strictObject({ pollId, seen }),
      result: v.strictObject({ poll: pollView }),
      needs: 'show.control',
      rate: { burst: 5, perSecond: 0.5 },
    }),
  },
  events: {
    'poll.opened': roomEvent(v.strictObject({ poll: pollView })),
    'poll.tallied': roomEvent(v.strictObject({ pollId, votes: list(integer(0, 1e9), POLL_OPTIONS_MAX) })),
    /** First with `closing`, then, when late votes are in, with `closed`. */
    'poll.closed': roomEvent(v.strictObject({ poll: pollView })),
  },
} as const;
