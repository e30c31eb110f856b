import { expect, test } from 'vitest';
import { AppError } from './app-error.ts';
import { createHandClock } from './clock.ts';
import { createLastKnown } from './last-known.ts';

const setUp = (keysMax = 3) => {
  const clock = createHandClock();
  const asked: string[] = [];
  let answer: (key: string) => Promise<string | null> = async (key) => key.toUpperCase();
  const known = createLastKnown<string>({ clock, keysMax, freshMs: 1_000, load: (key) => (asked.push(key), answer(key)) });
  return { clock, asked, known, answerWith: (it: typeof answer) => (answer = it) };
};

test('asks again only when the answer is old', async () => {
  const { clock, asked, known } = setUp();
  expect([await known.get('a'), await known.get('a')]).toEqual(['A', 'A']);
  expect(asked).toEqual(['a']);
  clock.advance(1_000);
  await known.get('a');
  expect(asked).toEqual(['a', 'a']);
});

test('many who ask at once are one question', async () => {
  const { asked, known } = setUp();
  expect(await Promise.all(['a', 'a', 'a'].map((key) => known.get(key)))).toEqual(['A', 'A', 'A']);
  expect(asked).toEqual(['a']);
});

test('while the database is away the last answer stands; other faults and unknown keys are told', async () => {
  const { clock, known, answerWith } = setUp();
  await known.get('a');
  clock.advance(60_000);
  answerWith(() => Promise.reject(new AppError('database_unavailable')));
  expect(await known.get('a')).toBe('A');
  await expect(known.get('b')).rejects.toMatchObject({ code: 'database_unavailable' });
  answerWith(() => Promise.reject(new Error('bug')));
  await expect(known.get('a')).rejects.toThrow('bug');
});

test('"there is none" is not kept, and wipes out what was known', async () => {
  const { clock, asked, known, answerWith } = setUp();
  await known.get('a');
  clock.advance(1_000);
  answerWith(async () => null);
  expect([await known.get('a'), await known.get('a')]).toEqual([null, null]);
  expect(asked).toHaveLength(3);
});

test('what is forgotten during a look-up is not put back by it', async () => {
  const { asked, known, answerWith } = setUp();
  let finish: (value: string) => void = () => undefined;
  answerWith(() => new Promise((resolve) => (finish = resolve)));
  const early = known.get('a');
  known.forget('a');
  finish('old');
  expect(await early).toBe('old');
  answerWith(async () => 'new');
  expect(await known.get('a')).toBe('new');
  known.forgetWhere((value) => value === 'new');
  await known.get('a');
  expect(asked).toHaveLength(3);
});

test('keeps no more keys than told, and drops the longest unused', async () => {
  const { asked, known } = setUp(2);
  for (const key of ['a', 'b', 'a', 'c']) await known.get(key);
  expect(asked).toEqual(['a', 'b', 'c']);
  await known.get('a');
  expect(asked).toEqual(['a', 'b', 'c']);
  await known.get('b');
  expect(asked).toEqual(['a', 'b', 'c', 'b']);
});
