import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sniffImage } from './sniff.ts';
import { jpeg, png, webp } from './testing.ts';

const verdict = (bytes: Uint8Array): unknown => {
  try {
    return sniffImage(bytes);
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
};

test.each([
  ['png', png(640, 360), 'image/png'],
  ['jpeg', jpeg(640, 360), 'image/jpeg'],
  ['webp, lossy', webp('VP8 ', 640, 360), 'image/webp'],
  ['webp, lossless', webp('VP8L', 640, 360), 'image/webp'],
  ['webp, extended', webp('VP8X', 640, 360), 'image/webp'],
])('%s is known with its size', (_, bytes, mime) => {
  expect(verdict(bytes)).toEqual({ mime, width: 640, height: 360 });
});

test.each([
  ['a PNG of 30,000 x 30,000', png(30_000, 30_000)],
  ['a PNG without width', png(0, 10)],
  ['a JPEG that is too high', jpeg(10, 2_049)],
  ['a WebP that is too wide', webp('VP8X', 16_384, 1)],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
  ['HTML behind a PNG', Buffer.concat([png(10, 10), Buffer.from('<script>alert(1)</script>')])],
  ['HTML behind a JPEG', Buffer.concat([jpeg(10, 10), Buffer.from('<script>alert(1)</script>')])],
  ['HTML behind a WebP', Buffer.concat([webp('VP8L', 10, 10), Buffer.from('<script>alert(1)</script>')])],
  ['a ZIP behind a GIF', Buffer.from('GIF89a\x01\x00\x01\x00PK\x03\x04'.padEnd(60, ' '), 'latin1')],
  ['half a PNG', png(10, 10).subarray(0, 40)],
  ['half a JPEG', jpeg(10, 10).subarray(0, -2)],
  ['nothing', Buffer.alloc(0)],
  ['zeros', Buffer.alloc(1_000)],
  ['a signature alone', png(10, 10).subarray(0, 8)],
])('%s is refused', (_, bytes) => {
  expect(verdict(bytes)).toBe('bad_image');
});

test('whatever comes, the answer is a kind or bad_image', () => {
  const mutate = (base: Buffer) =>
    fc.array(fc.tuple(fc.nat(base.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }).chain((changes) =>
      fc.nat(base.length).map((length) => {
        const bytes = Buffer.from(base);
        for (const [at, value] of changes) bytes[at] = value;
        return bytes.subarray(0, length % 3 === 0 ? length : base.length);
      }),
    );
  const anything = fc.oneof(fc.uint8Array({ maxLength: 200 }), ...[png(9, 9), jpeg(9, 9), webp('VP8 ', 9, 9), webp('VP8L', 9, 9), webp('VP8X', 9, 9)].map(mutate));
  fc.assert(
    fc.property(anything, (bytes) => {
      const answer = verdict(bytes);
      expect(answer === 'bad_image' || typeof (answer as { mime?: unknown }).mime === 'string').toBe(true);
    }),
    { numRuns: 500 },
  );
});
