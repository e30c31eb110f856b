// What a user may be called. Two names that look alike to a person count as the same (the skeletons of Unicode TR 39), so a
// name cannot be borrowed with a Cyrillic letter, and scripts are not mixed but where people mix them. Lower case only:
// that settles capital I against small l, and the display name is there for the rest.

import unhomoglyph from 'unhomoglyph';
import { NAME_CHARS_MAX, NAME_CHARS_MIN } from '../../../shared/limits.ts';
import { RESERVED_WORDS } from '../../../shared/reserved-words.ts';
import { AppError } from '../../lib/app-error.ts';

export type CheckedName = { readonly name: string; readonly key: string };

/** As the column holds. */
const NAME_KEY_CHARS_MAX = 400;

/** The recommended scripts of UAX 31. */
const SCRIPTS = [
  'Latin', 'Greek', 'Cyrillic', 'Armenian', 'Georgian', 'Hebrew', 'Arabic', 'Thaana', 'Ethiopic', 'Devanagari', 'Bengali',
  'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Thai', 'Lao', 'Tibetan', 'Myanmar',
  'Khmer',
];
/** TR 39's "highly restrictive" level: what Chinese, Japanese and Korean writers use together. */
const MIXTURES = [['Latin', 'Han', 'Hiragana', 'Katakana'], ['Latin', 'Han', 'Bopomofo'], ['Latin', 'Han', 'Hangul']];

const writtenIn = (scripts: readonly string[]): RegExp =>
  new RegExp(`^[${scripts.map((script) => `\\p{Script_Extensions=${script}}`).join('')}\\p{Script=Inherited}]*$`, 'u');
const ALLOWED = [...SCRIPTS.map((script) => [script]), ...MIXTURES].map(writtenIn);

/** Letters and marks of any script, ASCII digits, and single . _ - between them. */
const SHAPE = /^(?:\p{L}\p{M}*|[0-9])+(?:[._-](?:\p{L}\p{M}*|[0-9])+)*$/u;
/** Invisible letters; letters of no script, but the long mark of kana; marks that enclose; three marks on a letter. */
const REFUSED = /\p{Default_Ignorable_Code_Point}|(?=\p{Script=Common})[^ー0-9._-]|\p{Me}|\p{M}{3}/u;

/** What the name looks like. Folding comes before (it knows ß and ς) and after (a skeleton may have capitals: 0 is O). */
const skeleton = (name: string): string => {
  const folded = name.toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return unhomoglyph(unhomoglyph(folded.normalize('NFD')).normalize('NFD').toLowerCase());
};

/** For the reserved words we are stricter: no separators, and 1, l and i are one. */
const looseKey = (key: string): string => key.replace(/[._-]/g, '').replaceAll('l', 'i');
const RESERVED = new Set(RESERVED_WORDS.map((word) => looseKey(skeleton(word))));

const normalise = (typed: string): string => typed.toWellFormed().normalize('NFKC').trim().toLowerCase().normalize('NFKC');

/** For a new account. Throws `name_invalid`, `name_confusing` or `name_taken` (reserved). */
export const checkName = (typed: string): CheckedName => {
  const name = normalise(typed);
  const length = [...name].length;
  if (length < NAME_CHARS_MIN || length > NAME_CHARS_MAX || !SHAPE.test(name) || REFUSED.test(name)) throw new AppError('name_invalid');
  const letters = name.replace(/[0-9._-]/g, '');
  if (!ALLOWED.some((scripts) => scripts.test(letters))) throw new AppError('name_confusing', 'mixed scripts');
  const key = skeleton(name);
  if (RESERVED.has(looseKey(key))) throw new AppError('name_taken', 'reserved');
  return { name, key };
};

/** What any name looks like, a display name too: letters and digits alone, and 1, l and i are one. Two that look alike to a person are equal. */
export const lookOf = (typed: string): string => skeleton(normalise(typed)).replace(/[^\p{L}\p{N}]/gu, '').replaceAll('l', 'i') || typed;

/**
 * For logging in: whom the typed name means, whatever it is. No name has more (some signs unfold to 18 letters), nor the
 * zero byte, which PostgreSQL takes in no text.
 */
export const nameKeyOf = (typed: string): string => skeleton(normalise(typed)).replaceAll('\0', '').slice(0, NAME_KEY_CHARS_MAX);
