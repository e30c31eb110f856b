import { expect, test } from 'vitest';
import type { GiftId, RequestKey } from '../../../shared/ids.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import { RequestError, type RequestErrorCode } from '../../live/request-error.ts';
import { createHandClock } from '../../live/testing/hand-clock.ts';
import { createGiftOutbox, type Waiting } from './outbox.ts';
import type { PaidRequests } from './paid-request.ts';
import { sent } from './testing/gifts.ts';

type Asked = { readonly params: Params<'gift.send'>; readonly yes: () => void; readonly no: (code: RequestErrorCode) => void };

const setUp = () => {
  const clock = createHandClock();
  const asked: Asked[] = [];
  const told: string[] = [];
  let waiting: readonly Waiting[] = [];
  let keys = 0;
  const ask = ((_name: string, params: Params<'gift.send'>) =>
    new Promise<Result<'gift.send'>>((resolve, reject) => {
      asked.push({
        params,
        yes: () => resolve({ gift: sent('me', params.giftId, params.quantity), balance: 1 }),
        no: (code) => reject(new RequestError({ code, message: '' } as never)),
      });
    })) as PaidRequests['ask'];
  const outbox = createGiftOutbox({
    paid: { ask },
    clock,
    newKey: () => `k${(keys += 1)}` as RequestKey,
    changed: (list) => { waiting = list; },
    given: ({ giftId, quantity }) => told.push(`given ${quantity} ${giftId}`),
    refused: (giftId, code, lost) => told.push(`refused ${lost} ${giftId}: ${code}`),
  });
  const tap = (giftId: string, quantity = 1): void => outbox.tap(giftId as GiftId, quantity, null);
  const sums = () => waiting.map(({ key, giftId, quantity }) => `${key} ${quantity} ${giftId}`);
  return { clock, asked, told, tap, sums, outbox, params: () => asked.map(({ params: { key, giftId, quantity } }) => `${key} ${quantity} ${giftId}`) };
};

test('quick taps are one request, and what is tapped while it is on its way goes with the next', async () => {
  const { clock, asked, tap, params, told } = setUp();
  tap('rose');
  tap('rose');
  tap('rose');
  await clock.advance(200);
  expect(params()).toEqual(['k1 3 rose']);
  tap('rose');
  await clock.advance(300);
  tap('rose');
  await clock.advance(300);
  expect(params()).toHaveLength(1);
  asked[0]?.yes();
  await clock.advance(0);
  expect(params()).toEqual(['k1 3 rose', 'k2 2 rose']);
  asked[1]?.yes();
  await clock.advance(0);
  expect(told).toEqual(['given 3 rose', 'given 2 rose']);
});

test('[G1] what was asked once keeps its key and its quantity', async () => {
  const { clock, tap, sums } = setUp();
  tap('rose', 5);
  await clock.advance(200);
  tap('rose', 5);
  expect(sums()).toEqual(['k1 5 rose', 'k2 5 rose']);
});

test('each gift has its own request, in the order of the taps, and none is larger than the server takes', async () => {
  const { clock, asked, tap, params } = setUp();
  tap('rose', 900);
  tap('rose', 188);
  tap('koi');
  tap('rose');
  for (let turn = 0; turn < 4; turn += 1) {
    await clock.advance(200);
    asked[turn]?.yes();
  }
  await clock.advance(0);
  expect(params()).toEqual(['k1 900 rose', 'k2 188 rose', 'k3 1 koi', 'k4 1 rose']);
});

test('too few coins: what waited of the same gift goes with it, another gift goes on', async () => {
  const { clock, asked, tap, params, told } = setUp();
  tap('bridge');
  await clock.advance(200);
  tap('bridge');
  tap('rose', 2);
  await clock.advance(200);
  asked[0]?.no('insufficient_coins');
  await clock.advance(0);
  expect(told).toEqual(['refused 2 bridge: insufficient_coins']);
  expect(params()).toEqual(['k1 1 bridge', 'k3 2 rose']);
});

test('nobody may give here: all that waits is refused, told once', async () => {
  const { clock, asked, tap, told, sums } = setUp();
  tap('rose');
  await clock.advance(200);
  tap('koi', 3);
  await clock.advance(200);
  asked[0]?.no('not_live');
  await clock.advance(0);
  expect([told, sums()]).toEqual([['refused 4 rose: not_live'], []]);
  tap('tea');
  await clock.advance(200);
  expect(asked).toHaveLength(2);
});
