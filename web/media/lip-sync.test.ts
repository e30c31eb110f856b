import { expect, test } from 'vitest';
import type { TimedSource } from './capture-time.ts';
import { lagOf, nextStep } from './lip-sync.ts';

const source = (timestamp: number, captureTimestamp?: number): TimedSource =>
  ({ source: 1, rtpTimestamp: 0, timestamp, ...(captureTimestamp === undefined ? {} : { captureTimestamp }) });
type Step = Parameters<typeof nextStep>[0];
const START: Step = { sound: 0, picture: 0, lagMs: null };
const after = (looks: number, lagOn: (step: Step) => number | null, from = START): Step =>
  Array.from({ length: looks }).reduce<Step>((step) => nextStep(step, lagOn(step)), from);

test('the lag is how much older the sound is than the picture', () => {
  expect(lagOf(source(1_050, 1_000), source(1_060, 1_035))).toBe(25);
  expect(lagOf(source(1_060, 1_035), source(1_050, 1_000))).toBe(-25);
});

test('without capture times, or when one has stopped, nothing is known and nothing changes', () => {
  expect(lagOf(source(1_050), source(1_060, 1_035))).toBeNull();
  expect(lagOf(undefined, source(1_060, 1_035))).toBeNull();
  expect(lagOf(source(5_000, 4_900), source(1_060, 1_035))).toBeNull();
  const held = { sound: 0, picture: 40, lagMs: 50 };
  expect(nextStep(held, null)).toEqual(held);
});

test('what nobody notices delays neither', () => {
  expect(after(100, () => 35)).toMatchObject({ sound: 0, picture: 0 });
  expect(after(100, () => -15)).toMatchObject({ sound: 0, picture: 0 });
});

test('a single late value moves nothing', () => {
  expect(nextStep(after(20, () => 20), 80)).toMatchObject({ sound: 0, picture: 0 });
});

test('late sound: the picture waits until they are in step, and no longer than that is so', () => {
  // As the browser does it: a target below what the buffer holds anyway changes nothing.
  const kept = after(400, ({ picture }) => 120 - Math.max(0, picture - 11));
  expect(kept.sound).toBe(0);
  expect(120 - (kept.picture - 11)).toBeGreaterThan(30);
  expect(120 - (kept.picture - 11)).toBeLessThan(50);
  expect(after(400, () => 20, kept)).toMatchObject({ sound: 0, picture: 0 });
});

test('early sound waits for the picture', () => {
  const kept = after(400, ({ sound }) => -150 + Math.max(0, sound - 40));
  expect(kept.picture).toBe(0);
  expect(-150 + (kept.sound - 40)).toBeGreaterThan(-30);
});
