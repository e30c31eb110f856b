import { expect, test } from 'vitest';
import { createGauge, loudness } from './meter.ts';

const tone = (amplitude: number) => Float32Array.from({ length: 2048 }, (_, n) => amplitude * Math.sin((n * 2 * Math.PI) / 64));

test('loudness is the root mean square, and the peak the largest sample of either sign', () => {
  const { rms, peak } = loudness(tone(0.5));
  expect(rms).toBeCloseTo(0.5 / Math.SQRT2, 3);
  expect(peak).toBeCloseTo(0.5, 3);
  expect(loudness(new Float32Array([0, -0.7, 0.1])).peak).toBeCloseTo(0.7);
  expect(loudness(new Float32Array())).toEqual({ rms: 0, peak: 0 });
});

test('the scale runs from silence to full, by ear', () => {
  const gauge = createGauge(0);
  expect(gauge(tone(0), 0).level).toBe(0);
  expect(gauge(tone(1), 0).level).toBeGreaterThan(0.9);
  const half = gauge(tone(0.03), 0).level; // -33 dB
  expect(half).toBeGreaterThan(0.35);
  expect(half).toBeLessThan(0.55);
});

test('silence is mentioned after some seconds, and forgotten with the first word', () => {
  const gauge = createGauge(0);
  expect(gauge(tone(0.001), 1_000).hint).toBe('none');
  expect(gauge(tone(0.001), 4_500).hint).toBe('quiet');
  expect(gauge(tone(0.1), 4_600).hint).toBe('none');
  expect(gauge(tone(0.001), 5_000).hint).toBe('none');
});

test('clipping is shown long enough to be read', () => {
  const gauge = createGauge(0);
  expect(gauge(tone(1), 100).hint).toBe('clipping');
  expect(gauge(tone(0.2), 1_000).hint).toBe('clipping');
  expect(gauge(tone(0.2), 2_000).hint).toBe('none');
});
