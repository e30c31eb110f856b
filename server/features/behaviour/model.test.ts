import { expect, test } from 'vitest';
import { createBehaviourModel } from './model.ts';
import type { Watch } from './model.ts';
import { seededRandom } from '../discovery/model/random.ts';

const SHORT: Watch = { watchedS: 10, lines: 0, reactions: 0, gifts: 0, hour: 12, earlierWatches: 0, daysSince: null, follows: false };
const LONG: Watch = { ...SHORT, watchedS: 2_000, lines: 3, earlierWatches: 12, daysSince: 1, follows: true };

test('Bayes’ rule by hand, with one of everything added', () => {
  const model = createBehaviourModel();
  for (let at = 0; at < 3; at++) model.happened('gifts', SHORT, false, false);
  model.happened('gifts', SHORT, true, false);
  // Totals start at 1: 2 yes, 4 no. Each piece with k values: (1 + 1) / (2 + k) against (3 + 1) / (4 + k).
  const odds = [7, 5, 5, 5, 6, 6, 7, 2].reduce((product, values) => (product * (2 / (2 + values))) / (4 / (4 + values)), 2 / 4);
  expect(model.uncalibrated('gifts', SHORT)).toBeCloseTo(odds / (1 + odds), 12);
});

test('who knows nothing says half, and behaviours are learned apart', () => {
  const model = createBehaviourModel();
  expect(model.predict('stays', LONG)).toBeCloseTo(0.5, 12);
  for (let at = 0; at < 50; at++) {
    model.happened('stays', LONG, true, false);
    model.happened('stays', SHORT, false, false);
  }
  expect(model.predict('stays', LONG)).toBeGreaterThan(0.9);
  expect(model.predict('stays', SHORT)).toBeLessThan(0.1);
  expect(model.predict('gifts', LONG)).toBeCloseTo(0.5, 12);
});

test('pieces that say the same make it too sure, and calibration takes that back', () => {
  const random = seededRandom(4);
  const model = createBehaviourModel();
  for (let at = 0; at < 25_000; at++) {
    const long = random() < 0.5;
    model.happened('returns', long ? LONG : SHORT, random() < (long ? 0.7 : 0.3), at % 5 === 0);
  }
  expect(model.uncalibrated('returns', LONG)).toBeGreaterThan(0.95);
  expect(Math.abs(model.predict('returns', LONG) - 0.7)).toBeLessThan(0.05);
  expect(Math.abs(model.predict('returns', SHORT) - 0.3)).toBeLessThan(0.05);
});

test('what is held out teaches nothing: it calibrates, and judges what was said before its outcome was known', () => {
  const model = createBehaviourModel();
  for (let at = 0; at < 100; at++) model.happened('stays', SHORT, true, false);
  const before = model.uncalibrated('stays', SHORT);
  for (let at = 0; at < 400; at++) model.happened('stays', SHORT, at % 2 === 0, true);
  expect(model.uncalibrated('stays', SHORT)).toBe(before);
  expect(model.predict('stays', SHORT)).toBeCloseTo(0.5, 2);
  // The first 200 fitted it, the others judged it; by hand: said about a half, of 200 a half happened.
  const { learned, heldOut, judged, ece, brier, plot, isCalibrated } = model.judge('stays');
  expect({ learned, heldOut, judged, isCalibrated }).toEqual({ learned: 100, heldOut: 400, judged: 200, isCalibrated: true });
  expect(ece).toBeLessThan(0.01);
  expect(brier).toBeCloseTo(0.25, 3);
  expect(plot).toHaveLength(1);
  expect(plot[0]).toMatchObject({ happened: 0.5, count: 200 });
});

test('a model goes on from its state, and refuses one that does not fit', () => {
  const model = createBehaviourModel();
  for (let at = 0; at < 1_000; at++) model.happened('gifts', at % 3 ? LONG : SHORT, at % 5 === 0, at % 2 === 0);
  const state = JSON.parse(JSON.stringify(model.state())) as ReturnType<typeof model.state>;
  const again = createBehaviourModel(state);
  for (const watch of [SHORT, LONG]) expect(again.predict('gifts', watch)).toBeCloseTo(model.predict('gifts', watch), 3);
  expect(again.judge('gifts')).toEqual(model.judge('gifts'));
  expect(() => createBehaviourModel({ ...state, gifts: { ...state.gifts, yes: state.gifts.yes.slice(1) } })).toThrow('other pieces');
});
