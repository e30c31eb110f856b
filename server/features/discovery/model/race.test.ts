import { expect, test } from 'vitest';
import { createRace } from './race.ts';

/** All 2^n cases one by one. */
const slowly = (share: number[], own: number[], gain: number[]) => {
  const rest = 1 - share.reduce((sum, one) => sum + one, 0);
  const ifOwn = share.map(() => 0);
  const ifNot = share.map(() => 0);
  let restWins = 0;
  for (let which = 0; which < 2 ** share.length; which++) {
    const is = (at: number): boolean => ((which >> at) & 1) === 1;
    const rate = share.map((one, at) => one * (is(at) ? (gain[at] ?? 1) : 1));
    const all = rate.reduce((sum, one) => sum + one, rest);
    const chance = own.reduce((product, one, at) => product * (is(at) ? one : 1 - one), 1);
    restWins += (chance * rest) / all;
    rate.forEach((one, at) => {
      const given = chance / (is(at) ? (own[at] ?? 0) : 1 - (own[at] ?? 0));
      const into = is(at) ? ifOwn : ifNot;
      into[at] = (into[at] ?? 0) + (given * one) / all;
    });
  }
  return { ifOwn, ifNot, rest: restWins / rest };
};

test('says the same as counting all cases', () => {
  const [share, own, gain] = [[0.02, 0.1, 0.01, 0.2], [0.9, 0.3, 0.5, 0.01], [50, 50, 20, 100]];
  const race = createRace(8);
  const rest = race.run(Float64Array.from(share), Float64Array.from(own), Float64Array.from(gain), share.length);
  const truth = slowly(share, own, gain);
  expect(rest / truth.rest).toBeCloseTo(1, 1);
  truth.ifOwn.forEach((chance, at) => expect((race.ifOwn[at] ?? 0) / chance).toBeCloseTo(1, 1));
  truth.ifNot.forEach((chance, at) => expect((race.ifNot[at] ?? 0) / chance).toBeCloseTo(1, 1));
});

test('one that is sure goes before one that is better and doubtful, though their mean odds are the same', () => {
  const race = createRace(2);
  const [share, own] = [Float64Array.of(0.03, 0.01), Float64Array.of(0.3, 0.9)];
  race.run(share, own, Float64Array.of(50, 50), 2);
  const wins = (at: number): number => (own[at] ?? 0) * (race.ifOwn[at] ?? 0) + (1 - (own[at] ?? 0)) * (race.ifNot[at] ?? 0);
  expect(wins(1)).toBeGreaterThan(1.3 * wins(0));
});

test('without runners the rest has its share', () => {
  expect(createRace(2).run(new Float64Array(2), new Float64Array(2), new Float64Array(2), 0)).toBe(1);
});
