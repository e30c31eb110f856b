import { expect, test } from 'vitest';
import { FIRST_REGULAR, regularAfter, regularGain } from './regulars.ts';

test('Bayes by hand: missed, and chosen again', () => {
  // Odds 1 to 9 for a passer-by: 0.1. A regular, ten times as likely: 10/19, and one time in ten like a passer-by.
  const own = 0.9 * (10 / 19) + 0.1 * 0.1;
  const missed = (0.5 * (1 - own)) / (0.5 * (1 - own) + 0.5 * 0.9);
  expect(regularAfter(0.5, 1 / 9, 10, false)).toBeCloseTo(missed, 12);
  const chosen = (0.5 * own) / (0.5 * own + 0.5 * 0.1);
  expect(regularAfter(0.5, 1 / 9, 10, true)).toBeCloseTo(chosen * 0.97 + (1 - chosen) * 0.4, 12);
});

test('missed beside something likelier says less than missed when nothing else was on', () => {
  const beside = regularAfter(0.5, 0.001, 50, false);
  const alone = regularAfter(0.5, 0.5, 50, false);
  expect(beside).toBeGreaterThan(0.45);
  expect(alone).toBeLessThan(0.3);
});

test('who comes again and again is one; who never does is not; both can change', () => {
  let regular = FIRST_REGULAR;
  for (let at = 0; at < 6; at++) regular = regularAfter(regular, 0.05, 50, true);
  expect(regular).toBeGreaterThan(0.9);
  for (let at = 0; at < 12; at++) regular = regularAfter(regular, 0.3, 50, false);
  expect(regular).toBeLessThan(0.1);
  for (let at = 0; at < 500; at++) regular = regularAfter(regular, 0.3, 50, false);
  expect(regular).toBeGreaterThan(0);
  for (let at = 0; at < 3; at++) regular = regularAfter(regular, 0.3, 50, true);
  expect(regular).toBeGreaterThan(0.5);
});

test('the gain grows with the chance, from nothing', () => {
  expect(regularGain(0)).toBe(0);
  expect(regularGain(1)).toBeGreaterThan(regularGain(0.5));
});
