import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BroadcastId, TransferId, UserId } from '../../../shared/ids.ts';
import { addGain, countGoal, fanLevelFor, goalView, learnFanCoins, setGoal, supportOf, topOf, turnTo } from './support.ts';
import type { Gain, StoredSupport } from './support.ts';

const B1 = 'b1' as BroadcastId;
const NOTHING: StoredSupport = { broadcastId: B1, fans: [], fanCoins: new Map(), goal: null, upTo: '' };
const gain = (id: number, who: string, coins: number, fanCoins = coins, broadcastId: BroadcastId | null = B1): Gain => ({
  transferId: String(id).padStart(6, '0') as TransferId,
  broadcastId,
  fan: { userId: who as UserId, name: who, displayName: who.toUpperCase(), coins },
  fanCoins,
});
const nobody = (): boolean => false;

test('[G6] however commits and the reading of the sums fall together, each gift is counted once', () => {
  const gifts = fc.array(fc.record({ who: fc.constantFrom('ada', 'bob', 'eve'), coins: fc.integer({ min: 1, max: 1_000 }) }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(gifts, fc.nat(30), fc.nat(30), (all, readTo, heardFrom) => {
      const gains = all.map(({ who, coins }, at) => gain(at + 1, who, coins));
      const read = gains.slice(0, readTo);
      const sums = new Map<string, number>();
      for (const { fan } of read) sums.set(fan.userId, (sums.get(fan.userId) ?? 0) + fan.coins);
      const support = supportOf({
        ...NOTHING,
        fans: [...sums].map(([who, coins]) => ({ userId: who as UserId, name: who, displayName: who.toUpperCase(), coins })),
        upTo: read.at(-1)?.transferId ?? '',
      });
      // Heard of from somewhere before the reading on: all that came after it, and some that are in it.
      for (const one of gains.slice(Math.min(heardFrom, read.length))) addGain(support, one);
      expect(support.broadcastCoins).toBe(all.reduce((sum, { coins }) => sum + coins, 0));
      expect([...support.fans.values()].reduce((sum, { coins }) => sum + coins, 0)).toBe(support.broadcastCoins);
    }),
  );
});

test('[G6] a new broadcast begins with nothing; after its end its supporters stay', () => {
  const support = supportOf(NOTHING);
  addGain(support, gain(1, 'ada', 10));
  turnTo(support, null);
  expect(support.broadcastCoins).toBe(10);
  turnTo(support, 'b2' as BroadcastId);
  addGain(support, gain(2, 'bob', 5, 5, 'b2' as BroadcastId));
  expect([support.broadcastCoins, topOf(support, 3, nobody).map(({ name }) => name)]).toEqual([5, ['bob']]);
  // One that was on its way when the earlier broadcast ended.
  expect(addGain(support, gain(3, 'ada', 10, 20, B1))).toBe(false);
  expect([support.broadcastCoins, support.fanCoins.get('ada' as UserId)]).toEqual([5, 20]);
});

test('[G6] the most first, of equals the earlier; who is banned is in no list', () => {
  const support = supportOf(NOTHING);
  for (const [at, [who, coins]] of ([['a', 5], ['b', 9], ['c', 9], ['d', 20], ['e', 1]] as const).entries()) addGain(support, gain(at + 1, who, coins));
  expect(topOf(support, 3, nobody).map(({ name }) => name)).toEqual(['d', 'b', 'c']);
  expect(topOf(support, 3, (userId) => userId === 'd').map(({ name }) => name)).toEqual(['b', 'c', 'a']);
  expect(support.broadcastCoins).toBe(44);
});

test('[G6] a goal counts from when it was set, whichever of setting and counting is heard of first', () => {
  const goal = { goalId: 'g1', title: 'T', coins: 100, givenCoins: 0 };
  const support = supportOf(NOTHING);
  countGoal(support, 'g1', 30);
  expect(goalView(support)).toBeNull();
  setGoal(support, goal);
  expect(goalView(support)).toEqual({ title: 'T', coins: 100, givenCoins: 30 });
  setGoal(support, { ...goal, goalId: 'g2' });
  countGoal(support, 'g1', 99);
  expect(goalView(support)?.givenCoins).toBe(0);
  setGoal(support, null);
  expect(goalView(support)).toBeNull();
});

test('[G8] the level follows from what was given, and no late reading lowers it', () => {
  const support = supportOf({ ...NOTHING, fanCoins: new Map([['ada' as UserId, 49]]) });
  const level = (): number => fanLevelFor(support, 'ada' as UserId);
  expect(level()).toBe(1);
  learnFanCoins(support, 'ada' as UserId, 150);
  expect(level()).toBe(3);
  learnFanCoins(support, 'ada' as UserId, 49);
  expect(level()).toBe(3);
  expect(fanLevelFor(undefined, 'ada' as UserId)).toBe(0);
});
