// One thing that is paid for, on its way: asked again with the same key until there is an answer, so that a lost connection
// neither loses nor doubles it (rule G1). Resolves or rejects once the server has said yes or no; until then nothing is known.

import type { RequestName, Params, Result } from '../../../shared/messages.ts';
import type { Cancel, Clock } from '../../live/clock.ts';
import { isPassing, RequestError } from '../../live/request-error.ts';
import type { Ask } from '../../live/requests.ts';

export type PaidRequestName = Extract<RequestName, 'gift.send' | 'superchat.send' | 'redpacket.give'>;

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 10_000;

export type PaidRequests = {
  readonly ask: <N extends PaidRequestName>(name: N, params: Params<N>) => Promise<Result<N>>;
  /** The connection is back. */
  readonly resume: () => void;
  readonly close: Cancel;
};

export const createPaidRequests = (deps: { readonly ask: Ask; readonly clock: Clock; readonly isJoined: () => boolean }): PaidRequests => {
  /** Each wakes one request that waits. */
  const wakers = new Set<() => void>();
  let isClosed = false;

  const rest = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        wakers.delete(wake);
        resolve();
      };
      const cancel = deps.clock.after(delayMs, wake);
      wakers.add(wake);
    });

  return {
    async ask(name, params) {
      for (let delayMs = RETRY_MS_MIN; ; delayMs = Math.min(2 * delayMs, RETRY_MS_MAX)) {
        try {
          if (deps.isJoined()) return await deps.ask(name, params);
        } catch (error) {
          if (!(error instanceof RequestError) || !isPassing(error.code) || isClosed) throw error;
          delayMs = Math.max(delayMs, error.retryAfterMs ?? 0);
        }
        await rest(delayMs);
        if (isClosed) throw new RequestError({ code: 'unreachable', message: 'the page is closed' });
      }
    },
    resume: () => [...wakers].forEach((wake) => wake()),
    close: () => {
      isClosed = true;
      [...wakers].forEach((wake) => wake());
    },
  };
};
