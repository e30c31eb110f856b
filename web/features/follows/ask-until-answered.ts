// Something small that a page needs once, and that nobody would ask for again by hand: asked until there is an answer.

import { ERRORS } from '../../../shared/errors.ts';
import { backoffMs } from '../../live/backoff.ts';
import { browserClock, type Cancel, type Clock } from '../../live/clock.ts';
import { codeOf } from '../../live/http.ts';

const WAIT = { firstMs: 2_000, maxMs: 60_000 };
/** A refusal stays one however often it is asked for. */
const canPass = (code: ReturnType<typeof codeOf>): boolean => code === 'unreachable' || ERRORS[code].retryable;

/** Calls `answered` once at most; the returned function gives up. */
export const askUntilAnswered = <T>(ask: () => Promise<T>, answered: (value: T) => void, clock: Clock = browserClock): Cancel => {
  let isOver = false;
  let cancel: Cancel = () => {};
  const attempt = (tries: number): void => {
    ask().then(
      (value) => {
        if (!isOver) answered(value);
      },
      (thrown) => {
        if (!isOver && canPass(codeOf(thrown))) cancel = clock.after(backoffMs(WAIT, tries), () => attempt(tries + 1));
      },
    );
  };
  attempt(0);
  return () => {
    isOver = true;
    cancel();
  };
};
