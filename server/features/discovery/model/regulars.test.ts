import { expect, test } from 'vitest';
import { FIRST_DRAW_KNOWN, FIRST_REGULAR, learnDraw, MOOD, regularAfter, regularGain } from './regulars.ts';

/** One against all others: a passer-by takes it at these odds, a regular at so many times as many. */
const after = (regular: number, odds: number, gain: number, chosen: boolean): number => {
  const ifNot = odds / (1 + odds);
  return regularAfter(regular, { ifNot, ifOwn: MOOD * ((odds * gain) / (1 + odds * gain)) + (1 - MOOD) * ifNot }, chosen);
};

test('Bayes by hand: missed, and chosen again', () => {
  expect(regularAfter(0.5, { ifOwn: 0.5, ifNot: 0.1 }, false)).toBeCloseTo(0.25 / (0.25 + 0.45), 12);
  const chosen = 0.25 / (0.25 + 0.05);
  expect(regularAfter(0.5, { ifOwn: 0.5, ifNot: 0.1 }, true)).toBeCloseTo(chosen * 0.97 + (1 - chosen) * 0.4, 12);
});

test('missed beside something likelier says less than missed when nothing else was on', () => {
  const beside = after(0.5, 0.001, 50, false);
  const alone = after(0.5, 0.5, 50, false);
  expect(beside).toBeGreaterThan(0.45);
  expect(alone).toBeLessThan(0.3);
});

test('who comes again and again is one; who never does is not; both can change', () => {
  let regular = FIRST_REGULAR;
  for (let at = 0; at < 6; at++) regular = after(regular, 0.05, 50, true);
  expect(regular).toBeGreaterThan(0.9);
  for (let at = 0; at < 12; at++) regular = after(regular, 0.3, 50, false);
  expect(regular).toBeLessThan(0.1);
  for (let at = 0; at < 500; at++) regular = after(regular, 0.3, 50, false);
  expect(regular).toBeGreaterThan(0);
  for (let at = 0; at < 3; at++) regular = after(regular, 0.3, 50, true);
  expect(regular).toBeGreaterThan(0.5);
});

test('the gain grows with the chance, from nothing', () => {
  expect(regularGain(0)).toBe(0);
  expect(regularGain(1)).toBeGreaterThan(regularGain(0.5));
});

test('how one of theirs draws, by hand: chosen and missed weigh what they say, less the more is known', () => {
  const known = { draw: 0, drawKnown: FIRST_DRAW_KNOWN };
  learnDraw(known, 1, { ifOwn: 0.5, ifNot: 0.1 }, true);
  expect(known).toEqual({ draw: 0.5 / 2.25, drawKnown: 2.25 });
  learnDraw(known, 1, { ifOwn: 0.5, ifNot: 0.1 }, false);
  expect(known).toEqual({ draw: 0.5 / 2.25 - 0.5 / 2.5, drawKnown: 2.5 });
});

test('of what is hardly theirs nothing is learned of its draw', () => {
  const known = { draw: 0, drawKnown: FIRST_DRAW_KNOWN };
  for (let at = 0; at < 20; at++) learnDraw(known, 0.01, { ifOwn: 0.5, ifNot: 0.1 }, false);
  expect(known.draw).toBeGreaterThan(-0.06);
});
