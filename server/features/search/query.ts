// What somebody typed as a condition of PostgreSQL's text search (tsquery). Words are beginnings, so that results come while one
// types; all of them must be there. Pure: every word goes through the folding, and is quoted.

import { quoted, SLIP } from './entry.ts';
import { maySlip, pairsOf, queryPieces, withoutOne } from './words.ts';
import type { Piece } from './words.ts';

export type SearchQuery = {
  /** Every word whole. */
  readonly exact: string;
  /** Every word, or one that begins so. */
  readonly begun: string;
  /** The same with one slip in each longer word; null: nothing here is long enough for one. */
  readonly slipped: string | null;
};

const RUN_CHARS_MAX = 12;
const RUN_CHARS_SLIP_MIN = 3;

const all = (conditions: readonly string[]): string => conditions.join(' & ');
const any = (conditions: readonly string[]): string => `(${conditions.join(' | ')})`;

const runIs = (letters: readonly string[]): string => all((letters.length === 1 ? letters : pairsOf(letters)).map(quoted));

const exact = (piece: Piece): string => (piece.is === 'word' ? quoted(piece.text) : runIs(piece.letters.slice(0, RUN_CHARS_MAX)));
const begun = (piece: Piece): string => (piece.is === 'word' ? `${quoted(piece.text)}:*` : exact(piece));

/** Somewhere a wrong character: all others, and the pairs that it is not in. */
const runSlipped = (letters: readonly string[]): string =>
  any(letters.map((_, wrong) => {
    const others = letters.filter((__, at) => at !== wrong);
    const pairs = pairsOf(letters).filter((__, at) => at !== wrong && at !== wrong - 1);
    return `(${all([...new Set([...others, ...pairs])].map(quoted))})`;
  }));

/** One letter too many, too few (also of a word that is only begun), wrong, or two that changed places. */
const wordSlipped = (word: string): string => {
  const shorter = withoutOne(word);
  return any([`${quoted(word)}:*`, `${quoted(SLIP + word)}:*`, ...shorter.flatMap((one) => [quoted(one), quoted(SLIP + one)])]);
};

const slipped = (piece: Piece): string | null => {
  if (piece.is === 'word') return maySlip(piece.text) ? wordSlipped(piece.text) : null;
  const letters = piece.letters.slice(0, RUN_CHARS_MAX);
  return letters.length >= RUN_CHARS_SLIP_MIN ? runSlipped(letters) : null;
};

/** Null: there is nothing to search for. */
export const searchQueryOf = (typed: string): SearchQuery | null => {
  const pieces = queryPieces(typed);
  if (pieces.length === 0) return null;
  const withSlips = pieces.map(slipped);
  return {
    exact: all(pieces.map(exact)),
    begun: all(pieces.map(begun)),
    slipped: withSlips.every((one) => one === null) ? null : all(pieces.map((piece, at) => withSlips[at] ?? begun(piece))),
  };
};
