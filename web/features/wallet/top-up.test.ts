import { expect, test } from 'vitest';
import type { TopUpId } from '../../../shared/ids.ts';
import type { TopUpView } from '../../../shared/wallet-routes.ts';
import { ApiError } from '../../live/http.ts';
import { createHandClock } from '../../live/testing/hand-clock.ts';
import { TopUp } from './top-up.svelte.ts';

const VIEW: TopUpView = { topUpId: 't' as TopUpId, coins: 100, price: 99, currency: 'USD', provider: 'stripe', state: 'open', startedAtMs: 0 };

const watched = (first: Partial<TopUpView> = {}) => {
  const clock = createHandClock();
  const state = { view: { ...VIEW, ...first }, asked: 0, failure: null as ApiError | null };
  const topUp = new TopUp({
    clock,
    show: () => {
      state.asked += 1;
      return state.failure ? Promise.reject(state.failure) : Promise.resolve(state.view);
    },
    decide: (outcome) => Promise.resolve({ ...state.view, state: outcome === 'pay' ? ('paid' as const) : ('failed' as const) }),
  });
  return { clock, state, topUp };
};

test('coming back from a provider, the page waits for its word and then stops asking', async () => {
  const { clock, state, topUp } = watched();
  await topUp.watch();
  await clock.advance(3_000);
  expect(topUp.view?.state).toBe('open');
  state.view = { ...VIEW, state: 'paid' };
  await clock.advance(1_500);
  expect(topUp.view?.state).toBe('paid');
  expect(clock.waiting()).toBe(0);
});

test('the waiting has an end, is said to be late, and can be begun again', async () => {
  const { clock, state, topUp } = watched();
  await topUp.watch();
  await clock.advance(10 * 60_000);
  expect(topUp.isLate).toBe(true);
  const asked = state.asked;
  expect(asked).toBeLessThan(40);
  await clock.advance(10 * 60_000);
  expect(state.asked).toBe(asked);
  await topUp.watch();
  expect(topUp.isLate).toBe(false);
  expect(clock.waiting()).toBe(1);
});

test('a lost answer does not end the waiting, nor hide what was known', async () => {
  const { clock, state, topUp } = watched();
  await topUp.watch();
  state.failure = new ApiError('unreachable', 'away');
  await clock.advance(1_500);
  expect(topUp.view?.state).toBe('open');
  state.failure = null;
  state.view = { ...VIEW, state: 'failed' };
  await clock.advance(1_500);
  expect(topUp.view?.state).toBe('failed');
});

test('one that is not there is not asked for again; a page that went asks no more', async () => {
  const gone = watched();
  gone.state.failure = new ApiError('not_found', 'no such top-up');
  await gone.topUp.watch();
  expect(gone.topUp.code).toBe('not_found');
  expect(gone.clock.waiting()).toBe(0);
  const left = watched();
  await left.topUp.watch();
  left.topUp.close();
  expect(left.clock.waiting()).toBe(0);
});

test('the sandbox waits for nobody: the page says how it ends', async () => {
  const { clock, topUp } = watched({ provider: 'sandbox' });
  await topUp.watch();
  expect(clock.waiting()).toBe(0);
  await topUp.decide('decline');
  expect(topUp.view?.state).toBe('failed');
  await topUp.decide('pay');
  expect(topUp.view?.state).toBe('paid');
  expect(topUp.outcome).toBeNull();
});
