import { expect, test } from 'vitest';
import { ApiError } from '../../live/http.ts';
import { createHandClock } from '../../live/testing/hand-clock.ts';
import { askUntilAnswered } from './ask-until-answered.ts';

const scene = (answers: (string | Error)[]) => {
  const clock = createHandClock();
  const heard: string[] = [];
  let asked = 0;
  const ask = async (): Promise<string> => {
    const next = answers[asked++] ?? new Error('asked too often');
    if (next instanceof Error) throw next;
    return next;
  };
  return { clock, heard, asked: () => asked, stop: askUntilAnswered(ask, (value) => heard.push(value), clock) };
};
const away = new ApiError('unreachable', '');

test('asks again after a failure that can pass, until there is an answer', async () => {
  const { clock, heard, asked } = scene([away, new ApiError('database_unavailable', ''), 'yes']);
  await clock.advance(60_000);
  expect([heard, asked(), clock.waiting()]).toEqual([['yes'], 3, 0]);
});

test('a refusal is an answer', async () => {
  const { clock, heard, asked } = scene([new ApiError('not_logged_in', '')]);
  await clock.advance(60_000);
  expect([heard, asked(), clock.waiting()]).toEqual([[], 1, 0]);
});

test('who gives up hears nothing more, and asks nothing more', async () => {
  const late = scene(['yes']);
  late.stop();
  const again = scene([away, 'yes']);
  await again.clock.advance(0);
  again.stop();
  for (const { clock } of [late, again]) await clock.advance(60_000);
  expect([late.heard, again.heard, again.asked()]).toEqual([[], [], 1]);
});
