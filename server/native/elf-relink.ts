// Edits an ELF image so that it loads on a glibc older than 2.38, in place and without moving a byte.
// Compilers on newer systems turn sscanf, strtol and strtoul into C23 aliases (__isoc23_sscanf ...) that only glibc 2.38
// has. The plain functions differ just in not reading "0b101" as binary. So: the symbol's name starts 9 bytes later in
// the string table, its version becomes the architecture's oldest one, and the need for GLIBC_2.38 becomes weak.
// Knows ELF64 little-endian (x64, arm64) and nothing of what the image is for.

const ALIAS_PREFIX = '__isoc23_';
const PLAIN_FUNCTIONS = new Set(['sscanf', 'strtol', 'strtoul', 'strtoll', 'strtoull']);
const TOO_NEW = 'GLIBC_2.38';
/** The first version of glibc's ABI on each architecture (by ELF machine number); every plain function carries it. */
const OLDEST = new Map([
  [62, 'GLIBC_2.2.5'], // x64
  [183, 'GLIBC_2.17'], // arm64
]);
const WEAK_NEED = 0x2;
const SECTION_DYNSYM = 11;
const SECTION_VERNEED = 0x6ffffffe;
const SECTION_VERSYM = 0x6fffffff;
const SYMBOL_BYTES = 24;

type Section = { type: number; offset: number; size: number; link: number };
type VersionNeed = { name: string; index: number; flagsAt: number };

export class NotRelinkable extends Error {}

/** Relinks `image` in place. Returns the names it replaced; an empty list means that nothing was left to do. */
export function relinkForOlderGlibc(image: Buffer): string[] {
  const sections = readSections(image);
  const symbols = only(sections, SECTION_DYNSYM);
  const versions = only(sections, SECTION_VERSYM);
  const strings = sections[symbols.link];
  if (!strings) throw new NotRelinkable('its symbol table names no string table');

  const needs = readLibcNeeds(image, only(sections, SECTION_VERNEED), strings);
  const tooNew = needs.find((need) => need.name === TOO_NEW);
  if (!tooNew) return [];
  const oldest = needs.find((need) => need.name === OLDEST.get(image.readUInt16LE(0x12)));
  if (!oldest) throw new NotRelinkable('it uses no function of the oldest glibc version');

  const edits: { name: string; symbolAt: number; nameAt: number; versionAt: number }[] = [];
  for (let i = 0; i * SYMBOL_BYTES < symbols.size; i++) {
    const versionAt = versions.offset + i * 2;
    if ((image.readUInt16LE(versionAt) & 0x7fff) !== tooNew.index) continue;
    const symbolAt = symbols.offset + i * SYMBOL_BYTES;
    const nameAt = image.readUInt32LE(symbolAt);
    const name = readString(image, strings.offset + nameAt);
    // All or nothing: with one unknown symbol left the image would load and then call address zero.
    if (!name.startsWith(ALIAS_PREFIX) || !PLAIN_FUNCTIONS.has(name.slice(ALIAS_PREFIX.length)))
      throw new NotRelinkable(`it needs ${name} of ${TOO_NEW}, which has no older twin`);
    edits.push({ name, symbolAt, nameAt, versionAt });
  }
  for (const edit of edits) {
    image.writeUInt32LE(edit.nameAt + ALIAS_PREFIX.length, edit.symbolAt);
    image.writeUInt16LE(oldest.index, edit.versionAt);
  }
  image.writeUInt16LE(image.readUInt16LE(tooNew.flagsAt) | WEAK_NEED, tooNew.flagsAt);
  return edits.map((edit) => edit.name);
}

function readSections(image: Buffer): Section[] {
  const elf64LittleEndian = image.length > 64 && image.readUInt32BE(0) === 0x7f454c46 && image.readUInt16BE(4) === 0x0201;
  if (!elf64LittleEndian) throw new NotRelinkable('it is no 64-bit little-endian ELF file');
  const tableAt = Number(image.readBigUInt64LE(0x28));
  const entryBytes = image.readUInt16LE(0x3a);
  const count = image.readUInt16LE(0x3c);
  if (tableAt === 0 || tableAt + count * entryBytes > image.length) throw new NotRelinkable('its section table is missing');
  return Array.from({ length: count }, (_, i) => {
    const at = tableAt + i * entryBytes;
    return {
      type: image.readUInt32LE(at + 4),
      offset: Number(image.readBigUInt64LE(at + 0x18)),
      size: Number(image.readBigUInt64LE(at + 0x20)),
      link: image.readUInt32LE(at + 0x28),
    };
  });
}

function only(sections: Section[], type: number): Section {
  const section = sections.find((candidate) => candidate.type === type);
  if (!section) throw new NotRelinkable(`it has no section of type 0x${type.toString(16)}`);
  return section;
}

/** The version needs are two nested linked lists: libraries, and in each the versions wanted of it. */
function readLibcNeeds(image: Buffer, section: Section, strings: Section): VersionNeed[] {
  const found: VersionNeed[] = [];
  for (let at = section.offset, next = -1; next !== 0; at += next) {
    const library = readString(image, strings.offset + image.readUInt32LE(at + 4));
    next = image.readUInt32LE(at + 12);
    if (!library.startsWith('libc.so')) continue;
    for (let version = at + image.readUInt32LE(at + 8), following = -1; following !== 0; version += following) {
      following = image.readUInt32LE(version + 12);
      const name = readString(image, strings.offset + image.readUInt32LE(version + 8));
      found.push({ name, index: image.readUInt16LE(version + 6) & 0x7fff, flagsAt: version + 4 });
    }
  }
  return found;
}

function readString(image: Buffer, at: number): string {
  const end = image.indexOf(0, at);
  if (end < 0) throw new NotRelinkable('its string table has no end');
  return image.toString('latin1', at, end);
}
