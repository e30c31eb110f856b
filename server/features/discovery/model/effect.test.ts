import { expect, test } from 'vitest';
import { compareWithHistory, effectOf, expectedEffect, plainSum, weightOf } from './effect.ts';

const published = [0.2, 0.3, 0.4, 0.5, 0.6].map((value) => ({ probability: value, weight: value }));

test('the published example is 0.45, and only the normalised form gives it', () => {
  expect(expectedEffect(published)).toBeCloseTo(0.45, 12);
  expect(plainSum(published)).toBeCloseTo(0.9, 12);
});

test('an effect is an average: scaling the weights changes nothing, and it stays between its parts', () => {
  expect(expectedEffect(published.map(({ probability, weight }) => ({ probability, weight: weight * 7 })))).toBeCloseTo(0.45, 12);
  expect(expectedEffect([{ probability: 1, weight: 3 }, { probability: 1, weight: 5 }])).toBe(1);
  expect(expectedEffect([])).toBeNull();
  expect(expectedEffect([{ probability: 1, weight: 0 }])).toBeNull();
});

test('weights grow with watching and taking part, and ever more slowly', () => {
  const watched = (watchedS: number, gifts = 0) => weightOf({ watchedS, lines: 0, reactions: 0, gifts });
  expect(watched(0)).toBe(0);
  expect(watched(600)).toBeGreaterThan(watched(60));
  expect(watched(60, 1)).toBeGreaterThan(watched(60));
  expect(watched(7_200) - watched(6_600)).toBeLessThan(watched(1_200) - watched(600));
});

test('an interval holds the effect, narrows with viewers, and is wide when one viewer outweighs all', () => {
  const crowd = (count: number, weight = 1) => effectOf(Array.from({ length: count }, (_, at) => ({ probability: at % 2, weight: at === 0 ? weight : 1 })));
  const width = (effect: ReturnType<typeof effectOf>): number => (effect ? effect.interval.high - effect.interval.low : Number.NaN);
  expect(effectOf(published)?.interval.low).toBeLessThan(0.45);
  expect(effectOf(published)?.interval.high).toBeGreaterThan(0.45);
  expect(width(crowd(400))).toBeLessThan(width(crowd(40)));
  expect(width(crowd(400, 1_000))).toBeGreaterThan(2 * width(crowd(400)));
  expect(effectOf([])).toBeNull();
});

test('a broadcast is better only outside of what is usual for the channel', () => {
  const usual = [0.4, 0.42, 0.38, 0.41, 0.39];
  expect(compareWithHistory(0.41, usual)?.verdict).toBe('usual');
  expect(compareWithHistory(0.6, usual)?.verdict).toBe('better');
  expect(compareWithHistory(0.2, usual)).toMatchObject({ verdict: 'worse', broadcasts: 5 });
  expect(compareWithHistory(0.6, usual)?.difference).toBeCloseTo(0.2, 12);
  // 95 %: t(4) = 2.776, s = sqrt(0.00025), sqrt(1 + 1/5): half = 0.04808.
  expect(compareWithHistory(0.4, usual)?.interval.high).toBeCloseTo(0.04808, 4);
  expect(compareWithHistory(0.44, usual)?.verdict).toBe('usual'); // with 90 % it would be better
  expect(compareWithHistory(0.4, [0.4])).toBeNull();
});
