// What image bytes really are, by their own structure and not by what anybody says: JPEG, PNG or WebP, whole, with a size
// that a browser can bear. Bytes behind the end are refused, so that an image cannot be a second file as well.

import { IMAGE_PIXELS_MAX } from '../../../shared/limits.ts';
import { AppError } from '../../lib/app-error.ts';

export type ImageMime = 'image/jpeg' | 'image/png' | 'image/webp';
export type ImageKind = { readonly mime: ImageMime; readonly width: number; readonly height: number };
type Size = Omit<ImageKind, 'mime'>;

const latin = (bytes: Buffer, from: number, length: number): string => bytes.toString('latin1', from, from + length);

/** Chunks of length, name, data, checksum, from IHDR to IEND (PNG 3rd edition, 5.3). */
const sizeOfPng = (bytes: Buffer): Size | null => {
  if (latin(bytes, 12, 4) !== 'IHDR' || bytes.readUInt32BE(8) !== 13) return null;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const next = at + 12 + bytes.readUInt32BE(at);
    if (latin(bytes, at + 4, 4) === 'IEND') return next === bytes.length ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : null;
    at = next;
  }
  return null;
};

/** Start of frame: baseline, extended, progressive; browsers show no other (ITU T.81, B.1). */
const JPEG_FRAMES = [0xc0, 0xc1, 0xc2];
const JPEG_SCAN = 0xda;

const sizeOfJpeg = (bytes: Buffer): Size | null => {
  if (bytes.readUInt16BE(bytes.length - 2) !== 0xffd9) return null;
  let size: Size | null = null;
  for (let at = 2; at + 9 <= bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes.readUInt8(at + 1);
    if (JPEG_FRAMES.includes(marker)) size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    if (marker === JPEG_SCAN) return size;
  }
  return null;
};

/** The three forms of the first chunk (RFC 9649, 2.5 to 2.7). */
const sizeOfWebp = (bytes: Buffer): Size | null => {
  if (latin(bytes, 8, 4) !== 'WEBP' || bytes.readUInt32LE(4) + 8 !== bytes.length) return null;
  switch (latin(bytes, 12, 4)) {
    case 'VP8 ':
      if (bytes.readUIntBE(23, 3) !== 0x9d012a) return null;
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      if (bytes[20] !== 0x2f) return null;
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return null;
  }
};

/** The shortest header of the three, so that reading it needs no further checks of the length. */
const BYTES_MIN = 30;

const FORMATS: readonly { mime: ImageMime; start: string; size: (bytes: Buffer) => Size | null }[] = [
  { mime: 'image/png', start: '\x89PNG\r\n\x1a\n', size: sizeOfPng },
  { mime: 'image/jpeg', start: '\xff\xd8\xff', size: sizeOfJpeg },
  { mime: 'image/webp', start: 'RIFF', size: sizeOfWebp },
];

/** Throws `bad_image`. */
export const sniffImage = (input: Uint8Array): ImageKind => {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const format = bytes.length < BYTES_MIN ? undefined : FORMATS.find(({ start }) => latin(bytes, 0, start.length) === start);
  const size = format?.size(bytes);
  if (!format || !size) throw new AppError('bad_image', 'not a whole JPEG, PNG or WebP');
  const { width, height } = size;
  if (Math.min(width, height) < 1 || Math.max(width, height) > IMAGE_PIXELS_MAX) throw new AppError('bad_image', `${width} x ${height} pixels`);
  return { mime: format.mime, width, height };
};
