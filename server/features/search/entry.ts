// The words under which a channel is found, as PostgreSQL's text search takes them: `'tea':1A '~te'`. A for names and titles, B for
// tags, nothing for what a channel says about itself and for names with a letter left out, by which slips are found. Pure.

import { maySlip, pairsOf, piecesOf, withoutOne } from './words.ts';

export type Described = {
  readonly handle: string;
  readonly displayName: string;
  readonly about: string;
  /** What is on air for everybody; null: nothing. */
  readonly live: { readonly title: string; readonly tags: readonly string[] } | null;
};

type Weight = 'A' | 'B' | 'C' | 'D';

const ABOUT_PIECES_MAX = 120;
/** Far below the megabyte that PostgreSQL allows, and far above what a person writes. */
const WORDS_MAX = 2_000;
/** In front of a word with a letter left out; no word has it. */
export const SLIP = '~';

/** `MorningTea_live` is also `Morning Tea live`. */
const spacedOut = (handle: string): string => handle.replaceAll('_', ' ').replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');

export const quoted = (word: string): string => `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

export type Words = {
  /** All of them. */
  readonly words: string;
  /** Those of names, titles and tags, with their weight. */
  readonly names: string;
};

export const wordsOf = ({ handle, displayName, about, live }: Described): Words => {
  const words = new Map<string, Weight>();
  const put = (word: string, weight: Weight): void => {
    const known = words.get(word);
    if ((known === undefined && words.size < WORDS_MAX) || (known !== undefined && weight < known)) words.set(word, weight);
  };
  const take = (text: string, weight: Weight, piecesMax = Number.POSITIVE_INFINITY): void => {
    for (const piece of piecesOf(text).slice(0, piecesMax)) {
      if (piece.is === 'run') [...piece.letters, ...pairsOf(piece.letters)].forEach((gram) => put(gram, weight));
      else {
        put(piece.text, weight);
        if (weight < 'C' && maySlip(piece.text)) withoutOne(piece.text).forEach((slip) => put(SLIP + slip, 'D'));
      }
    }
  };
  for (const name of [displayName, handle.replaceAll('_', ''), spacedOut(handle), live?.title ?? '']) take(name, 'A');
  for (const tag of live?.tags ?? []) take(tag, 'B');
  take(about, 'C', ABOUT_PIECES_MAX);
  return {
    words: [...words.keys()].map(quoted).join(' '),
    names: [...words].flatMap(([word, weight]) => (weight < 'C' ? [`${quoted(word)}:1${weight}`] : [])).join(' '),
  };
};
