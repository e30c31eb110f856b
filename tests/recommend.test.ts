// The bench's measures against cases worked out by hand: a wrong measure would make every figure of it worthless.

import { expect, test } from 'vitest';
import { repeat, popularity, factors } from './bench/recommend-baselines.ts';
import { checkLongEnough, readTable, walk } from './bench/recommend-data.ts';
import type { Recommender } from './bench/recommend-data.ts';
import { informed } from './bench/recommend-informed.ts';
import { createScores, hitAt, ndcgAt, rankOf } from './bench/recommend-metrics.ts';
import { REGIMES, asFile, simulate } from './bench/recommend-simulator.ts';

test('ranks: the place of the chosen one, the middle among equals, beyond `count` nothing', () => {
  const scores = Float64Array.of(0.5, 0.9, 0.5, 0.1, 99);
  expect(rankOf(scores, 4, 1)).toBe(1);
  expect(rankOf(scores, 4, 0)).toBe(2.5);
  expect(rankOf(scores, 4, 3)).toBe(4);
  expect(() => rankOf(Float64Array.of(Number.NaN), 1, 0)).toThrow();
});

test('NDCG and hits for one relevant item', () => {
  expect([1, 2, 3, 10, 11].map((rank) => ndcgAt(rank, 10))).toEqual([1, 1 / Math.log2(3), 0.5, 1 / Math.log2(11), 0]);
  expect([1, 1.5, 10, 10.5].map((rank) => [hitAt(rank, 1), hitAt(rank, 10)])).toEqual([[1, 1], [0, 1], [0, 1], [0, 0]]);
  const scores = createScores();
  scores.add(1, true);
  scores.add(3, false);
  expect(scores.result()).toEqual({
    all: { ndcg10: 0.75, hit1: 0.5, hit10: 1, count: 2 },
    repeat: { ndcg10: 1, hit1: 1, hit10: 1, count: 1 },
    fresh: { ndcg10: 0.5, hit1: 0, hit10: 1, count: 1 },
  });
});

const FILE = ['7,100,ada,0,2', '8,101,bo,0,1', '7,101,bo,2,4', '9,102,cy,1,3'].join('\n');

test('the walk: who is watched in a round is a candidate, and a model learns of a round after it was asked', () => {
  const table = readTable(FILE);
  const told: string[] = [];
  const asked: string[] = [];
  const nameOf = (streamer: number): string => table.streamerName[streamer] ?? '';
  const model: Recommender = {
    score: (_user, live, count, round) => void asked.push(`${round}: ${[...live.subarray(0, count)].map(nameOf).sort().join(' ')} after ${told.length}`),
    chose: (user, streamer) => void told.push(`${user} ${nameOf(streamer)}`),
  };
  walk(table, model, { from: 0, to: table.rounds }, ({ live, chosen, streamer }) => expect(live[chosen]).toBe(streamer));
  expect(asked).toEqual(['0: ada bo after 0', '0: ada bo after 0', '1: ada cy after 2', '2: bo cy after 3']);
});

test('with a list of broadcasts, candidates are those on air, also the ones nobody watches', () => {
  const table = readTable('7,100,ada,1,2', '100,ada,0,3\n103,di,1,2\n104,ed,2,3');
  const seen: string[][] = [];
  const model: Recommender = { score: () => undefined, chose: () => undefined };
  walk(table, model, { from: 0, to: 3 }, ({ live, count }) => seen.push([...live.subarray(0, count)].map((at) => table.streamerName[at] ?? '')));
  expect(seen).toEqual([['ada', 'di']]);
});

test('the baselines rank as their names say', () => {
  const table = readTable(FILE);
  const [ada, bo, cy] = ['ada', 'bo', 'cy'].map((name) => table.streamerName.indexOf(name));
  const live = Int32Array.of(ada ?? 0, bo ?? 0, cy ?? 0);
  const scoresOf = (model: Recommender): number[] => {
    const out = new Float64Array(3);
    model.round?.(live, 3);
    for (const [user, streamer, round] of [[0, bo, 0], [1, cy, 1], [2, cy, 2], [0, ada, 3], [0, bo, 4], [0, ada, 5], [0, ada, 6], [0, bo, 7]] as const) model.chose(user, streamer ?? 0, round, round + 1);
    model.score(0, live, 3, 8, out);
    return [...out];
  };
  expect(scoresOf(popularity(table, 'ever'))).toEqual([3, 3, 2]);
  const [last, most] = (['last', 'most'] as const).map((by) => scoresOf(repeat(table, { by, popularBy: 'ever' })));
  expect(last?.[1]).toBeGreaterThan(last?.[0] ?? 0);
  expect(most?.[0]).toBe(most?.[1]);
  expect(most?.[2]).toBeLessThan(1);
  const learned = scoresOf(factors(table, 100, { dimensions: 8, rate: 0.1, keep: 0.001, epochs: 200, sequence: true }));
  expect(learned[1]).toBeGreaterThan(learned[2] ?? 0);
});

test('a file of another layout is refused in words that name the line', () => {
  const refused = (text: string): string => {
    try {
      readTable(text);
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
    return 'read';
  };
  expect(refused('1,2,ada,3,4\n1,2,ada,3')).toMatch(/^line 2: 4 fields; expected user,stream,streamer,start,stop/);
  expect(refused('user,stream,streamer,start,stop\n1,2,ada,3,4')).toMatch(/^line 1: start and stop must be whole rounds/);
  expect(refused('1,2,ada,3,4.5')).toMatch(/^line 1: start and stop must be whole rounds/);
  expect(refused('1,2,ada,5,4')).toMatch(/^line 1: it stops before it starts/);
  expect(refused(',2,ada,3,4')).toMatch(/^line 1: an empty user or streamer/);
  expect(refused('\n\n')).toBe('the file has no watches');
  const table = readTable('1,2,ada,3,4\r\n2,2,ada,5,5\r\n');
  expect([...table.stop]).toEqual([4, 6]);
  expect(() => checkLongEnough(table)).toThrow(/spans 6 rounds/);
  expect(() => checkLongEnough(readTable('1,2,ada,3,4\n2,2,ada,900,905'))).not.toThrow();
});

const meanChance = (rows: readonly { chance: ArrayLike<number>; chosen: number }[]): number =>
  rows.reduce((sum, { chance, chosen }) => sum + (chance[chosen] ?? 0) / Array.from(chance).reduce((all, part) => all + part, 0), 0) / rows.length;

test('the informed reference knows more than nothing and less than the truth', () => {
  const [ordinary] = REGIMES;
  if (!ordinary) throw new Error('no regime');
  const regime = { ...ordinary, users: 200, streamers: 80, rounds: 500, watchesPerUser: 20 };
  const truth = simulate(regime, 5, 400, 16);
  expect(asFile(truth.rows)).toBe(asFile(simulate(regime, 5, 400).rows));
  const known = informed(regime, truth, 1);
  expect(known.length).toBeGreaterThan(20);
  for (const { row, chance } of known) expect(chance).toHaveLength(truth.chances.get(row)?.streamers.length ?? -1);
  const perfect = known.map(({ row, chosen }) => ({ chosen, chance: truth.chances.get(row)?.chance ?? [] }));
  const even = known.map(({ chosen, chance }) => ({ chosen, chance: chance.map(() => 1) }));
  expect(meanChance(known)).toBeGreaterThan(1.5 * meanChance(even));
  expect(meanChance(known)).toBeLessThan(meanChance(perfect));
});

test('the simulator says the same for the same seed, its chances sum to one, and choices follow them', () => {
  const [ordinary] = REGIMES;
  if (!ordinary) throw new Error('no regime');
  const regime = { ...ordinary, users: 300, streamers: 150, rounds: 500, watchesPerUser: 20 };
  const truth = simulate(regime, 3, 0);
  expect(asFile(simulate(regime, 3, 0).rows)).toBe(asFile(truth.rows));
  let expected = 0;
  let likeliest = 0;
  for (const [row, { streamers, chance }] of truth.chances) {
    expect(chance.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 4);
    const top = chance.indexOf(Math.max(...chance));
    expected += chance[top] ?? 0;
    if (streamers[top] === truth.rows[row]?.[2]) likeliest++;
  }
  // Within four standard deviations of what the chances say.
  expect(Math.abs(likeliest - expected)).toBeLessThan(4 * Math.sqrt(truth.rows.length * 0.25));
});
