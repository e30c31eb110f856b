// Finds listed words in what people write, whatever they are dressed as. A list is compiled once, when it changes; a line costs
// microseconds. Latin words count whole (Scunthorpe is a town), Chinese ones anywhere, and `*` at an end lets a word go on.

import AhoCorasick from 'modern-ahocorasick';
import type { WordLists } from '../../../shared/messages/moderation.ts';
import { readingsOf, SIGN, UNPARTED } from './disguises.ts';
import { fold } from './fold.ts';

export type Found = 'blocked' | 'held';
/** Null: none of the words. `blocked` where there are both. */
export type WordFilter = (text: string) => Found | null;

/** What a hit must have at its ends. */
type Word = { readonly found: Found; readonly isOpenBefore: boolean; readonly isOpenAfter: boolean };
type Entry = { readonly pattern: string; readonly data: Word };

/** Phrases this long are also found written as one word; shorter ones make other words (the rapist, therapist). */
const RUN_TOGETHER_LETTERS_MIN = 10;

const ASCII_GAPS = /[^a-z0-9]+/g;
const ASCII_ONLY = /^[ -~]*$/;
const APOSTROPHES = /(?<=\p{L})['’`](?=\p{L})/gu;
const GAPS = new RegExp(`[^${SIGN}]+`, 'gu');
/** A new sentence: what stands on its two sides is no word, not even in Chinese. */
const STOP = /[,!?;:，。！？；：、…\n]/u;
const IS_UNPARTED = new RegExp(`[${UNPARTED}]`, 'u');
/** Korean has spaces, and endings that grow onto words. */
const NEEDS_NO_BORDER = new RegExp(`^[${UNPARTED}\\p{Script=Hangul}]$`, 'u');
const HAS_MARKS = new RegExp(`[^${SIGN}\\s'’\`·-]`, 'u');
const IS_SIGN = new RegExp(`^[${SIGN}]$`, 'u');

const firstOf = (text: string): string => String.fromCodePoint(text.codePointAt(0) ?? 0);
const lastOf = (text: string): string => [...text.slice(-2)].at(-1) ?? '';

/** Only the words, one space between them, none between Chinese ones. */
const wordsOf = (folded: string): string => {
  const line = folded.replace(APOSTROPHES, '');
  if (ASCII_ONLY.test(line)) return line.replace(ASCII_GAPS, ' ').trim();
  return line
    .replace(GAPS, (gap, at: number) => {
      const isInside = IS_UNPARTED.test(lastOf(line.slice(0, at))) || IS_UNPARTED.test(line.slice(at + gap.length, at + gap.length + 2));
      return isInside && !STOP.test(gap) ? '' : ' ';
    })
    .trim();
};

const isBorder = (neighbour: string): boolean => !IS_SIGN.test(neighbour) || NEEDS_NO_BORDER.test(neighbour);
const needsBorder = (edge: string): boolean => IS_SIGN.test(edge) && !NEEDS_NO_BORDER.test(edge);

const stands = (text: string, start: number, end: number, word: Word): boolean => {
  const isFreeBefore = word.isOpenBefore || start === 0 || isBorder(lastOf(text.slice(0, start)));
  return isFreeBefore && (word.isOpenAfter || end === text.length || isBorder(firstOf(text.slice(end, end + 2))));
};

const pairAt = (text: string, at: number): number => text.charCodeAt(at) * 0x1_0000 + (at + 1 < text.length ? text.charCodeAt(at + 1) : 0);

/** Most lines have not even the first two letters of a word, and to know that is cheaper than to search. */
const beginningsOf = (entries: readonly Entry[]): ((text: string) => boolean) => {
  const pairs = new Set(entries.filter(({ pattern }) => pattern.length > 1).map(({ pattern }) => pairAt(pattern, 0)));
  const singles = new Set(entries.filter(({ pattern }) => pattern.length === 1).map(({ pattern }) => pattern.charCodeAt(0)));
  return (text) => {
    for (let at = 0; at < text.length; at += 1) if (pairs.has(pairAt(text, at)) || singles.has(text.charCodeAt(at))) return true;
    return false;
  };
};

const searchIn = (entries: readonly Entry[]): WordFilter => {
  if (entries.length === 0) return () => null;
  const matcher = new AhoCorasick<Word>([...entries]);
  const mayBegin = beginningsOf(entries);
  return (text) => {
    if (!mayBegin(text)) return null;
    let found: Found | null = null;
    for (const { start, end, data } of matcher.iterate(text)) {
      if (!data || data.found === found || !stands(text, start, end, data)) continue;
      if (data.found === 'blocked') return 'blocked';
      found = data.found;
    }
    return found;
  };
};

const compile = (typed: string, found: Found): { plain: Entry[]; marked: Entry[] } => {
  const folded = fold(typed);
  const core = folded.replace(/^\*+|\*+$/g, '').trim();
  const isMarked = HAS_MARKS.test(core);
  const pattern = isMarked ? core : wordsOf(core);
  if (pattern === '') return { plain: [], marked: [] };
  const data: Word = {
    found,
    isOpenBefore: folded.startsWith('*') || !needsBorder(firstOf(pattern)),
    isOpenAfter: folded.endsWith('*') || !needsBorder(lastOf(pattern)),
  };
  if (isMarked) return { plain: [], marked: [{ pattern, data }] };
  const together = pattern.replaceAll(' ', '');
  const isPhrase = together !== pattern && together.length >= RUN_TOGETHER_LETTERS_MIN;
  return { plain: isPhrase ? [{ pattern, data }, { pattern: together, data }] : [{ pattern, data }], marked: [] };
};

const compileAll = (lists: WordLists): { plain: Entry[]; marked: Entry[] } => {
  const compiled = [...lists.blocked.map((word) => compile(word, 'blocked')), ...lists.held.map((word) => compile(word, 'held'))];
  return { plain: compiled.flatMap(({ plain }) => plain), marked: compiled.flatMap(({ marked }) => marked) };
};

type Read = { readonly text: string; readonly folded: string; readonly readings: readonly string[] };
let lastRead: Read | null = null;

/** The operator's filter and the channel's read the same line one after the other, and reading is what costs. */
const read = (text: string): Read => {
  if (lastRead?.text === text) return lastRead;
  const folded = fold(text);
  return (lastRead = { text, folded, readings: [...new Set(readingsOf(folded).map(wordsOf))] });
};

export const createWordFilter = (lists: WordLists): WordFilter => {
  const { plain, marked } = compileAll(lists);
  if (plain.length + marked.length === 0) return () => null;
  const [findWords, findMarked] = [searchIn(plain), searchIn(marked)];
  return (text) => {
    const { folded, readings } = read(text);
    let found = findMarked(folded);
    if (found === 'blocked' || plain.length === 0) return found;
    for (const words of readings) {
      const here = findWords(words);
      if (here === 'blocked') return here;
      found ??= here;
    }
    return found;
  };
};
