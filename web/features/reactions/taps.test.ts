import { expect, test } from 'vitest';
import type { Reaction } from '../../../shared/messages/reactions.ts';
import { createTaps } from './taps.ts';

const setUp = (answer: () => Promise<unknown> = () => Promise.resolve()) => {
  let nowMs = 0;
  let timers: { atMs: number; fn: () => void }[] = [];
  const sent: [number, Reaction, number][] = [];
  const taps = createTaps({
    clock: {
      nowMs: () => nowMs,
      after: (delayMs, fn) => {
        const timer = { atMs: nowMs + delayMs, fn };
        timers.push(timer);
        return () => { timers = timers.filter((one) => one !== timer); };
      },
    },
    send: (reaction, count) => {
      sent.push([nowMs, reaction, count]);
      return answer();
    },
  });
  const goTo = (toMs: number): void => {
    for (let due = timers.find(({ atMs }) => atMs <= toMs); due; due = timers.find(({ atMs }) => atMs <= toMs)) {
      const one = due;
      timers = timers.filter((other) => other !== one);
      nowMs = one.atMs;
      one.fn();
    }
    nowMs = toMs;
  };
  return { taps, sent, goTo };
};

test('the first tap goes at once, the next ones together, at most four times a second', () => {
  const { taps, sent, goTo } = setUp();
  for (let atMs = 0; atMs < 1_000; atMs += 50) {
    goTo(atMs);
    taps.tap('heart');
  }
  goTo(2_000);
  expect(sent.map(([, , count]) => count).reduce((sum, count) => sum + count)).toBe(20);
  expect(sent[0]).toEqual([0, 'heart', 1]);
  sent.forEach(([atMs], at) => expect(atMs - (sent[at - 1]?.[0] ?? -250)).toBeGreaterThanOrEqual(250));
});

test('several kinds take turns within the same rate, and a request never holds too many', () => {
  const { taps, sent, goTo } = setUp();
  taps.tap('clap');
  for (let count = 0; count < 45; count += 1) taps.tap('heart');
  taps.tap('fire');
  goTo(2_000);
  expect(sent).toEqual([[0, 'clap', 1], [250, 'heart', 20], [500, 'fire', 1], [750, 'heart', 20], [1_000, 'heart', 5]]);
});

test('own taps are not counted as others’, however the counts are cut', () => {
  const { taps, goTo } = setUp();
  taps.tap('heart');
  taps.tap('heart');
  taps.tap('heart');
  goTo(300);
  expect(taps.othersAmong('heart', 2)).toBe(0);
  expect(taps.othersAmong('clap', 4)).toBe(4);
  expect(taps.othersAmong('heart', 6)).toBe(5);
  expect(taps.othersAmong('heart', 6)).toBe(6);
});

test('taps that were refused, or that the room never counts, take nothing from others', async () => {
  const refused = setUp(() => Promise.reject(new Error('refused')));
  refused.taps.tap('heart');
  await Promise.resolve();
  await Promise.resolve();
  expect(refused.taps.othersAmong('heart', 3)).toBe(3);
  const unseen = setUp();
  unseen.taps.tap('heart');
  unseen.goTo(3_001);
  expect(unseen.taps.othersAmong('heart', 3)).toBe(3);
});

test('after the page is left nothing is sent', () => {
  const { taps, sent, goTo } = setUp();
  taps.tap('heart');
  taps.tap('heart');
  taps.close();
  goTo(5_000);
  expect(sent).toHaveLength(1);
});
