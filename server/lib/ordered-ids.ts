// Ids that sort, as text, by the order in which they were given: time, then a counter, then a word that no second process has.
// They are no secrets: who knows one can guess its neighbours.

import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

const TIME_DIGITS = 9; // base 36: enough until the year 5188
const COUNT_DIGITS = 4;
const COUNT_MAX = 36 ** COUNT_DIGITS - 1;

const digits = (value: number, length: number): string => value.toString(36).padStart(length, '0');

/** Ids given at this time or later are not below it, earlier ones are. */
export const firstIdAt = (atMs: number): string => digits(Math.max(0, Math.floor(atMs)), TIME_DIGITS);

/** Gives a new id with each call. Keeps the order also when the clock is set back; `after`, an id of an earlier process, over a restart too. */
export const createOrderedIds = (clock: Clock, after: string | null = null): (() => string) => {
  const process = randomBytes(4).toString('hex');
  let timeMs = Number.parseInt(after?.slice(0, TIME_DIGITS) ?? '0', 36);
  let count = COUNT_MAX;
  return () => {
    const nowMs = Math.floor(clock.nowMs());
    if (nowMs > timeMs || count === COUNT_MAX) {
      timeMs = Math.max(nowMs, timeMs + 1);
      count = 0;
    } else count += 1;
    return digits(timeMs, TIME_DIGITS) + digits(count, COUNT_DIGITS) + process;
  };
};
