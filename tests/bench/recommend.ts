// How well Qiao recommends, on people made up of whom the truth is known: how much of the way from popularity to a perfect ranking
// is gone, in five regimes with several seeds each, against four baselines whose settings are searched the same way; how much of the way
// anybody could go who sees only histories; how quick a
// ranking is; and whether predictions mean what they say. `--file 100k.csv` compares on a file in LiveRec's layout, without an
// oracle; `--write NAME.csv` writes what a regime made up in that layout. `--only cold` and `--seeds 1` do less.

import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { measureBehaviour } from './recommend-behaviour.ts';
import { compare, overBest } from './recommend-compare.ts';
import { checkLongEnough, readTable } from './recommend-data.ts';
import { measureSpeed } from './recommend-ours.ts';
import type { Job, Result, Said } from './recommend-regime.ts';
import { REGIMES, asFile, simulate } from './recommend-simulator.ts';
import type { Regime } from './recommend-simulator.ts';
import type { Finding, Progress } from './run.ts';

const SEEDS = [7, 8, 9];
const WORKERS_MAX = 4;
const GOALS = { share: 0.8, overBest: 1.1, speedP99: 3, ece: 0.02 } as const;

const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' ? Math.round(part * 10_000) / 10_000 : part)));

const inWorker = (job: Job, progress: Progress): Promise<Result> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./recommend-regime.ts', import.meta.url), { workerData: job });
    worker.on('message', (said: Said) => ('result' in said ? resolve(said.result) : progress(`${job.regime.name}, seed ${job.seed}: ${said.progress}`)));
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('a worker ended without a result')));
  });

/** Runs the tasks in their order, so many at once. */
const pooled = async (tasks: readonly (() => Promise<void>)[], width: number): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let task = tasks[next++]; task; task = tasks[next++]) await task();
  };
  await Promise.all(Array.from({ length: width }, lane));
};

/** The first seed of each regime searches the settings of all models; the other seeds are measured with what it found. */
const runRegimes = async (regimes: readonly Regime[], seeds: readonly number[], progress: Progress): Promise<Map<string, Result[]>> => {
  const found = new Map<string, Result[]>(regimes.map(({ name }) => [name, []]));
  const [first = 0, ...others] = seeds;
  const width = Math.max(1, Math.min(WORKERS_MAX, cpus().length));
  await pooled(regimes.map((regime) => async () => void found.get(regime.name)?.push(await inWorker({ regime, seed: first }, progress))), width);
  const settingsOf = (regime: Regime) => Object.fromEntries(Object.entries(found.get(regime.name)?.[0]?.models ?? {}).map(([name, { setting }]) => [name, setting]));
  const rest = others.flatMap((seed) => regimes.map((regime) => async () => void found.get(regime.name)?.push(await inWorker({ regime, seed, settings: settingsOf(regime) }, progress))));
  await pooled(rest, width);
  return found;
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const spread = (values: readonly number[]) => ({ mean: mean(values), min: Math.min(...values), max: Math.max(...values) });

/** Of all seeds; the models' figures are the first seed's. */
const summary = (results: readonly Result[]) => {
  const [first] = results;
  return { ...first, seed: undefined, seeds: results.map(({ seed }) => seed), share: spread(results.map(({ share }) => share)), overBest: spread(results.map((result) => result.overBest)) };
};

const onFile = async (path: string, progress: Progress): Promise<Finding> => {
  const table = readTable(await readFile(path, 'utf8'));
  checkLongEnough(table);
  progress(`${table.user.length} watches of ${table.users} people and ${table.streamers} streamers in ${table.rounds} rounds`);
  const { models } = compare(table, progress);
  return { ratio: overBest(models), ratioOf: 'ours / best baseline, NDCG@10; a file has no oracle', rows: table.user.length, models: rounded(models) };
};

export const run = async (progress: Progress): Promise<Finding> => {
  const options = { file: { type: 'string' }, only: { type: 'string' }, seeds: { type: 'string' }, write: { type: 'string' } } as const;
  const { values } = parseArgs({ args: process.argv.slice(3), options });
  const regimes = REGIMES.filter(({ name }) => values.only === undefined || values.only === name);
  const [regime] = regimes;
  if (!regime) throw new Error(`--only takes one of ${REGIMES.map(({ name }) => name).join(', ')}`);
  if (values.write !== undefined) await writeFile(values.write, asFile(simulate(regime, SEEDS[0] ?? 0, regime.rounds).rows));
  if (values.file !== undefined) return onFile(values.file, progress);

  const speed = measureSpeed();
  progress(`ranking ${speed.live} live: p99 ${speed.rank.p99Ms.toFixed(2)} ms, ${speed.ratioP99.toFixed(2)} times the bare loop`);
  const behaviour = measureBehaviour(SEEDS[0] ?? 0);
  const ece = Math.max(...Object.values(behaviour).map((measured) => measured.ece));
  progress(`calibration error at most ${ece.toFixed(4)}`);
  const found = await runRegimes(regimes, SEEDS.slice(0, Number(values.seeds ?? SEEDS.length)), progress);

  const all = [...found.values()];
  const perRegime = (of: (result: Result) => number): number[] => all.map((results) => mean(results.map(of)));
  const shares = perRegime(({ share }) => share);
  const over = perRegime((result) => result.overBest);
  const figures = { share: mean(shares), shareLeast: Math.min(...shares), overBest: mean(over), overBestLeast: Math.min(...over), speedP99: speed.ratioP99, ece };
  const met = {
    share: figures.share >= GOALS.share, shareInEvery: figures.shareLeast >= GOALS.share, overBest: figures.overBest >= GOALS.overBest,
    overBestInEvery: figures.overBestLeast >= GOALS.overBest, speedP99: figures.speedP99 <= GOALS.speedP99, ece: ece <= GOALS.ece,
  };
  const reached = all.flatMap(([first]) => (first?.informed ? [first.informed] : []));
  const informedFigures = { reachable: mean(reached.map(({ reachable }) => reachable)), shareOfReachable: mean(reached.map(({ shareOfReachable }) => shareOfReachable)) };
  const byRegime = Object.fromEntries([...found].map(([name, results]) => [name, summary(results)]));
  const ratioOf = '(ours − popularity) / (oracle − popularity), NDCG@10, mean of all regimes and seeds';
  return rounded({ ratio: figures.share, ratioOf, ...figures, informed: informedFigures, goals: GOALS, met, regimes: byRegime, speed, behaviour }) as Finding;
};
