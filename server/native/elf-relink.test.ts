// On copies of the real binaries, for both architectures: this is what the set-up edits on people's machines.
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { NotRelinkable, relinkForOlderGlibc } from './elf-relink.ts';

const folder = dirname(createRequire(import.meta.url).resolve('uWebSockets.js'));
const linuxBinaries = readdirSync(folder).filter((name) => /^uws_linux_(x64|arm64)_\d+\.node$/.test(name));

test('the package has linux binaries for both architectures', () => {
  expect(linuxBinaries.some((name) => name.includes('_x64_'))).toBe(true);
  expect(linuxBinaries.some((name) => name.includes('_arm64_'))).toBe(true);
});

test.each(linuxBinaries)('%s ends with nothing that only glibc 2.38 has, and a second pass changes nothing', (name) => {
  const image = readFileSync(join(folder, name));
  relinkForOlderGlibc(image);
  const once = Buffer.from(image);
  expect(relinkForOlderGlibc(image)).toEqual([]);
  expect(image.equals(once)).toBe(true);
});

test('the relinked binary loads here', () => {
  const name = `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
  const image = readFileSync(join(folder, name));
  relinkForOlderGlibc(image);
  const scratch = mkdtempSync(join(tmpdir(), 'qiao-relink-'));
  try {
    const copy = join(scratch, name);
    writeFileSync(copy, image);
    const seen = execFileSync(process.execPath, ['-p', `typeof require(${JSON.stringify(copy)}).App`], { encoding: 'utf8' });
    expect(seen.trim()).toBe('function');
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

test('a file that is no ELF image is refused, untouched', () => {
  const text = Buffer.from('#!/bin/sh\necho not a binary\n'.repeat(10));
  const before = Buffer.from(text);
  expect(() => relinkForOlderGlibc(text)).toThrow(NotRelinkable);
  expect(text.equals(before)).toBe(true);
});

test('a symbol without an older twin is refused before anything is written', () => {
  const { image, nameAt } = imageNeeding('__isoc23_sscanf', 'strlcpy');
  const before = Buffer.from(image);
  expect(() => relinkForOlderGlibc(image)).toThrow('strlcpy');
  expect(image.equals(before)).toBe(true);
  expect(nameAt).toBeGreaterThan(0);
});

test('each symbol of glibc 2.38 gets its plain name and the oldest version, and the need becomes weak', () => {
  const { image, nameAt, versionsAt, flagsAt } = imageNeeding('__isoc23_strtol');
  expect(relinkForOlderGlibc(image)).toEqual(['__isoc23_strtol']);
  const start = nameAt + image.readUInt32LE(64 + 24);
  expect(image.toString('latin1', start, image.indexOf(0, start))).toBe('strtol');
  expect(image.readUInt16LE(versionsAt + 2)).toBe(2);
  expect(image.readUInt16LE(flagsAt) & 2).toBe(2);
});

/** The smallest ELF image with these functions wanted of GLIBC_2.38 (version 3), beside GLIBC_2.2.5 (version 2), for x64. */
function imageNeeding(...names: string[]) {
  const strings = ['', 'libc.so.6', 'GLIBC_2.2.5', 'GLIBC_2.38', ...names];
  const stringAt = new Map<string, number>();
  let stringBytes = 0;
  for (const text of strings) {
    stringAt.set(text, stringBytes);
    stringBytes += text.length + 1;
  }
  const symbolBytes = 24 * (names.length + 1);
  const versionsAt = 64 + symbolBytes;
  const needsAt = versionsAt + 2 * (names.length + 1);
  const nameAt = needsAt + 48;
  const tableAt = nameAt + stringBytes;
  const image = Buffer.alloc(tableAt + 4 * 64);
  image.writeUInt32BE(0x7f454c46, 0);
  image.writeUInt16BE(0x0201, 4);
  image.writeUInt16LE(62, 0x12);
  image.writeBigUInt64LE(BigInt(tableAt), 0x28);
  image.writeUInt16LE(64, 0x3a);
  image.writeUInt16LE(4, 0x3c);
  names.forEach((name, i) => {
    image.writeUInt32LE(stringAt.get(name) ?? 0, 64 + 24 * (i + 1));
    image.writeUInt16LE(3, versionsAt + 2 * (i + 1));
  });
  image.writeUInt16LE(2, needsAt + 2);
  image.writeUInt32LE(stringAt.get('libc.so.6') ?? 0, needsAt + 4);
  image.writeUInt32LE(16, needsAt + 8);
  for (const [i, version] of ['GLIBC_2.2.5', 'GLIBC_2.38'].entries()) {
    const at = needsAt + 16 + 16 * i;
    image.writeUInt16LE(2 + i, at + 6);
    image.writeUInt32LE(stringAt.get(version) ?? 0, at + 8);
    image.writeUInt32LE(i === 0 ? 16 : 0, at + 12);
  }
  image.write(strings.join('\0') + '\0', nameAt, 'latin1');
  const sections = [
    [3, nameAt, stringBytes, 0],
    [11, 64, symbolBytes, 0],
    [0x6fffffff, versionsAt, 2 * (names.length + 1), 0],
    [0x6ffffffe, needsAt, 48, 0],
  ] as const;
  sections.forEach(([type, offset, size, link], i) => {
    const at = tableAt + 64 * i;
    image.writeUInt32LE(type, at + 4);
    image.writeBigUInt64LE(BigInt(offset), at + 0x18);
    image.writeBigUInt64LE(BigInt(size), at + 0x20);
    image.writeUInt32LE(link, at + 0x28);
  });
  return { image, nameAt, versionsAt, flagsAt: needsAt + 32 + 4 };
}
