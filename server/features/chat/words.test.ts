import { expect, test } from 'vitest';
import type { RoomId, UserId } from '../../../shared/ids.ts';
import { createHandClock } from '../../lib/clock.ts';
import { excerptOf } from './line.ts';
import type { Room } from './room-book.ts';
import { createRoomLines } from './room-lines.ts';
import { cleanWords, lookFor, mentionsIn } from './words.ts';

const room: Room = { id: 'r' as RoomId, lines: createRoomLines(createHandClock()), pinned: null, isLoaded: true, loading: null };

/** Everybody is here, under an id like their name. */
const mentioned = (text: string): string[] => mentionsIn(text, room, (_, names) => names.map((name) => `id-${name}` as UserId));

test('[C3] nothing visible, or more than fits, is no line', () => {
  expect(cleanWords('  hello \n world ')).toBe('hello world');
  for (const typed of ['   ', '\u200b\u202e\u2066', '\u0000'])
    expect(() => cleanWords(typed)).toThrow(expect.objectContaining({ code: 'bad_request' }) as Error);
  // Composing splits U+0958 into two: 300 become 600.
  expect(() => cleanWords('\u0958'.repeat(300))).toThrow(expect.objectContaining({ code: 'bad_request' }) as Error);
});

test('[C4] an @name is found in all scripts, once, and not inside of an address', () => {
  expect(mentioned('@ada and @BOB, @ada! 你好@张三 (@小-明)')).toEqual(['id-ada', 'id-bob', 'id-张三', 'id-小-明']);
  expect(mentioned('ada@example.org @ @. nobody')).toEqual([]);
  expect(mentioned(Array.from({ length: 50 }, (_, at) => `@u${at}`).join(' '))).toHaveLength(10);
});

test('[C3] the top and bottom of the picture are for those who lead the show', () => {
  const top = { color: 'red', place: 'top' } as const;
  expect(lookFor(top, 'viewer')).toEqual({ color: 'red', place: 'scroll' });
  for (const role of ['host', 'co_host', 'moderator'] as const) expect(lookFor(top, role)).toEqual(top);
});

test('an excerpt does not cut a character in two', () => {
  expect(excerptOf('x'.repeat(79) + '😀')).toBe('x'.repeat(79));
  expect(excerptOf('x'.repeat(78) + '😀')).toBe('x'.repeat(78) + '😀');
});
