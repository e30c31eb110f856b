import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FRAME_CLAIM_MS_MAX } from '../../../shared/limits.ts';
import { clampStamp, wholeFrame } from './stamps.ts';

const arrivedAtMs = 1_000_000;
const delay = { minMs: 80, maxMs: 120 };
const base = { arrivedAtMs, delay, draftMsMax: 0 };

test('[T5] an honest claim is kept as it is', () => {
  const seen = { capturedAtMs: arrivedAtMs - 100, errorMs: 8 };
  expect(clampStamp({ ...base, seen })).toEqual(seen);
});

test('[T5] nobody has seen a frame that could not have reached them', () => {
  const forged = clampStamp({ ...base, seen: { capturedAtMs: arrivedAtMs + 5_000, errorMs: 0 } });
  expect(forged.capturedAtMs).toBe(arrivedAtMs - 80);
  expect(forged.errorMs).toBeGreaterThan(40);
});

test('[T5] nobody claims a frame from long ago, except for what takes time to write', () => {
  const seen = { capturedAtMs: arrivedAtMs - 20_000, errorMs: 5 };
  expect(clampStamp({ ...base, seen }).capturedAtMs).toBe(arrivedAtMs - 1_120);
  expect(clampStamp({ ...base, seen, draftMsMax: 30_000 })).toEqual(seen);
});

test('[T6] without a claim it is the middle of what was measured', () => {
  expect(clampStamp({ ...base, seen: null })).toEqual({ capturedAtMs: arrivedAtMs - 100, errorMs: 20 });
});

test('[T5] whatever is claimed, the stamp is between the oldest and the newest possible frame', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 4e12, noNaN: true }), fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 60_000 }), (capturedAtMs, errorMs, draftMsMax) => {
      const stamp = clampStamp({ ...base, seen: { capturedAtMs, errorMs }, draftMsMax });
      expect(stamp.capturedAtMs).toBeLessThanOrEqual(arrivedAtMs - delay.minMs);
      expect(stamp.capturedAtMs).toBeGreaterThanOrEqual(arrivedAtMs - FRAME_CLAIM_MS_MAX);
      expect(stamp.errorMs).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('[T5] a wide error is no way to have seen everything', () => {
  expect(clampStamp({ ...base, seen: { capturedAtMs: arrivedAtMs, errorMs: 60_000 } }).errorMs).toBeLessThanOrEqual(1_040);
});

test('[T4] a stamp in whole milliseconds has the true time within its bound', () => {
  expect(wholeFrame({ capturedAtMs: 1_000.4, errorMs: 5.7 })).toEqual({ capturedAtMs: 1_000, errorMs: 7 });
  expect(wholeFrame({ capturedAtMs: 1_000, errorMs: 5 })).toEqual({ capturedAtMs: 1_000, errorMs: 5 });
  expect(wholeFrame({ capturedAtMs: 1_000.4, errorMs: 60_000 }).errorMs).toBe(60_000);
});
