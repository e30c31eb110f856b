import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sniffPicture } from './sniff.ts';

const png = (width: number, height: number): Uint8Array => {
  const bytes = Buffer.alloc(64);
  bytes.write('\x89PNG\r\n\x1a\n', 0, 'latin1');
  bytes.writeUInt32BE(13, 8);
  bytes.write('IHDR', 12, 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};
const jpeg = (width: number, height: number): Uint8Array => {
  const app0 = Buffer.from([0xff, 0xe0, 0x00, 0x04, 0x00, 0x00]);
  const frame = Buffer.from([0xff, 0xc2, 0x00, 0x0b, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), app0, frame, Buffer.alloc(8)]);
};
const webp = (kind: string, fill: (bytes: Buffer) => void): Uint8Array => {
  const bytes = Buffer.alloc(40);
  bytes.write('RIFF', 0, 'latin1');
  bytes.write(`WEBP${kind}`, 8, 'latin1');
  fill(bytes);
  return bytes;
};

test('the three kinds are known by their own heads, with their size', () => {
  expect(sniffPicture(png(640, 360))).toEqual({ mime: 'image/png', width: 640, height: 360 });
  expect(sniffPicture(jpeg(1280, 720))).toEqual({ mime: 'image/jpeg', width: 1280, height: 720 });
  const lossy = webp('VP8 ', (bytes) => bytes.writeUInt16LE(200, 26) && bytes.writeUInt16LE(100, 28));
  expect(sniffPicture(lossy)).toEqual({ mime: 'image/webp', width: 200, height: 100 });
  const lossless = webp('VP8L', (bytes) => bytes.writeUInt32LE(199 | (99 << 14), 21));
  expect(sniffPicture(lossless)).toEqual({ mime: 'image/webp', width: 200, height: 100 });
  const extended = webp('VP8X', (bytes) => bytes.writeUIntLE(199, 24, 3) && bytes.writeUIntLE(99, 27, 3));
  expect(sniffPicture(extended)).toEqual({ mime: 'image/webp', width: 200, height: 100 });
});

test('markup, other formats, empty pictures and cut heads are nothing', () => {
  for (const words of ['', '<svg onload=alert(1)>', 'GIF89a', '\x89PNG', 'RIFF....WEBP']) expect(sniffPicture(Buffer.from(words, 'latin1'))).toBeNull();
  expect(sniffPicture(png(0, 5))).toBeNull();
});

test('no bytes at all make it throw or hang', () => {
  const heads = [png(9, 9), jpeg(9, 9), webp('VP8 ', () => {}), Buffer.from([0xff, 0xd8, 0xff, 0xff, 0xff])];
  fc.assert(
    fc.property(fc.constantFrom(...heads), fc.nat(40), fc.uint8Array({ maxLength: 80 }), (head, cut, tail) => {
      sniffPicture(Buffer.concat([head.subarray(0, cut), tail]));
    }),
  );
});
