// Requests that wait for their reply on one connection: counts ids, keeps time, and settles each exactly once.

import type { ReplyFrame } from '../../shared/envelope.ts';
import { REQUEST_TIMEOUT_MS } from '../../shared/limits.ts';
import type { Params, RequestName, Result } from '../../shared/messages.ts';
import type { Cancel, Clock } from './clock.ts';
import { RequestError } from './request-error.ts';

/** Asks the server; rejects with a RequestError. */
export type Ask = <N extends RequestName>(name: N, params: Params<N>) => Promise<Result<N>>;

type Waiting = {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: RequestError) => void;
  readonly cancelTimeout: Cancel;
};

export type Requests = {
  readonly ask: Ask;
  readonly settle: (reply: ReplyFrame) => void;
  /** Are there any that wait? */
  readonly isOwed: () => boolean;
  /** The connection is gone: no reply can come. */
  readonly loseAll: () => void;
};

export const createRequests = (deps: {
  readonly clock: Clock;
  /** Puts a frame on the wire; false where there is none. */
  readonly send: (json: string) => boolean;
}): Requests => {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;

  const takeOut = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    found?.cancelTimeout();
    return found;
  };

  const ask: Ask = <N extends RequestName>(name: N, params: Params<N>) =>
    new Promise<Result<N>>((resolve, reject) => {
      lastId += 1;
      const id = lastId;
      if (!deps.send(JSON.stringify({ id, name, params }))) {
        reject(new RequestError({ code: 'unreachable', message: 'no connection' }));
        return;
      }
      const cancelTimeout = deps.clock.after(REQUEST_TIMEOUT_MS, () =>
        takeOut(id)?.reject(new RequestError({ code: 'unreachable', message: `no reply to ${name}` })),
      );
      // The server checks every result against the table before it sends it (rule E4).
      waiting.set(id, { resolve: resolve as (result: unknown) => void, reject, cancelTimeout });
    });

  const settle = (reply: ReplyFrame): void => {
    const asked = takeOut(reply.id); // Undefined: it had timed out.
    if ('error' in reply) asked?.reject(new RequestError(reply.error));
    else asked?.resolve(reply.result);
  };

  const loseAll = (): void => {
    const error = new RequestError({ code: 'unreachable', message: 'connection lost' });
    for (const id of [...waiting.keys()]) takeOut(id)?.reject(error);
  };

  return { ask, settle, isOwed: () => waiting.size > 0, loseAll };
};
