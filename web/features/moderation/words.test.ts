import { expect, test } from 'vitest';
import { FILTER_WORDS_MAX, FILTER_WORD_CHARS_MAX } from '../../../shared/limits.ts';
import { typedWords, wordsFault, wordsOf } from './words.ts';

test('each line is a word or phrase, once, without what is empty', () => {
  expect(wordsOf(' spam \n\nfree coins\r\nspam\n  \n广告')).toEqual(['spam', 'free coins', '广告']);
  expect(wordsOf(typedWords(['one', 'two words']))).toEqual(['one', 'two words']);
});

test('what the server would refuse is known before', () => {
  expect(wordsFault(['fine'])).toBeNull();
  expect(wordsFault(['x'.repeat(FILTER_WORD_CHARS_MAX + 1)])).toBe('too_long');
  expect(wordsFault(Array.from({ length: FILTER_WORDS_MAX + 1 }, (_, at) => `w${at}`))).toBe('too_many');
});
