import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitCrop, squareOf, startCrop } from './crop.ts';

test('the first square is the middle of the picture, as large as it can be', () => {
  const picture = { width: 400, height: 200 };
  expect(squareOf(picture, startCrop(picture))).toEqual({ left: 100, top: 0, side: 200 });
});

test('zooming halves the side and keeps the centre', () => {
  const picture = { width: 400, height: 200 };
  expect(squareOf(picture, fitCrop(picture, { centerX: 200, centerY: 100, zoom: 2 }))).toEqual({ left: 150, top: 50, side: 100 });
});

test('whatever is asked for, the square lies inside the picture', () => {
  const pixels = fc.integer({ min: 1, max: 10_000 });
  const anywhere = fc.double({ min: -20_000, max: 20_000, noNaN: true });
  fc.assert(
    fc.property(pixels, pixels, anywhere, anywhere, fc.double({ min: 0, max: 50, noNaN: true }), (width, height, centerX, centerY, zoom) => {
      const picture = { width, height };
      const { left, top, side } = squareOf(picture, fitCrop(picture, { centerX, centerY, zoom }));
      const rounding = 1e-6;
      expect(side).toBeGreaterThan(0);
      expect(left).toBeGreaterThanOrEqual(-rounding);
      expect(top).toBeGreaterThanOrEqual(-rounding);
      expect(left + side).toBeLessThanOrEqual(width + rounding);
      expect(top + side).toBeLessThanOrEqual(height + rounding);
    }),
  );
});
