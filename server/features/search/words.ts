// What is compared when people search: letters without case, accents, width and script of Chinese; Latin-like words whole, and
// scripts without spaces as single characters and pairs. Pure. The same on both sides, so whatever it confuses, it confuses twice.

import { Converter } from 'opencc-js/t2cn';
import { SEARCH_CHARS_MAX, SEARCH_WORDS_MAX } from '../../../shared/limits.ts';

/** One piece of text: a word, or a run of characters of a script without spaces. */
export type Piece = { readonly is: 'word'; readonly text: string } | { readonly is: 'run'; readonly letters: readonly string[] };

const WORD_CHARS_MAX = 40;
const PIECES = /[\p{L}\p{N}\p{M}]+/gu;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}ー々]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}ー々]+/gu;
const IS_UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}ー々]/u;
const HAN = /\p{Script=Han}/u;
/** Accents of Latin, Greek and Cyrillic; the marks of other scripts make other letters. */
const ACCENTS = /[\u0300-\u036f]/g;

/** Its table takes a few milliseconds, so it is made when the first Chinese text comes. */
let simplified: ((text: string) => string) | null = null;
const simplify = (text: string): string => (HAN.test(text) ? (simplified ??= Converter({ from: 't', to: 'cn' }))(text) : text);

/** `Café ＬＩＶＥ 電競` becomes `cafe live 电竞`. */
export const fold = (text: string): string =>
  simplify(text.toWellFormed().normalize('NFKD').replace(ACCENTS, '').normalize('NFKC').toLowerCase().replaceAll('ß', 'ss'));

/** In their order. */
export const piecesOf = (text: string): Piece[] =>
  (fold(text).match(PIECES) ?? [])
    .flatMap((part) => part.match(UNSPACED) ?? [])
    .map((part): Piece => (IS_UNSPACED.test(part) ? { is: 'run', letters: [...part] } : { is: 'word', text: [...part].slice(0, WORD_CHARS_MAX).join('') }));

/** Of what somebody typed; what is beyond the limits is not looked at. */
export const queryPieces = (typed: string): Piece[] =>
  piecesOf([...typed.slice(0, 2 * SEARCH_CHARS_MAX)].slice(0, SEARCH_CHARS_MAX).join('')).slice(0, SEARCH_WORDS_MAX);

export const pairsOf = (letters: readonly string[]): string[] => letters.slice(1).map((letter, at) => `${letters[at] ?? ''}${letter}`);

const SLIP_CHARS_MIN = 4; // a shorter word with one letter less is any word
const SLIP_CHARS_MAX = 20;
export const maySlip = (word: string): boolean => word.length >= SLIP_CHARS_MIN && word.length <= SLIP_CHARS_MAX;

/** The word without each of its letters in turn: two words that differ by one slip have one of these, or the word itself, in common. */
export const withoutOne = (word: string): string[] => {
  const letters = [...word];
  return [...new Set(letters.map((_, at) => letters.filter((__, other) => other !== at).join('')))];
};
