// Ours against four baselines and the oracle on one table: settings are searched for all in the same way, by what ranks best in the
// rounds before the test. Knows neither goals nor regimes.

import type { Settings } from '../../server/features/discovery/model/ranking.ts';
import { factors, popularity, repeat } from './recommend-baselines.ts';
import type { PopularBy } from './recommend-baselines.ts';
import { splitOf, walk } from './recommend-data.ts';
import type { Recommender, Table } from './recommend-data.ts';
import { createScores, rankOf } from './recommend-metrics.ts';
import type { Scores } from './recommend-metrics.ts';
import { ours } from './recommend-ours.ts';
import type { Truth } from './recommend-simulator.ts';

export type Compared = Record<string, { readonly setting: string; readonly scores: Scores }>;
/** By model: the rank of the chosen one for each choice of the test; NaN before it. */
export type Ranks = Record<string, Float64Array>;

type Build = (table: Table) => Recommender;
type Tried = { readonly setting: string; readonly build: Build };

const named = <T extends object>(settings: readonly T[], build: (table: Table, setting: T) => Recommender): Tried[] =>
  settings.map((setting) => ({ setting: JSON.stringify(setting), build: (table) => build(table, setting) }));

const popularBys: readonly { by: PopularBy }[] = [{ by: 'viewers' }, { by: 'day' }, { by: 'ever' }];
const FACTORS = [
  { dimensions: 32, rate: 0.05, keep: 0.005, epochs: 12 },
  { dimensions: 32, rate: 0.05, keep: 0.02, epochs: 12 },
  { dimensions: 32, rate: 0.1, keep: 0.01, epochs: 12 },
] as const;
const OURS: readonly Partial<Settings>[] = [{}, { kinKeep: 0.003 }, { hourContext: 2 }];

/** The same number of settings for whoever learns. */
const MODELS: Readonly<Record<string, readonly Tried[]>> = {
  popularity: named(popularBys, (table, { by }) => popularity(table, by)),
  repeat: named([{ by: 'last', popularBy: 'viewers' }, { by: 'last', popularBy: 'day' }, { by: 'most', popularBy: 'day' }] as const, repeat),
  bprMf: named(FACTORS, (table, setting) => factors(table, splitOf(table).validFrom, { ...setting, sequence: false })),
  fpmc: named(FACTORS, (table, setting) => factors(table, splitOf(table).validFrom, { ...setting, sequence: true })),
  ours: named(OURS, ours),
};

/** One walk; the choice among settings sees `valid` alone. */
const evaluate = (table: Table, model: Recommender): { valid: Scores; test: Scores; ranks: Float64Array } => {
  const { validFrom, testFrom } = splitOf(table);
  const [valid, test] = [createScores(), createScores()];
  const seen = seenBefore(table);
  const ranks = new Float64Array(table.user.length).fill(Number.NaN);
  walk(table, model, { from: validFrom, to: table.rounds }, ({ row, chosen, count, scores }) => {
    const isTest = (table.start[row] ?? 0) >= testFrom;
    const rank = rankOf(scores, count, chosen);
    (isTest ? test : valid).add(rank, seen[row] === 1);
    if (isTest) ranks[row] = rank;
  });
  return { valid: valid.result(), test: test.result(), ranks };
};

const seenBefore = (table: Table): Uint8Array => {
  const pairs = new Set<number>();
  return Uint8Array.from(table.user, (user, at) => {
    const pair = user * table.streamers + (table.streamer[at] ?? 0);
    const seen = pairs.has(pair);
    pairs.add(pair);
    return seen ? 1 : 0;
  });
};

/** Ranks by the chances that the choices were drawn from: it sees hidden tastes and bonds, which no history tells in full. */
export const oracle = (table: Table, truth: Truth): Scores => {
  const { testFrom } = splitOf(table);
  const numberOf = new Map(table.streamerName.map((name, at) => [Number(name), at]));
  const chances = new Float64Array(table.streamers);
  const scores = createScores();
  const seen = seenBefore(table);
  const silent: Recommender = { score: () => undefined, chose: () => undefined };
  walk(table, silent, { from: testFrom, to: table.rounds }, ({ row, chosen, live, count, scores: out }) => {
    const known = truth.chances.get(table.row[row] ?? -1);
    if (known?.streamers.length !== count) throw new Error('the oracle saw other broadcasts');
    known.streamers.forEach((streamer, at) => (chances[numberOf.get(streamer) ?? -1] = known.chance[at] ?? 0));
    for (let at = 0; at < count; at++) out[at] = chances[live[at] ?? 0] ?? 0;
    scores.add(rankOf(out, count, chosen), seen[row] === 1);
  });
  return scores.result();
};

/** Each model with the setting that ranked best in validation, measured in the test; with `settings` nothing is searched. */
export const compare = (table: Table, progress: (text: string) => void, settings?: Readonly<Record<string, string>>): { models: Compared; ranks: Ranks } => {
  const models: Compared = {};
  const ranksOf: Ranks = {};
  for (const [name, tried] of Object.entries(MODELS)) {
    let bestValid = -Infinity;
    for (const { setting, build } of tried) {
      if (settings && settings[name] !== setting) continue;
      const { valid, test, ranks } = evaluate(table, build(table));
      if (valid.all.ndcg10 <= bestValid) continue;
      bestValid = valid.all.ndcg10;
      models[name] = { setting, scores: test };
      ranksOf[name] = ranks;
    }
    progress(`${name} ${(models[name]?.scores.all.ndcg10 ?? 0).toFixed(4)} with ${models[name]?.setting ?? 'nothing'}`);
  }
  return { models, ranks: ranksOf };
};

/** NDCG@10 of ours as a multiple of the best of the others'. */
export const overBest = (models: Compared): number => {
  const of = (name: string): number => models[name]?.scores.all.ndcg10 ?? 0;
  return of('ours') / Math.max(...Object.keys(models).filter((name) => name !== 'ours').map(of));
};
