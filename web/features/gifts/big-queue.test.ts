import { expect, test } from 'vitest';
import { BIG_WAITING_MAX, EMPTY_QUEUE, nextTurn, queueWith, type BigQueue } from './big-queue.ts';
import { sent } from './testing/gifts.ts';

const add = (queue: BigQueue, by: string, isOwn = false, count = 1): BigQueue => queueWith(queue, sent(by, 'bridge', 1, count), isOwn).queue;
const order = (queue: BigQueue): string[] => [queue.playing, ...queue.waiting].map((one) => (one ? `${one.author.name} ${one.count}` : '-'));

test('one at a time, in their order, own ones next', () => {
  let queue = ['ann', 'bo', 'cy'].reduce((now, name) => add(now, name), EMPTY_QUEUE);
  queue = add(queue, 'me', true);
  expect(order(queue)).toEqual(['ann 1', 'me 1', 'bo 1', 'cy 1']);
  expect(order(nextTurn(queue))).toEqual(['me 1', 'bo 1', 'cy 1']);
});

test('a combo is one turn: what comes while it plays or waits only counts', () => {
  let queue = add(add(EMPTY_QUEUE, 'ann'), 'bo');
  queue = add(add(queue, 'ann', false, 3), 'bo', false, 5);
  expect(order(queue)).toEqual(['ann 3', 'bo 5']);
  const turns = new Set([queue.playing?.turn, queue.waiting[0]?.turn]);
  expect(turns.size).toBe(2);
});

test('[G2] beyond the places it is handed back for a banner, never dropped; one’s own has a place', () => {
  let queue = Array.from({ length: BIG_WAITING_MAX + 1 }, (_, at) => `n${at}`).reduce((now, name) => add(now, name), EMPTY_QUEUE);
  expect(queueWith(queue, sent('late', 'bridge'), false)).toEqual({ queue, isOver: true });
  queue = add(queue, 'me', true);
  expect(queue.waiting[0]?.author.name).toBe('me');
});
