import { expect, test } from 'vitest';
import { subscriptionTo } from './testing/fixtures.ts';
import { nextSections } from './sections.ts';
import type { Section } from './sections.ts';

const shape = (sections: readonly Section[] | null) =>
  sections?.map(({ mid, state, subscription }) => `${mid}:${subscription.source}:${state}`);

const camera = subscriptionTo('camera', 0);
const microphone = subscriptionTo('microphone', 1);
const screen = subscriptionTo('screen', 2);

test('[W3] sections follow the list and keep their places', () => {
  const first = nextSections([], [camera, microphone]) ?? [];
  expect(shape(first)).toEqual(['0:camera:live', '1:microphone:live']);
  const second = nextSections(first, [microphone, screen, camera]) ?? [];
  expect(shape(second)).toEqual(['0:camera:live', '1:microphone:live', '2:screen:live']);
  expect(shape(nextSections(second, [camera, microphone]))).toEqual(['0:camera:live', '1:microphone:live', '2:screen:ended']);
});

test('a place that an earlier description freed is used again, by its own kind only', () => {
  const with3 = nextSections([], [camera, microphone, screen]) ?? [];
  const freed = nextSections(with3, [camera, microphone]) ?? [];
  const sound = subscriptionTo('screen_audio', 3);
  const screenAgain = subscriptionTo('screen', 4);
  expect(shape(nextSections(freed, [camera, microphone, sound, screenAgain]))).toEqual([
    '0:camera:live', '1:microphone:live', '4:screen:live', '3:screen_audio:live',
  ]);
});

test('a place that this very description frees is not used yet', () => {
  const before = nextSections([], [camera, screen]) ?? [];
  const another = subscriptionTo('screen', 5);
  expect(shape(nextSections(before, [camera, another]))).toEqual(['0:camera:live', '2:screen:ended', '5:screen:live']);
});

test('places do not grow without end: a host who comes and goes for hours stays in a handful', () => {
  let sections = nextSections([], [camera, microphone]) ?? [];
  for (let n = 10; n < 400; n += 2) {
    sections = nextSections(sections, [subscriptionTo('camera', n), subscriptionTo('microphone', n + 1)]) ?? [];
  }
  expect(sections.length).toBeLessThan(8);
  expect(sections.filter(({ state }) => state === 'live').length).toBe(2);
});

test('more sections than are good for one connection are refused', () => {
  const many = Array.from({ length: 49 }, (_, n) => subscriptionTo('camera', n));
  expect(nextSections([], many)).toBeNull();
});
