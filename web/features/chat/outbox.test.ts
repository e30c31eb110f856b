import { expect, test } from 'vitest';
import type { RequestKey } from '../../../shared/ids.ts';
import type { Params } from '../../../shared/messages.ts';
import { RequestError, type RequestErrorCode } from '../../live/request-error.ts';
import type { Ask } from '../../live/requests.ts';
import { createHandClock } from '../../live/testing/hand-clock.ts';
import { createOutbox, type Outgoing } from './outbox.ts';
import { line } from './testing/lines.ts';

type Asked = Params<'chat.send'> & { readonly answer: () => void; readonly refuse: (code: RequestErrorCode, retryAfterMs?: number) => void };

const setUp = () => {
  const clock = createHandClock();
  const asked: Asked[] = [];
  const said: string[] = [];
  const refused: string[] = [];
  let waiting: readonly Outgoing[] = [];
  let isJoined = true;
  const ask = ((_: string, params: Params<'chat.send'>) =>
    new Promise((resolve, reject) => {
      asked.push({
        ...params,
        answer: () => resolve({ line: line(asked.length, { by: 'me', text: params.text }), isHeld: false }),
        refuse: (code, retryAfterMs) => reject(new RequestError({ code, message: '', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })),
      });
    })) as unknown as Ask;
  const outbox = createOutbox({
    ask, clock, isJoined: () => isJoined,
    changed: (outgoing) => { waiting = outgoing; },
    taken: ({ text }) => said.push(text),
    refused: ({ text }, { code }) => refused.push(`${text}: ${code}`),
  });
  const say = (text: string) => outbox.add({ key: `key-of-${text}` as RequestKey, text, look: { color: 'white', place: 'scroll' }, replyTo: null, seen: null });
  const settle = () => clock.advance(0);
  return {
    clock, outbox, asked, said, refused, say, settle,
    texts: () => waiting.map(({ text, problem, isSaid }) => `${text}${problem ? ` (${problem})` : ''}${isSaid ? ' (said)' : ''}`),
    join: (is: boolean) => { isJoined = is; },
  };
};

test('one line after the other, in the order in which they were written', async () => {
  const { asked, say, said, settle, texts } = setUp();
  for (const text of ['a', 'b', 'c']) say(text);
  expect(asked.map(({ text }) => text)).toEqual(['a']);
  asked[0]?.answer();
  await settle();
  expect(asked.map(({ text }) => text)).toEqual(['a', 'b']);
  expect(texts()).toEqual(['b', 'c']);
  expect(said).toEqual(['a']);
});

test('what a lost connection swallowed is sent again with its key, and before what was written since', async () => {
  const { asked, clock, join, outbox, say, said, settle } = setUp();
  say('a');
  join(false);
  asked[0]?.refuse('unreachable');
  await settle();
  say('b');
  await clock.advance(60_000);
  expect(asked).toHaveLength(1);
  join(true);
  outbox.resume();
  expect(asked[1]).toMatchObject({ text: 'a', key: 'key-of-a' });
  asked[1]?.answer();
  await settle();
  asked[2]?.answer();
  await settle();
  expect(said).toEqual(['a', 'b']);
});

test('a line whose answer was lost but which was heard is not shown twice', async () => {
  const { asked, join, outbox, say, settle, texts } = setUp();
  say('hello  there');
  join(false);
  asked[0]?.refuse('unreachable');
  await settle();
  outbox.heard([line(9, { by: 'me', text: 'hello there' })]);
  expect(texts()).toEqual(['hello  there (said)']);
  join(true);
  outbox.resume();
  asked[1]?.answer();
  await settle();
  expect(texts()).toEqual([]);
});

test('one that goes out too fast waits as long as the server wants', async () => {
  const { asked, clock, say, settle, texts } = setUp();
  say('a');
  asked[0]?.refuse('too_many_requests', 700);
  await settle();
  expect(texts()).toEqual(['a']);
  await clock.advance(699);
  expect(asked).toHaveLength(1);
  await clock.advance(1);
  expect(asked).toHaveLength(2);
});

test('neither a new line nor a connection that is back breaks the wait that the server asked for', async () => {
  const { asked, clock, outbox, say, settle, texts } = setUp();
  say('a');
  for (let round = 0; round < 6; round += 1) {
    asked[round]?.refuse('too_many_requests', 700);
    await settle();
    say(`b${round}`);
    outbox.resume();
    await clock.advance(699);
    expect(asked).toHaveLength(round + 1);
    await clock.advance(1);
  }
  expect(asked.map(({ text }) => text)).toEqual(Array.from({ length: 7 }, () => 'a'));
  expect(texts()[0]).toBe('a');
});

test('a server in trouble is asked some times, and then the author decides', async () => {
  const { asked, clock, say, settle, texts } = setUp();
  say('a');
  for (let round = 0; round < 5; round += 1) {
    asked[round]?.refuse('internal');
    await settle();
    await clock.advance(2_000);
  }
  expect(asked).toHaveLength(5);
  expect(texts()).toEqual(['a (internal)']);
});

test('a refused line keeps its words and holds nothing up; tried again it goes last', async () => {
  const { asked, outbox, refused, say, settle, texts } = setUp();
  say('bad');
  say('b');
  asked[0]?.refuse('word_blocked');
  await settle();
  expect(refused).toEqual(['bad: word_blocked']);
  expect(texts()).toEqual(['bad (word_blocked)', 'b']);
  outbox.retry('key-of-bad' as RequestKey);
  expect(texts()).toEqual(['b', 'bad']);
  asked[1]?.answer();
  await settle();
  expect(asked[2]).toMatchObject({ text: 'bad', key: 'key-of-bad' });
  outbox.discard('key-of-bad' as RequestKey);
  expect(texts()).toEqual([]);
});

test('the same words twice: the second is refused, and is there to be tried again', async () => {
  const { asked, outbox, say, settle, texts } = setUp();
  say('ha');
  outbox.heard([line(9, { by: 'me', text: 'ha' })]);
  asked[0]?.refuse('slow_mode', 5_000);
  await settle();
  expect(texts()).toEqual(['ha (slow_mode)']);
});

test('what waits is bounded', () => {
  const { join, say } = setUp();
  join(false);
  expect(Array.from({ length: 21 }, (_, n) => say(`line ${n}`)).filter(Boolean)).toHaveLength(20);
});
