import { expect, test } from 'vitest';
import { brierScore, calibrationError, createCalibration, fitIsotonic, reliability } from './calibration.ts';
import type { Outcome } from './calibration.ts';
import { seededRandom } from '../discovery/model/random.ts';

const outcome = (predicted: number, happened: boolean): Outcome => ({ predicted, happened });

test('calibration error, by hand', () => {
  // Bin 0.2: two, said 0.25 on average, one of two happened: off by 0.25. Bin 0.9: two, said 0.95, both: off by 0.05.
  const outcomes = [outcome(0.22, true), outcome(0.28, false), outcome(0.92, true), outcome(0.98, true)];
  expect(calibrationError(outcomes)).toBeCloseTo(0.5 * 0.25 + 0.5 * 0.05, 12);
  expect(reliability(outcomes)).toEqual([
    { predicted: 0.25, happened: 0.5, count: 2 },
    { predicted: 0.95, happened: 1, count: 2 },
  ]);
  expect(brierScore([outcome(0.5, true), outcome(0.2, false)])).toBeCloseTo((0.25 + 0.04) / 2, 12);
  expect(reliability([outcome(1, true), outcome(0, false)]).map(({ count }) => count)).toEqual([1, 1]);
});

const overconfident = (count: number, seed: number): Outcome[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const chance = random();
    const said = chance < 0.5 ? chance ** 2 : 1 - (1 - chance) ** 2;
    return outcome(said, random() < chance);
  });
};

test('what is too sure of itself is mended, on outcomes that it was not fitted on', () => {
  const apply = fitIsotonic(overconfident(10_000, 1));
  const later = overconfident(10_000, 2);
  expect(calibrationError(later)).toBeGreaterThan(0.1);
  expect(calibrationError(later.map(({ predicted, happened }) => outcome(apply(predicted), happened)))).toBeLessThan(0.02);
});

test('the fit never turns an order round, and stays a probability', () => {
  const apply = fitIsotonic(overconfident(300, 3));
  const values = Array.from({ length: 101 }, (_, at) => apply(at / 100));
  expect(values).toEqual([...values].sort((a, b) => a - b));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThanOrEqual(1);
  expect(fitIsotonic([])(0.3)).toBe(0.3);
});

test('it is bounded, and silent until it knows enough', () => {
  const calibration = createCalibration(300);
  for (let at = 0; at < 199; at++) calibration.happened(outcome(0.9, false));
  expect(calibration.apply(0.9)).toBe(0.9);
  for (let at = 0; at < 1_000; at++) calibration.happened(outcome(0.9, false));
  expect(calibration.apply(0.9)).toBeLessThan(0.05);
  expect(calibration.size()).toBe(300);
});
