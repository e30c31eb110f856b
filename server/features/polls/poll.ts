// One poll and its votes: who chose what, how many each, which late vote still counts. Knows no room and no time.
// Invariant: `votes` are the counts of `choices`, one for each person.

import type { BroadcastId, PollId, UserId } from '../../../shared/ids.ts';
import { POLL_OPTION_CHARS_MAX, POLL_QUESTION_CHARS_MAX } from '../../../shared/limits.ts';
import type { PollView } from '../../../shared/messages/polls.ts';
import type { FrameStamp } from '../../../shared/messages/time.ts';
import { AppError } from '../../lib/app-error.ts';
import { cleanLine } from '../../lib/plain-text.ts';

export type Poll = {
  readonly pollId: PollId;
  readonly broadcastId: BroadcastId | null;
  readonly question: string;
  readonly options: readonly string[];
  readonly openedFrameMs: number | null;
  state: PollView['state'];
  closedFrameMs: number | null;
  readonly votes: number[];
  readonly choices: Map<UserId, number>;
  /** Of people under a shadow ban: they alone see them. */
  readonly shadowChoices: Map<UserId, number>;
};

type Fields = Omit<Poll, 'votes' | 'choices' | 'shadowChoices'>;

export const createPoll = (fields: Fields, choices: ReadonlyMap<UserId, number> = new Map()): Poll => {
  const poll: Poll = { ...fields, votes: fields.options.map(() => 0), choices: new Map(), shadowChoices: new Map() };
  for (const [userId, option] of choices) choose(poll, userId, option);
  return poll;
};

/** The last one counts. False: they had chosen that already. */
export const choose = (poll: Poll, userId: UserId, option: number): boolean => {
  poll.shadowChoices.delete(userId);
  const earlier = poll.choices.get(userId);
  if (earlier === option) return false;
  if (earlier !== undefined) count(poll, earlier, -1);
  count(poll, option, 1);
  poll.choices.set(userId, option);
  return true;
};

const count = ({ votes }: Poll, option: number, by: number): void => {
  votes[option] = (votes[option] ?? 0) + by;
};

export const choiceOf = (poll: Poll, userId: UserId): number | null => poll.shadowChoices.get(userId) ?? poll.choices.get(userId) ?? null;

/** After the close a vote counts if its sender may have seen a frame on which the poll was still open. */
export const isInTime = ({ state, closedFrameMs }: Poll, stamp: FrameStamp | null): boolean => {
  if (state === 'open') return true;
  return state === 'closing' && stamp !== null && closedFrameMs !== null && stamp.capturedAtMs - stamp.errorMs <= closedFrameMs;
};

export const viewOf = ({ pollId, question, options, votes, openedFrameMs, state, closedFrameMs }: Poll): PollView => ({
  pollId, question, openedFrameMs, state, closedFrameMs,
  options: [...options],
  votes: [...votes],
});

const cleanWithin = (text: string, charsMax: number): string => {
  const cleaned = cleanLine(text);
  if (cleaned === '' || cleaned.length > charsMax) throw new AppError('bad_request', 'a text is empty or too long');
  return cleaned;
};

/** The host's words as they are shown; options that look the same cannot be told apart. */
export const cleanPoll = (typed: { readonly question: string; readonly options: readonly string[] }): { question: string; options: string[] } => {
  const options = typed.options.map((option) => cleanWithin(option, POLL_OPTION_CHARS_MAX));
  if (new Set(options).size < options.length) throw new AppError('bad_request', 'two options are the same');
  return { question: cleanWithin(typed.question, POLL_QUESTION_CHARS_MAX), options };
};
