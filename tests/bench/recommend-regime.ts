// One regime with one seed, from the simulator through the file to the figures; a worker thread, so that regimes share the cores.

import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { compare, oracle, overBest } from './recommend-compare.ts';
import type { Compared, Ranks } from './recommend-compare.ts';
import { SPLIT_ROUNDS, readTable } from './recommend-data.ts';
import type { Table } from './recommend-data.ts';
import { informed } from './recommend-informed.ts';
import { ndcgAt, rankOf } from './recommend-metrics.ts';
import type { Scores } from './recommend-metrics.ts';
import { asFile, simulate } from './recommend-simulator.ts';
import type { Regime, Truth } from './recommend-simulator.ts';

const STUDY_EVERY = 100; // people; who is studied costs a fifth of a second for each choice

/** `settings` were found with another seed; without them they are searched. */
export type Job = { readonly regime: Regime; readonly seed: number; readonly settings?: Readonly<Record<string, string>> };
export type Result = {
  readonly seed: number;
  /** (ours − popularity) / (oracle − popularity), by NDCG@10. */
  readonly share: number;
  readonly overBest: number;
  readonly rows: number;
  readonly asked: number;
  /** Of those asked, who chose a channel that they had watched before. */
  readonly repeatShare: number;
  readonly models: Compared;
  readonly oracle: Scores;
  /** Only where settings are searched, and tastes stay. */
  readonly informed?: Reachable;
};
/** NDCG@10 on the choices of the studied alone, of all the same ones. */
export type Reachable = {
  readonly asked: number;
  readonly popularity: number;
  readonly ours: number;
  readonly informed: number;
  readonly oracle: number;
  /** How much of the way to the oracle the informed reference goes, and how much of the way to the reference ours goes. */
  readonly reachable: number;
  readonly shareOfReachable: number;
};
/** What a worker says: progress in words, and at last the result. */
export type Said = { readonly progress: string } | { readonly result: Result };

const reach = (table: Table, regime: Regime, truth: Truth, ranks: Ranks, seed: number): Reachable => {
  const at = new Map(Array.from(table.row, (row, place) => [row, place]));
  const sums = { popularity: 0, ours: 0, informed: 0, oracle: 0 };
  const known = informed(regime, truth, seed);
  for (const { row, chosen, chance } of known) {
    const place = at.get(row) ?? -1;
    sums.popularity += ndcgAt(ranks['popularity']?.[place] ?? Number.NaN, 10);
    sums.ours += ndcgAt(ranks['ours']?.[place] ?? Number.NaN, 10);
    sums.informed += ndcgAt(rankOf(chance, chance.length, chosen), 10);
    const perfect = Float64Array.from(truth.chances.get(row)?.chance ?? []);
    sums.oracle += ndcgAt(rankOf(perfect, perfect.length, chosen), 10);
  }
  const asked = known.length;
  const [popularity, ours, best, oracleAll] = [sums.popularity / asked, sums.ours / asked, sums.informed / asked, sums.oracle / asked];
  return {
    asked, popularity, ours, informed: best, oracle: oracleAll,
    reachable: (best - popularity) / (oracleAll - popularity), shareOfReachable: (ours - popularity) / (best - popularity),
  };
};

export const runRegime = ({ regime, seed, settings }: Job, progress: (text: string) => void): Result => {
  const isStudied = !settings && regime.drift === 0 && regime.jump === 0;
  const truth = simulate(regime, seed, regime.rounds - SPLIT_ROUNDS, isStudied ? STUDY_EVERY : 0);
  const table = readTable(asFile(truth.rows), asFile(truth.broadcasts));
  const { models, ranks } = compare(table, progress, settings);
  const perfect = oracle(table, truth);
  const of = (name: string): number => models[name]?.scores.all.ndcg10 ?? 0;
  const share = (of('ours') - of('popularity')) / (perfect.all.ndcg10 - of('popularity'));
  progress(`oracle ${perfect.all.ndcg10.toFixed(4)}, ${(100 * share).toFixed(1)} % of the way, ${overBest(models).toFixed(3)} times the best baseline`);
  const { count } = perfect.all;
  const reached = isStudied ? reach(table, regime, truth, ranks, seed) : undefined;
  if (reached) progress(`who knows all but hidden tastes and bonds goes ${(100 * reached.reachable).toFixed(1)} % of the way, ours ${(100 * reached.shareOfReachable).toFixed(1)} % of that`);
  return { ...(reached && { informed: reached }), seed, share, overBest: overBest(models), rows: table.user.length, asked: count, repeatShare: perfect.repeat.count / count, models, oracle: perfect };
};

if (!isMainThread && parentPort) {
  const port = parentPort;
  const say = (said: Said): void => port.postMessage(said);
  say({ result: runRegime(workerData as Job, (progress) => say({ progress })) });
}
