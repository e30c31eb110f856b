import { expect, test } from 'vitest';
import { createBehaviourModel } from './behaviour.ts';
import type { Watch } from './behaviour.ts';
import { seededRandom } from './random.ts';

const SHORT: Watch = { watchedS: 10, lines: 0, reactions: 0, gifts: 0, hour: 12, earlierWatches: 0, daysSince: null, follows: false };
const LONG: Watch = { ...SHORT, watchedS: 2_000, lines: 3, earlierWatches: 12, daysSince: 1, follows: true };

test('Bayes’ rule by hand, with one of everything added', () => {
  const model = createBehaviourModel();
  for (let at = 0; at < 3; at++) model.happened('gifts', SHORT, false);
  model.happened('gifts', SHORT, true);
  // Totals start at 1: 2 yes, 4 no. Each piece with k values: (1 + 1) / (2 + k) against (3 + 1) / (4 + k).
  const odds = [7, 5, 5, 5, 6, 6, 7, 2].reduce((product, values) => (product * (2 / (2 + values))) / (4 / (4 + values)), 2 / 4);
  expect(model.uncalibrated('gifts', SHORT)).toBeCloseTo(odds / (1 + odds), 12);
});

test('who knows nothing says half, and behaviours are learned apart', () => {
  const model = createBehaviourModel();
  expect(model.predict('stays', LONG)).toBeCloseTo(0.5, 12);
  for (let at = 0; at < 50; at++) {
    model.happened('stays', LONG, true);
    model.happened('stays', SHORT, false);
  }
  expect(model.predict('stays', LONG)).toBeGreaterThan(0.9);
  expect(model.predict('stays', SHORT)).toBeLessThan(0.1);
  expect(model.predict('gifts', LONG)).toBeCloseTo(0.5, 12);
});

test('pieces that say the same make it too sure, and calibration takes that back', () => {
  const random = seededRandom(4);
  const model = createBehaviourModel();
  for (let at = 0; at < 5_000; at++) {
    const long = random() < 0.5;
    model.happened('returns', long ? LONG : SHORT, random() < (long ? 0.7 : 0.3));
  }
  expect(model.uncalibrated('returns', LONG)).toBeGreaterThan(0.95);
  expect(Math.abs(model.predict('returns', LONG) - 0.7)).toBeLessThan(0.05);
  expect(Math.abs(model.predict('returns', SHORT) - 0.3)).toBeLessThan(0.05);
});
