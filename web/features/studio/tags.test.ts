import { expect, test } from 'vitest';
import { TAG_CHARS_MAX, TAGS_MAX } from '../../../shared/limits.ts';
import { withTags } from './tags.ts';

test('a tag loses its hash and its spare spaces', () => {
  expect(withTags([], '  #lo-fi   beats ')).toEqual(['lo-fi beats']);
  expect(withTags([], '＃围棋')).toEqual(['围棋']);
});

test('several come at once, by any comma', () => {
  expect(withTags(['a'], 'b, c，d、')).toEqual(['a', 'b', 'c', 'd']);
});

test('none twice, whatever its case, and nothing for nothing', () => {
  expect(withTags(['Jazz'], 'jazz')).toEqual(['Jazz']);
  expect(withTags(['Jazz'], ' # ')).toEqual(['Jazz']);
});

test('no more and no longer than the server takes', () => {
  const many = withTags([], 'a,b,c,d,e,f,g');
  expect(many).toHaveLength(TAGS_MAX);
  expect(withTags([], 'x'.repeat(100))[0]).toHaveLength(TAG_CHARS_MAX);
});
