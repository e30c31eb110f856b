import { expect, test } from 'vitest';
import { createSurprise } from './surprise.ts';

const NOTHING = { now: 0, days: 0, ever: 0 };

test('chosen as often as expected says nothing; oftener says how much', () => {
  const surprise = createSurprise(2);
  for (let at = 0; at < 100; at++) {
    surprise.expected(0, at / 100, 0.2, NOTHING);
    surprise.expected(1, at / 100, 0.2, NOTHING);
    if (at % 5 === 0) surprise.chose(0, at / 100);
    if (at % 2 === 0) surprise.chose(1, at / 100);
  }
  surprise.ask(1);
  expect(surprise.now(0)).toBeCloseTo(0, 6);
  expect(surprise.ever(0)).toBeCloseTo(0, 6);
  expect(surprise.now(1)).toBeCloseTo(Math.log(52 / 22), 6);
  expect(surprise.days(1)).toBeCloseTo(surprise.now(1), 1);
});

test('what itself already adds is not expected twice: the ratio stays where it is right', () => {
  const surprise = createSurprise(1);
  let [sum, count] = [0, 0];
  for (let at = 0; at < 4_000; at++) {
    surprise.ask(at / 1_000);
    const now = surprise.now(0);
    surprise.expected(0, at / 1_000, 0.05 * Math.exp(now), { ...NOTHING, now });
    if (at % 5 === 0) surprise.chose(0, at / 1_000);
    if (at >= 2_000) [sum, count] = [sum + now, count + 1];
  }
  expect(sum / count).toBeCloseTo(Math.log(4), 1);
});

test('a broadcast begins anew, days fade, the rest stays; a new tenant has nothing', () => {
  const surprise = createSurprise(1);
  for (let at = 0; at < 20; at++) surprise.chose(0, 0);
  surprise.began(0);
  surprise.ask(24);
  expect(surprise.now(0)).toBe(0);
  surprise.expected(0, 24, 1e-9, NOTHING);
  surprise.ask(24);
  expect(surprise.days(0)).toBeCloseTo(Math.log(12 / 2), 6);
  expect(surprise.ever(0)).toBeCloseTo(Math.log(22 / 2), 6);
  surprise.clear(0);
  expect([surprise.now(0), surprise.days(0), surprise.ever(0)]).toEqual([0, 0, 0]);
});
