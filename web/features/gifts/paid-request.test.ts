import { expect, test } from 'vitest';
import type { GiftId, RequestKey } from '../../../shared/ids.ts';
import type { Params } from '../../../shared/messages.ts';
import { RequestError, type RequestErrorCode } from '../../live/request-error.ts';
import type { Ask } from '../../live/requests.ts';
import { createHandClock } from '../../live/testing/hand-clock.ts';
import { createPaidRequests } from './paid-request.ts';

const PARAMS: Params<'gift.send'> = { key: 'k1' as RequestKey, giftId: 'rose' as GiftId, quantity: 2, seen: null };

/** A server that answers with these in turn, and after them with yes. */
const setUp = (...answers: RequestErrorCode[]) => {
  const clock = createHandClock();
  const asked: unknown[] = [];
  let isJoined = true;
  const ask = (async (_name: string, params: unknown) => {
    asked.push(params);
    const code = answers.shift();
    if (code) throw new RequestError({ code, message: '' } as never);
    return Promise.resolve({ balance: 7 });
  }) as Ask;
  const paid = createPaidRequests({ ask, clock, isJoined: () => isJoined });
  return { paid, clock, asked, leave: () => { isJoined = false; }, join: () => { isJoined = true; } };
};

test('[G1] what a lost connection may have swallowed is asked again with the same key, until it is answered', async () => {
  const { paid, clock, asked } = setUp('unreachable', 'internal', 'database_unavailable', 'unreachable', 'unreachable', 'busy', 'draining');
  const answer = paid.ask('gift.send', PARAMS);
  await clock.advance(120_000);
  expect(await answer).toEqual({ balance: 7 });
  expect(asked).toEqual(Array.from({ length: 8 }, () => PARAMS));
});

test('the connection that is back is asked at once, and while it is away nothing is asked', async () => {
  const { paid, clock, asked, leave, join } = setUp('unreachable');
  const answer = paid.ask('gift.send', PARAMS);
  await clock.advance(10);
  leave();
  await clock.advance(60_000);
  expect(asked).toHaveLength(1);
  join();
  paid.resume();
  await clock.advance(0);
  expect(await answer).toEqual({ balance: 7 });
});

test('a no is a no, at once', async () => {
  const { paid, asked } = setUp('insufficient_coins');
  await expect(paid.ask('gift.send', PARAMS)).rejects.toMatchObject({ code: 'insufficient_coins' });
  expect(asked).toHaveLength(1);
});

test('a page that is closed asks no more', async () => {
  const { paid, clock, asked } = setUp('unreachable', 'unreachable', 'unreachable');
  const answer = paid.ask('gift.send', PARAMS);
  answer.catch(() => {});
  await clock.advance(10);
  paid.close();
  await expect(answer).rejects.toMatchObject({ code: 'unreachable' });
  await clock.advance(60_000);
  expect(asked).toHaveLength(1);
});
