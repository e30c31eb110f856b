import { expect, test } from 'vitest';
import { createSpriteCache } from './sprite-cache.ts';

const setUp = (pixelsMax = 300) => {
  const painted: string[] = [];
  const disposed: string[] = [];
  const cache = createSpriteCache<string>({ dispose: (image) => void disposed.push(image), pixelsMax });
  const take = (key: string) => cache.take(key, () => {
    painted.push(key);
    return { image: key, widthPx: 10, heightPx: 10 };
  });
  return { cache, take, painted, disposed };
};

test('the same words are painted once', () => {
  const { cache, take, painted } = setUp();
  expect(take('666')).toBe(take('666'));
  cache.giveBack('666');
  cache.giveBack('666');
  take('666');
  expect(painted).toEqual(['666']);
});

test('what was not used for the longest time goes first, and what is in use stays', () => {
  const { cache, take, disposed } = setUp();
  take('in use');
  for (const key of ['a', 'b', 'c', 'd']) {
    take(key);
    cache.giveBack(key);
  }
  expect(disposed).toEqual(['a', 'b']);
  expect(cache.pixels()).toBe(300);
});

test('more on screen than fits in the cache is shown all the same, and let go after', () => {
  const { cache, take, disposed } = setUp(200);
  const keys = ['a', 'b', 'c', 'd'];
  keys.forEach(take);
  expect(disposed).toEqual([]);
  keys.forEach((key) => cache.giveBack(key));
  expect(cache.pixels()).toBe(200);
});

test('at the end nothing is left; giving back what is gone does no harm', () => {
  const { cache, take, disposed } = setUp();
  take('a');
  take('b');
  cache.close();
  cache.giveBack('a');
  expect(disposed).toEqual(['a', 'b']);
  expect(cache.pixels()).toBe(0);
});
