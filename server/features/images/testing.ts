// The smallest files that are what they say, with headers of any size; pixels do not matter here.

const bytes = (...values: number[]): Buffer => Buffer.from(values);
const u32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
};
const u16 = (value: number): Buffer => u32(value).subarray(2);

/** Checksums are zero: nobody but a decoder looks at them. */
const chunk = (name: string, data: Buffer): Buffer => Buffer.concat([u32(data.length), Buffer.from(name), data, u32(0)]);

export const png = (width: number, height: number, text = ''): Buffer =>
  Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Buffer.concat([u32(width), u32(height), bytes(8, 6, 0, 0, 0)])),
    chunk('tEXt', Buffer.from(text)), // makes files differ
    chunk('IDAT', bytes(0x78, 0x9c, 0x03, 0x00)),
    chunk('IEND', Buffer.alloc(0)),
  ]);

export const jpeg = (width: number, height: number): Buffer =>
  Buffer.concat([
    bytes(0xff, 0xd8, 0xff, 0xe0, 0, 16), Buffer.from('JFIF\0'), bytes(1, 1, 0, 0, 1, 0, 1, 0, 0),
    bytes(0xff, 0xc0, 0, 11, 8), u16(height), u16(width), bytes(1, 1, 0x11, 0),
    bytes(0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0), bytes(1, 2, 3, 4), bytes(0xff, 0xd9),
  ]);

const webpData = {
  'VP8 ': (width: number, height: number): Buffer => bytes(0, 0, 0, 0x9d, 0x01, 0x2a, width & 255, width >> 8, height & 255, height >> 8),
  VP8L: (width: number, height: number): Buffer => {
    const bits = (width - 1) | ((height - 1) << 14);
    return bytes(0x2f, bits & 255, (bits >> 8) & 255, (bits >> 16) & 255, (bits >>> 24) & 255, 0, 0, 0, 0, 0);
  },
  VP8X: (width: number, height: number): Buffer =>
    bytes(0, 0, 0, 0, (width - 1) & 255, ((width - 1) >> 8) & 255, 0, (height - 1) & 255, ((height - 1) >> 8) & 255, 0),
} as const;

export const webp = (kind: keyof typeof webpData, width: number, height: number): Buffer => {
  const data = webpData[kind](width, height);
  const little = (value: number): Buffer => u32(value).reverse();
  return Buffer.concat([Buffer.from('RIFF'), little(4 + 8 + data.length), Buffer.from(`WEBP${kind}`), little(data.length), data]);
};
