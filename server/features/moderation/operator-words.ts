// The operator's word lists: text files under DATA_DIR/words that hold in every room. Made with a few lines at the first start,
// read again when they change. A fault in a file is logged and costs its words, never the server.

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FILTER_WORD_CHARS_MAX } from '../../../shared/limits.ts';
import type { WordLists } from '../../../shared/messages/moderation.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { STARTER_FILES, WORD_FILES } from './starter-words.ts';
import type { WordFile } from './starter-words.ts';
import { createWordFilter } from './word-filter.ts';
import type { Found, WordFilter } from './word-filter.ts';

const LOOK_EVERY_MS = 3_000;
const FILE_BYTES_MAX = 1024 * 1024;
const WORDS_PER_FILE_MAX = 10_000;

/** Words of one file; too long ones are left out. */
export const wordsIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && line.length <= FILTER_WORD_CHARS_MAX)
    .slice(0, WORDS_PER_FILE_MAX);

export const createOperatorWords = (deps: { readonly clock: Clock; readonly log: Log; readonly dataDir: string }) => {
  const folder = join(deps.dataDir, 'words');
  const known = new Map<WordFile, { readonly stamp: string; readonly words: readonly string[] }>();
  let filter: WordFilter = () => null;

  const write = (): void => {
    mkdirSync(folder, { recursive: true });
    for (const file of WORD_FILES) {
      try {
        writeFileSync(join(folder, file), STARTER_FILES[file], { flag: 'wx' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  };
  /** True if the file says something else than before. Local, small and seldom, so it may be read at once. */
  const read = (file: WordFile): boolean => {
    const path = join(folder, file);
    const { mtimeMs, size, ino } = statSync(path);
    const stamp = `${mtimeMs} ${size} ${ino}`;
    if (known.get(file)?.stamp === stamp) return false;
    const isTooLarge = size > FILE_BYTES_MAX;
    if (isTooLarge) deps.log.error({ file, bytes: size }, 'word list too large');
    known.set(file, { stamp, words: isTooLarge ? [] : wordsIn(readFileSync(path, 'utf8')) });
    return true;
  };
  const readOrForget = (file: WordFile): boolean => {
    try {
      return read(file);
    } catch (error) {
      if (!known.has(file)) return false;
      deps.log.warn({ err: error, file }, 'word list not readable');
      return known.delete(file);
    }
  };
  const listOf = (found: Found): string[] => WORD_FILES.filter((file) => file.startsWith(found)).flatMap((file) => known.get(file)?.words ?? []);
  const look = (): void => {
    const changed = WORD_FILES.filter(readOrForget);
    if (changed.length === 0) return;
    const lists: WordLists = { blocked: listOf('blocked'), held: listOf('held') };
    filter = createWordFilter(lists);
    deps.log.info({ blocked: lists.blocked.length, held: lists.held.length }, 'word lists read');
  };

  try {
    write();
  } catch (error) {
    deps.log.warn({ err: error, folder }, 'word lists not written');
  }
  look();
  const stop = deps.clock.every(LOOK_EVERY_MS, look);

  const find: WordFilter = (text) => filter(text);
  return { find, close: stop };
};

export type OperatorWords = ReturnType<typeof createOperatorWords>;
