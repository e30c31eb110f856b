// A list of words as people type it, one in a line, and as the contract wants it. Pure.

import { FILTER_WORDS_MAX, FILTER_WORD_CHARS_MAX } from '../../../shared/limits.ts';

export const typedWords = (words: readonly string[]): string => words.join('\n');

/** Each word once, without what is empty. */
export const wordsOf = (typed: string): string[] => [...new Set(typed.split('\n').map((word) => word.trim()).filter((word) => word !== ''))];

/** What the server would refuse, to say it before. */
export const wordsFault = (words: readonly string[]): 'too_many' | 'too_long' | null => {
  if (words.length > FILTER_WORDS_MAX) return 'too_many';
  return words.some((word) => word.length > FILTER_WORD_CHARS_MAX) ? 'too_long' : null;
};
