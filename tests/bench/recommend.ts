// How well Qiao recommends, on people made up of whom the truth is known: how much of the way from popularity to a perfect ranking
// is gone, in five regimes, against four baselines whose settings are searched the same way; how quick a ranking is; and whether
// predictions mean what they say. `--file 100k.csv` runs the comparison on a file in LiveRec's layout, without an oracle.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Settings } from '../../server/features/discovery/model/ranking.ts';
import { measureBehaviour } from './recommend-behaviour.ts';
import { factors, popularity, repeat } from './recommend-baselines.ts';
import type { PopularBy } from './recommend-baselines.ts';
import { SPLIT_ROUNDS, readTable, splitOf, walk } from './recommend-data.ts';
import type { Recommender, Table } from './recommend-data.ts';
import { createScores, rankOf } from './recommend-metrics.ts';
import type { Scores } from './recommend-metrics.ts';
import { measureSpeed, ours } from './recommend-ours.ts';
import { REGIMES, asFile, simulate } from './recommend-simulator.ts';
import type { Regime, Truth } from './recommend-simulator.ts';
import type { Finding, Progress } from './run.ts';

const SEED = 7;
const GOALS = { ratio: 0.8, overBest: 1.1, speedP99: 3, ece: 0.02 } as const;

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
const OURS: readonly Partial<Settings>[] = [{}, { smoothing: 60 }, { hourContext: 1 }];

/** The same number of settings for whoever learns. */
const MODELS: Readonly<Record<string, readonly Tried[]>> = {
  popularity: named(popularBys, (table, { by }) => popularity(table, by)),
  repeat: named([{ by: 'last', popularBy: 'viewers' }, { by: 'last', popularBy: 'day' }, { by: 'most', popularBy: 'day' }] as const, repeat),
  bprMf: named(FACTORS, (table, setting) => factors(table, splitOf(table).validFrom, { ...setting, sequence: false })),
  fpmc: named(FACTORS, (table, setting) => factors(table, splitOf(table).validFrom, { ...setting, sequence: true })),
  ours: named(OURS, ours),
};

/** One walk; the choice among settings sees `valid` alone. */
const evaluate = (table: Table, model: Recommender): { valid: Scores; test: Scores } => {
  const { validFrom, testFrom } = splitOf(table);
  const [valid, test] = [createScores(), createScores()];
  const seen = seenBefore(table);
  walk(table, model, { from: validFrom, to: table.rounds }, ({ row, chosen, count, scores }) => {
    const into = (table.start[row] ?? 0) < testFrom ? valid : test;
    into.add(rankOf(scores, count, chosen), seen[row] === 1);
  });
  return { valid: valid.result(), test: test.result() };
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

/** Ranks by the chances that the choices were drawn from. */
const oracle = (table: Table, truth: Truth): Scores => {
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

const compare = (table: Table, progress: (text: string) => void): Record<string, { setting: string; scores: Scores }> =>
  Object.fromEntries(
    Object.entries(MODELS).map(([name, tried]) => {
      let best: { setting: string; valid: number; scores: Scores } | null = null;
      for (const { setting, build } of tried) {
        const { valid, test } = evaluate(table, build(table));
        if (!best || valid.all.ndcg10 > best.valid) best = { setting, valid: valid.all.ndcg10, scores: test };
      }
      if (!best) throw new Error(`nothing to try for ${name}`);
      progress(`${name} ${best.scores.all.ndcg10.toFixed(4)} with ${best.setting}`);
      return [name, { setting: best.setting, scores: best.scores }];
    }),
  );

const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' ? Math.round(part * 10_000) / 10_000 : part)));

const overBest = (models: Record<string, { scores: Scores }>): number => {
  const of = (name: string): number => models[name]?.scores.all.ndcg10 ?? 0;
  return of('ours') / Math.max(...Object.keys(models).filter((name) => name !== 'ours').map(of));
};

const runRegime = async (regime: Regime, folder: string, progress: Progress) => {
  const truth = simulate(regime, SEED, regime.rounds - SPLIT_ROUNDS);
  const file = join(folder, `${regime.name}.csv`);
  await writeFile(file, asFile(truth.rows));
  const table = readTable(await readFile(file, 'utf8'), asFile(truth.broadcasts));
  const models = compare(table, (text) => progress(`${regime.name}: ${text}`));
  const perfect = oracle(table, truth);
  const of = (name: string): number => models[name]?.scores.all.ndcg10 ?? 0;
  const ratio = (of('ours') - of('popularity')) / (perfect.all.ndcg10 - of('popularity'));
  const { count } = perfect.all;
  progress(`${regime.name}: oracle ${perfect.all.ndcg10.toFixed(4)}, ${(100 * ratio).toFixed(1)} % of the way`);
  return { ratio, overBest: overBest(models), rows: table.user.length, asked: count, repeatShare: perfect.repeat.count / count, models, oracle: perfect };
};

export const run = async (progress: Progress): Promise<Finding> => {
  const { values } = parseArgs({ args: process.argv.slice(3), options: { file: { type: 'string' }, only: { type: 'string' } } });
  if (values.file !== undefined) {
    const table = readTable(await readFile(values.file, 'utf8'));
    const models = compare(table, progress);
    return { ratio: overBest(models), ratioOf: 'ours / best baseline, NDCG@10; a file has no oracle', rows: table.user.length, models: rounded(models) };
  }
  const speed = measureSpeed();
  progress(`ranking ${speed.live} live: p99 ${speed.rank.p99Ms.toFixed(2)} ms, ${speed.ratioP99.toFixed(2)} times the bare loop`);
  const behaviour = measureBehaviour(SEED);
  const ece = Math.max(...Object.values(behaviour).map((measured) => measured.ece));
  progress(`calibration error at most ${ece.toFixed(4)}`);
  const folder = await mkdtemp(join(tmpdir(), 'qiao-recommend-'));
  try {
    const regimes: Record<string, Awaited<ReturnType<typeof runRegime>>> = {};
    for (const regime of REGIMES.filter(({ name }) => values.only === undefined || values.only === name)) regimes[regime.name] = await runRegime(regime, folder, progress);
    const all = Object.values(regimes);
    const least = (of: (regime: (typeof all)[number]) => number): number => Math.min(...all.map(of));
    const figures = { ratio: least(({ ratio }) => ratio), overBest: least((regime) => regime.overBest), speedP99: speed.ratioP99, ece };
    const met = {
      ratio: figures.ratio >= GOALS.ratio, overBest: figures.overBest >= GOALS.overBest,
      speedP99: figures.speedP99 <= GOALS.speedP99, ece: ece <= GOALS.ece,
    };
    return { ...(rounded({ ...figures, goals: GOALS, met, regimes, speed, behaviour }) as Finding) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
