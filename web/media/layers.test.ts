import { expect, test } from 'vitest';
import { cameraLayers, screenLayers } from './layers.ts';

const heights = (width: number, height: number) =>
  cameraLayers({ width, height, framesPerSecond: 30 }).map(({ scaleResolutionDownBy, maxBitrate }) => [height / scaleResolutionDownBy, maxBitrate]);

test('a 720p camera has three sizes, smallest first', () => {
  expect(heights(1280, 720)).toEqual([[180, 150_000], [360, 500_000], [720, 1_800_000]]);
});

test('a small camera has fewer: no layer is too small to see', () => {
  expect(heights(640, 360).map(([height]) => height)).toEqual([180, 360]);
  expect(heights(320, 180).map(([height]) => height)).toEqual([180]);
  expect(heights(64, 36).length).toBe(1);
});

test('a phone held upright gets the bits of one held flat', () => {
  expect(heights(720, 1280).map(([, bits]) => bits)).toEqual(heights(1280, 720).map(([, bits]) => bits));
});

test('bits rise with size, and stay sane for very large pictures', () => {
  const bits = [[320, 180], [640, 480], [960, 540], [1280, 720], [1920, 1080], [3840, 2160]].map(([width = 0, height = 0]) =>
    cameraLayers({ width, height, framesPerSecond: 30 }).at(-1)?.maxBitrate ?? 0);
  expect(bits).toEqual(bits.toSorted((a, b) => a - b));
  expect(bits[3]).toBe(1_800_000);
  expect(bits.at(-1)).toBeLessThan(12_000_000);
});

test('a screen keeps its full size and has one smaller copy with fewer frames', () => {
  const layers = screenLayers({ width: 1920, height: 1080, framesPerSecond: 30 });
  expect(layers.map(({ scaleResolutionDownBy, maxFramerate }) => [scaleResolutionDownBy, maxFramerate])).toEqual([[2, 15], [1, 30]]);
});
