// What a poll looks like at a moment: its shares, and how long a closed one stays on screen. Pure.

import type { PollView } from '../../../shared/messages/polls.ts';

/** A closed poll's result can be read this long, then the card goes by itself. */
export const RESULT_STAYS_MS = 30_000;

export const totalOf = (votes: readonly number[]): number => votes.reduce((sum, count) => sum + count, 0);

/** Whole percentages that add up to 100 (or are all 0): what rounding takes away goes to the largest remainders. */
export const sharesOf = (votes: readonly number[]): number[] => {
  const total = totalOf(votes);
  if (total === 0) return votes.map(() => 0);
  const exact = votes.map((count) => (count / total) * 100);
  const shares = exact.map(Math.floor);
  const missing = 100 - totalOf(shares);
  const byRemainder = exact.map((value, at) => ({ at, rest: value - Math.floor(value) })).sort((one, other) => other.rest - one.rest);
  for (const { at } of byRemainder.slice(0, missing)) shares[at] = (shares[at] ?? 0) + 1;
  return shares;
};

/** The options that have most of the votes; none while nobody has voted. */
export const leadersOf = (votes: readonly number[]): number[] => {
  const most = Math.max(0, ...votes);
  return most === 0 ? [] : votes.flatMap((count, at) => (count === most ? [at] : []));
};

export const withVotes = (poll: PollView | null, { pollId, votes }: Pick<PollView, 'pollId' | 'votes'>): PollView | null =>
  poll?.pollId === pollId ? { ...poll, votes } : poll;

/** Is a poll of the snapshot still worth showing? One that closed long ago is history. */
export const isRecent = ({ state, closedFrameMs }: PollView, serverNowMs: number): boolean =>
  state !== 'closed' || (closedFrameMs !== null && serverNowMs - closedFrameMs < RESULT_STAYS_MS);
