import { expect, test } from 'vitest';
import type { ChatLine } from '../../../shared/messages/chat.ts';
import { fact, line, lineIdOf, lines, replyTo, userIdOf } from './testing/lines.ts';
import {
  cleared, deleted, edited, joinedWith, NEWEST_MAX, olderCame, pinnedIn, readBack, READING_MAX, readNewest, restored, said, shownIn, SILENCE, type Talk,
} from './talk.ts';

const me = userIdOf('me');
const numbersIn = (talk: Talk): number[] => shownIn(talk).lines.map(({ lineId }) => Number(lineId.slice(1)));
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const after = (...changes: ((talk: Talk) => Talk)[]): Talk => changes.reduce((talk, change) => change(talk), SILENCE);
const hear = (...more: ChatLine[]) => (talk: Talk): Talk => said(talk, more, me);
const join = (from: number, to: number) => (talk: Talk): Talk => joinedWith(talk, { lines: lines(from, to), pinned: null });

test('lines stand in the order of their ids, each once, however they come', () => {
  const talk = after(join(1, 3), hear(line(5), fact(6)), hear(line(4), line(5)), hear(line(2, { text: 'new words' })));
  expect(numbersIn(talk)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(shownIn(talk).lines[1]).toMatchObject({ text: 'new words' });
});

test('who follows the talk has the newest lines, and knows that there are older ones', () => {
  const talk = after(join(1, 50), hear(...lines(51, 300)));
  expect(numbersIn(talk)).toEqual(range(300 - NEWEST_MAX + 1, 300));
  expect(shownIn(talk).hasOlder).toBe(true);
});

test('a short snapshot is all there is, a full one is not', () => {
  expect(shownIn(after(join(1, 99))).hasOlder).toBe(false);
  expect(shownIn(after(join(1, 100))).hasOlder).toBe(true);
});

test('while one reads back nothing leaves the list, new lines of others are counted, and the way back leads to the newest', () => {
  const reading = after(join(1, 100), hear(...lines(101, 200)), readBack, hear(...lines(201, 300)), hear(line(301, { by: 'me' })));
  expect(numbersIn(reading)).toEqual(range(1, 301));
  expect(reading.unseen).toBe(100);
  const back = readNewest(reading);
  expect(numbersIn(back)).toEqual(range(102, 301));
  expect(back.unseen).toBe(0);
});

test('what is too much while one reads back waits, without a hole, until they return', () => {
  const reading = after(join(1, 100), readBack, hear(...lines(101, 900)));
  expect(numbersIn(reading)).toEqual(range(1, READING_MAX));
  expect(shownIn(reading).hasNewer).toBe(true);
  expect(numbersIn(said(reading, [line(901)], me))).toEqual(range(1, READING_MAX));
  expect(numbersIn(readNewest(reading))).toEqual(range(701, 900));
});

test('a page of history goes before what is shown, and pushes the newest out when there is too much', () => {
  const short = after(join(101, 200), (talk) => olderCame(talk, lines(51, 100), true));
  expect(numbersIn(short)).toEqual(range(51, 200));
  expect(shownIn(short)).toMatchObject({ hasOlder: true, hasNewer: false });
  const long = after(join(901, 1000), hear(...lines(1001, 1100)), readBack, hear(...lines(1101, 1300)), (talk) => olderCame(talk, lines(701, 900), false));
  expect(numbersIn(long)).toEqual(range(701, 1200));
  expect(shownIn(long)).toMatchObject({ hasOlder: false, hasNewer: true });
});

test('an edited line changes where it stands, also while one reads back and where it is pinned', () => {
  const pinned = line(2);
  const talk = after(join(1, 3), (one) => pinnedIn(one, pinned), readBack, (one) => edited(one, line(2, { text: 'better', editedAtMs: 5 })));
  expect(shownIn(talk).lines[1]).toMatchObject({ text: 'better' });
  expect(readNewest(talk).newest.lines[1]).toMatchObject({ text: 'better' });
  expect(talk.pinned?.text).toBe('better');
  expect(edited(talk, line(77))).toEqual(talk);
});

test('a deleted line goes everywhere, and its words go from the answers to it', () => {
  const answer = line(4, { replyTo: replyTo(2) });
  const talk = after(join(1, 3), hear(answer), (one) => pinnedIn(one, line(2)), readBack, (one) => deleted(one, [lineIdOf(2)]));
  for (const one of [talk, readNewest(talk)]) {
    expect(numbersIn(one)).toEqual([1, 3, 4]);
    expect(shownIn(one).lines.at(-1)).toMatchObject({ replyTo: null });
  }
  expect(talk.pinned).toBeNull();
});

test('a banned person’s lines go, and come back to their places', () => {
  const bobs = [line(2, { by: 'bob' }), line(5, { by: 'bob' })];
  const full = after(hear(line(1), bobs[0] ?? line(2), line(3, { replyTo: replyTo(2, 'bob') }), line(4), bobs[1] ?? line(5)));
  const gone = cleared(full, userIdOf('bob'));
  expect(numbersIn(gone)).toEqual([1, 3, 4]);
  expect(shownIn(gone).lines[1]).toMatchObject({ replyTo: null });
  expect(numbersIn(restored(gone, bobs))).toEqual([1, 2, 3, 4, 5]);
});

test('lines that come back from before or after what is shown are left to it', () => {
  const reading = after(join(101, 200), readBack, hear(...lines(201, 900)));
  const back = restored(reading, [line(50), line(150, { text: 'back' }), line(850)]);
  expect(numbersIn(back)).toEqual(range(101, 600));
});

test('a fresh snapshot replaces everything: nothing is lost, doubled or out of order', () => {
  const before = after(join(1, 100), hear(...lines(101, 150)));
  const talk = join(91, 190)(before);
  expect(numbersIn(talk)).toEqual(range(91, 190));
  expect(numbersIn(said(talk, lines(185, 195), me))).toEqual(range(91, 195));
});

test('who reads back goes on doing so after a fresh snapshot, as far as it reaches', () => {
  const talk = join(91, 190)(after(join(1, 100), readBack));
  expect(talk.reading).not.toBeNull();
  expect(numbersIn(talk)).toEqual(range(91, 190));
});

test('missed events one after the other are the same as having been there', () => {
  const facts: ((talk: Talk) => Talk)[] = [
    hear(line(4), line(5)), (talk) => deleted(talk, [lineIdOf(4)]), (talk) => edited(talk, line(5, { text: 'x' })), hear(line(6)),
    (talk) => cleared(talk, userIdOf('bob')), hear(line(7, { by: 'bob' })),
  ];
  const away = after(join(1, 3), hear(line(3)), ...facts);
  expect(away).toEqual(after(join(1, 3), ...facts));
  expect(numbersIn(away)).toEqual([1, 2, 3, 5, 6, 7]);
});
