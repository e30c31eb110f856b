// The effect score and its interval against cases worked out by hand.

import { expect, test } from 'vitest';
import { EFFECT_RESULTS } from '../../../shared/analytics-routes.ts';
import type { EffectResult } from '../../../shared/analytics-routes.ts';
import { expectedEffect, weightOf } from '../discovery/model/effect.ts';
import { scoreOf } from './score.ts';
import type { StayResults } from './score.ts';

const model = { expectedEffect, weightOf };
const stays = (count: number, results: Partial<Record<EffectResult, boolean | null>> = {}, others: boolean | null = false): StayResults => ({
  count, results: { ...(Object.fromEntries(EFFECT_RESULTS.map((result) => [result, others])) as Record<EffectResult, boolean | null>), ...results },
});
/** Everything but this one cannot be said. */
const only = (result: EffectResult, happened: boolean, count: number): StayResults => stays(count, { [result]: happened }, null);

test('[A4] fewer than five visits are too few to say', () => {
  expect(scoreOf([stays(4, {}, true)], model)).toBeNull();
  expect(scoreOf([], model)).toBeNull();
  expect(scoreOf([stays(5, {}, true)], model)?.stays).toBe(5);
});

test('[A4] one result of five visits: three did it', () => {
  // (3 + 1/2) / (5 + 1); influences 5/12 three times, -7/12 twice, -1/12 of the prior; variance 1.208333 / 30; t(5) = 2.571.
  const effect = scoreOf([only('talked', true, 3), only('talked', false, 2)], model);
  expect(effect?.score).toBeCloseTo(3.5 / 6, 12);
  const half = 2.571 * Math.sqrt(1.2083333333 / 30);
  expect(effect?.low).toBeCloseTo(3.5 / 6 - half, 8);
  expect(effect?.high).toBe(1); // cut: 0.583 + 0.516
  expect(effect?.parts).toEqual([{ result: 'talked', happened: 3, possible: 5, probability: 3.5 / 6, weight: 1 }]);
});

test('[A4] several results are weighed, and the weights make one', () => {
  const effect = scoreOf([stays(10, { talked: true, stayed_five: true }), stays(10)], model);
  const weights = { stayed_five: Math.log1p(5), stayed_half: Math.log1p(15), talked: Math.log1p(2), reacted: Math.log1p(0.5), gave: Math.log1p(10), followed: Math.log1p(20) };
  const sum = Object.values(weights).reduce((all, weight) => all + weight, 0);
  const [often, never] = [10.5 / 21, 0.5 / 21];
  const wanted = (often * (weights.stayed_five + weights.talked) + never * (weights.stayed_half + weights.reacted + weights.gave + weights.followed)) / sum;
  expect(effect?.score).toBeCloseTo(wanted, 12);
  expect(effect?.parts.reduce((all, { weight }) => all + weight, 0)).toBeCloseTo(1, 12);
});

test('[A4] what could not be shown does not count against the broadcast', () => {
  const shown = scoreOf([stays(6, { stayed_five: true })], model);
  const cut = scoreOf([stays(6, { stayed_five: true }), stays(4, { stayed_five: null })], model);
  const part = (of: typeof shown) => of?.parts.find(({ result }) => result === 'stayed_five');
  expect([part(shown)?.possible, part(cut)?.possible]).toEqual([6, 6]);
  expect(part(cut)?.probability).toBe(6.5 / 7);
});

test('[A4] results that go together widen the interval', () => {
  const together = scoreOf([stays(10, { gave: true, followed: true }), stays(10)], model);
  const apart = scoreOf([stays(10, { gave: true }), stays(10, { followed: true })], model);
  expect(together?.score).toBeCloseTo(apart?.score ?? 0, 12);
  const width = (of: typeof together) => (of ? of.high - of.low : 0);
  expect(width(together)).toBeGreaterThan(width(apart) * 1.5);
});

test('[A4] grouping changes nothing, and more visits are surer', () => {
  const grouped = scoreOf([stays(6, { talked: true }), stays(6)], model);
  const single = scoreOf([...Array.from({ length: 6 }, () => stays(1, { talked: true })), ...Array.from({ length: 6 }, () => stays(1))], model);
  expect(grouped?.low).toBeCloseTo(single?.low ?? 0, 12);
  const many = scoreOf([stays(600, { talked: true }), stays(600)], model);
  expect((many?.high ?? 1) - (many?.low ?? 0)).toBeLessThan(0.02);
});

test('[A4] the interval holds the truth in about 95 of 100 broadcasts', () => {
  // Truth: talk with 0.3, nothing else possible. A fixed stream of chance (mulberry32), so that the count is the same everywhere.
  let state = 7;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  let held = 0;
  for (let round = 0; round < 2_000; round += 1) {
    const talked = Array.from({ length: 40 }, random).filter((one) => one < 0.3).length;
    const effect = scoreOf([only('talked', true, talked), only('talked', false, 40 - talked)].filter(({ count }) => count > 0), model);
    if (effect && effect.low <= 0.3 && effect.high >= 0.3) held += 1;
  }
  expect(held / 2_000).toBeGreaterThan(0.93);
  expect(held / 2_000).toBeLessThan(0.98);
});
