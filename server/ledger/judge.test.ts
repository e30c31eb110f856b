import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TransferId } from '../../shared/ids.ts';
import type { AccountId } from './accounts.ts';
import { judgeBatch } from './judge.ts';
import type { Balance, Known } from './judge.ts';
import type { Transfer } from './transfer.ts';
import { EARNINGS, gift, topUp, wallet } from './testing.ts';

const NONE: ReadonlyMap<string, Known> = new Map();
const balancesOf = (coins: Partial<Record<AccountId, number>>, frozen: readonly AccountId[] = []): Map<AccountId, Balance> =>
  new Map((Object.entries(coins) as [AccountId, number][]).map(([id, balance]) => [id, { balance, isFrozen: frozen.includes(id) }]));
const outcomes = (verdicts: ReturnType<typeof judgeBatch>): string[] => verdicts.map((verdict) => (verdict.is === 'refused' ? verdict.error.code : verdict.is));
const sumOf = (balances: ReadonlyMap<AccountId, Balance>): number => [...balances.values()].reduce((sum, { balance }) => sum + balance, 0);

test('in the order in which they came: what was just topped up can be given, and not twice', () => {
  const balances = balancesOf({ issued: 0, revenue: 0, [wallet('ada')]: 0, [EARNINGS]: 0 });
  const verdicts = judgeBatch([[gift('ada', 'early', 10)], [topUp('ada', 15)], [gift('ada', 'a', 10)], [gift('ada', 'b', 10)]], balances, NONE);
  expect(outcomes(verdicts)).toEqual(['insufficient_coins', 'accepted', 'accepted', 'insufficient_coins']);
  expect([...balances].map(([id, { balance }]) => [id, balance])).toEqual([['issued', -15], ['revenue', 3], [wallet('ada'), 5], [EARNINGS, 7]]);
  expect(verdicts[2]).toMatchObject({ accepted: [{ debitAfter: 5, creditAfter: 7, feeAfter: 3 }] });
});

test('the same key in one batch is one transfer; for something else it is refused', () => {
  const balances = balancesOf({ [wallet('ada')]: 100, [EARNINGS]: 0, revenue: 0 });
  const verdicts = judgeBatch([[gift('ada', 'k', 10)], [gift('ada', 'k', 10)], [gift('ada', 'k', 20)]], balances, NONE);
  expect(outcomes(verdicts)).toEqual(['accepted', 'repeated', 'key_reused']);
  expect(balances.get(wallet('ada'))?.balance).toBe(90);
});

test('what was refused may be tried again under its key, in the same batch too', () => {
  const balances = balancesOf({ issued: 0, [wallet('ada')]: 0, [EARNINGS]: 0, revenue: 0 });
  expect(outcomes(judgeBatch([[gift('ada', 'k', 10)], [topUp('ada', 50)], [gift('ada', 'k', 10)]], balances, NONE))).toEqual(['insufficient_coins', 'accepted', 'accepted']);
});

test('a frozen wallet gives nothing and receives; an operator takes from it', () => {
  const balances = balancesOf({ issued: 0, [wallet('ada')]: 100, [EARNINGS]: 0, revenue: 0 }, [wallet('ada')]);
  const taken: Transfer = { kind: 'refund', key: 'refund/1', fingerprint: '40', debit: wallet('ada'), credit: 'issued', amount: 40, mayUseFrozen: true };
  expect(outcomes(judgeBatch([[gift('ada', 'k', 10)], [topUp('ada', 5)], [taken]], balances, NONE))).toEqual(['wallet_frozen', 'accepted', 'accepted']);
  expect(balances.get(wallet('ada'))?.balance).toBe(65);
});

test('nobody pays more than they owe', () => {
  const balances = balancesOf({ [wallet('ada')]: 100, 'debt:ada': -30 });
  const pay = (key: string, amount: number): Transfer => ({ kind: 'correction', key, fingerprint: 'debt', debit: wallet('ada'), credit: 'debt:ada', amount });
  expect(outcomes(judgeBatch([[pay('a', 20)], [pay('b', 20)], [pay('c', 10)]], balances, NONE))).toEqual(['accepted', 'insufficient_coins', 'accepted']);
  expect([...balances.values()].map(({ balance }) => balance)).toEqual([70, 0]);
});

test('all of a group or none of it, and a refused group leaves no trace', () => {
  const balances = balancesOf({ escrow: 30, [wallet('ada')]: 0, [wallet('bob')]: 0 });
  const share = (name: string, amount: number): Transfer => ({ kind: 'red_packet_share', key: `share/${name}`, fingerprint: `${amount}`, debit: 'escrow', credit: wallet(name), amount });
  expect(outcomes(judgeBatch([[share('ada', 20), share('bob', 20)], [share('ada', 20), share('bob', 10)]], balances, NONE))).toEqual(['insufficient_coins', 'accepted']);
  expect([...balances.values()].map(({ balance }) => balance)).toEqual([0, 20, 10]);
});

test('what is in the database already is answered as it was', () => {
  const known = new Map<string, Known>([['gift/ada/k', { fingerprint: '10', transferId: 't1' as TransferId, atMs: 5, debitAfter: 1, creditAfter: 2 }]]);
  const balances = balancesOf({ [wallet('ada')]: 0 });
  const verdicts = judgeBatch([[gift('ada', 'k', 10)], [gift('ada', 'k', 11)]], balances, known);
  expect(outcomes(verdicts)).toEqual(['known', 'key_reused']);
  expect(verdicts[0]).toMatchObject({ known: [{ transferId: 't1', debitAfter: 1 }] });
});

test('[L1] whatever is asked for, the sum stays zero, nothing is overdrawn, and one key moves coins once', () => {
  const people = ['ada', 'bob', 'eve'];
  const asked = fc.array(
    fc.record({ who: fc.constantFrom(...people), key: fc.constantFrom('a', 'b', 'c', 'd'), amount: fc.integer({ min: 1, max: 40 }), is: fc.constantFrom('gift', 'top_up') }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(asked, (asks) => {
      const balances = balancesOf({ issued: 0, revenue: 0, [EARNINGS]: 0, [wallet('ada')]: 0, [wallet('bob')]: 0, [wallet('eve')]: 0 });
      const groups = asks.map(({ who, key, amount, is }) => [is === 'gift' ? gift(who, key, amount) : topUp(who, amount, key)]);
      const verdicts = judgeBatch(groups, balances, NONE);
      // A plain model: one after the other, each key once.
      const coins = new Map(people.map((name) => [name, 0]));
      const done = new Map<string, number>();
      const expected = asks.map(({ who, key, amount, is }) => {
        const name = `${is}/${who}/${key}`;
        const before = done.get(name);
        if (before !== undefined) return before === amount ? 'repeated' : 'key_reused';
        const balance = coins.get(who) ?? 0;
        if (is === 'gift' && balance < amount) return 'insufficient_coins';
        done.set(name, amount);
        coins.set(who, balance + (is === 'gift' ? -amount : amount));
        return 'accepted';
      });
      expect(outcomes(verdicts)).toEqual(expected);
      expect(sumOf(balances)).toBe(0);
      for (const name of people) expect(balances.get(wallet(name))?.balance).toBe(coins.get(name));
    }),
    { numRuns: 500 },
  );
});
