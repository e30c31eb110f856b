import { expect, test } from 'vitest';
import { NO_SOUND_YET, soundHintOf, withReading } from './sound-hint.ts';

const after = (...peaks: number[]) => soundHintOf(peaks.reduce(withReading, NO_SOUND_YET));
const seconds = (count: number, peak: number): number[] => Array.from({ length: count * 10 }, () => peak);

test('nothing is claimed before four seconds of listening', () => {
  expect(after(...seconds(3, 0.001))).toBe('listening');
});

test('a dead microphone is silent, a far one quiet', () => {
  expect(after(...seconds(4, 0))).toBe('silent');
  expect(after(...seconds(4, 0.01))).toBe('quiet');
});

test('a voice is good at once, and a pause after it is no fault', () => {
  expect(after(0.2)).toBe('good');
  expect(after(0.2, ...seconds(10, 0.004))).toBe('good');
});

test('but a microphone that died after a voice is silent', () => {
  expect(after(0.2, ...seconds(5, 0))).toBe('silent');
});

test('clipping needs more than one accident', () => {
  expect(after(1, 0.3)).toBe('good');
  expect(after(1, 0.3, 1, 0.4, 1)).toBe('clipping');
});
