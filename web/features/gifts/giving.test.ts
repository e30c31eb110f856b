import { expect, test } from 'vitest';
import type { GiftId } from '../../../shared/ids.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import { can, type Role } from '../../../shared/permissions.ts';
import { RequestError, type RequestErrorCode } from '../../live/request-error.ts';
import { createHandClock } from '../../live/testing/hand-clock.ts';
import type { PartDeps } from '../interaction/part.ts';
import { Giving } from './giving.svelte.ts';
import type { PaidRequests } from './paid-request.ts';
import { gift, sent } from './testing/gifts.ts';

const ROSE = gift('rose', 5);
const BRIDGE = gift('bridge', 5_200, 'large');
const GIFTS = new Map([ROSE, BRIDGE].map((one) => [one.giftId, one]));

const setUp = (role: Role = 'viewer') => {
  const clock = createHandClock();
  const asked: number[] = [];
  let refusal: RequestErrorCode | null = null;
  let held: (() => void)[] | null = null;
  let [balance, count] = [100, 0];
  const ask = (async (_name: string, { giftId, quantity }: Params<'gift.send'>): Promise<Result<'gift.send'>> => {
    asked.push(quantity);
    const queue = held;
    if (queue) await new Promise<void>((resolve) => { queue.push(resolve); });
    if (refusal) throw new RequestError({ code: refusal, message: '' } as never);
    balance -= 5 * quantity;
    count += quantity;
    return { gift: sent('me', giftId, quantity, count), balance };
  }) as PaidRequests['ask'];
  const kept = new Map<string, string>();
  const part = { may: (permission: Parameters<typeof can>[1]) => can(role, permission), isOwner: () => role === 'host', seen: () => null } as unknown as PartDeps;
  let outdated = 0;
  const giving = new Giving({
    part, clock, paid: { ask, resume: () => {}, close: () => {} },
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    giftOf: (giftId) => GIFTS.get(giftId) ?? null, outdated: () => { outdated += 1; },
  });
  giving.balance = balance;
  return {
    giving, clock, asked, kept, outdated: () => outdated, refuse: (code: RequestErrorCode | null) => { refusal = code; },
    hold: () => { held = []; }, letGo: () => { held?.forEach((go) => go()); held = null; },
  };
};

test('[G2] coins and count are shown when the server has confirmed them; until then taps are on their way', async () => {
  const { giving, clock, hold, letGo } = setUp();
  hold();
  giving.tap(ROSE);
  giving.again();
  await clock.advance(200);
  expect([giving.balance, giving.combo?.count, giving.countOnWay(ROSE.giftId), giving.coinsOnWay]).toEqual([100, 0, 2, 10]);
  letGo();
  await clock.advance(0);
  expect([giving.balance, giving.combo?.count, giving.countOnWay(ROSE.giftId)]).toEqual([90, 2, 0]);
});

test('the combo goes on while one taps, and ends when one stops', async () => {
  const { giving, clock, asked } = setUp();
  giving.tap(ROSE);
  await clock.advance(4_000);
  giving.again();
  await clock.advance(4_000);
  expect(giving.combo?.count).toBe(2);
  await clock.advance(2_000);
  expect(giving.combo).toBeNull();
  giving.again();
  await clock.advance(1_000);
  expect(asked).toEqual([1, 1]);
});

test('what one cannot pay is not asked for, taps on their way counted, and says so', async () => {
  const { giving, clock, asked } = setUp();
  for (let taps = 0; taps < 21; taps += 1) giving.tap(ROSE);
  await clock.advance(200);
  expect(asked).toEqual([20]);
  expect(giving.balance).toBe(0);
  // What was tapped before it and is given after it does not take the words away.
  expect(giving.problem).toEqual({ code: 'insufficient_coins', giftId: 'rose', lost: 1 });
});

test('a refusal of the server is told, with what was not given, and counts nothing', async () => {
  const { giving, clock, refuse, outdated } = setUp();
  refuse('gift_unknown');
  giving.tap(ROSE, 3);
  await clock.advance(200);
  expect([giving.problem, giving.combo, giving.balance, outdated()]).toEqual([{ code: 'gift_unknown', giftId: 'rose', lost: 3 }, null, 100, 1]);
  refuse(null);
  giving.tap(ROSE);
  await clock.advance(200);
  expect(giving.problem).toBeNull();
});

test('guests and the host are told why, and nothing is asked', async () => {
  for (const [role, code] of [['guest', 'not_logged_in'], ['host', 'own_channel']] as const) {
    const { giving, clock, asked } = setUp(role);
    giving.tap(ROSE);
    await clock.advance(500);
    expect([giving.problem?.code, asked]).toEqual([code, []]);
  }
});

test('a dear gift asks for a second tap, for a moment', async () => {
  const { giving, clock, asked } = setUp();
  giving.balance = 20_000;
  giving.press(BRIDGE);
  expect(giving.armed).toBe('bridge');
  await clock.advance(5_000);
  expect([giving.armed, asked]).toEqual([null, []]);
  giving.press(BRIDGE);
  giving.press(BRIDGE);
  await clock.advance(200);
  expect(asked).toEqual([1]);
});

test('the last used ones are remembered, the latest first', async () => {
  const { giving, clock, kept } = setUp();
  giving.balance = 20_000;
  giving.tap(ROSE);
  giving.tap(BRIDGE);
  await clock.advance(1_000);
  expect([giving.used, kept.get('qiao.gifts.used')]).toEqual([['bridge', 'rose'] as GiftId[], '["bridge","rose"]']);
});
