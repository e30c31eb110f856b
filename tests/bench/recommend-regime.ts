// One regime with one seed, from the simulator through the file to the figures; a worker thread, so that regimes share the cores.

import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { compare, oracle, overBest } from './recommend-compare.ts';
import type { Compared } from './recommend-compare.ts';
import { SPLIT_ROUNDS, readTable } from './recommend-data.ts';
import type { Scores } from './recommend-metrics.ts';
import { asFile, simulate } from './recommend-simulator.ts';
import type { Regime } from './recommend-simulator.ts';

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
};
/** What a worker says: progress in words, and at last the result. */
export type Said = { readonly progress: string } | { readonly result: Result };

export const runRegime = ({ regime, seed, settings }: Job, progress: (text: string) => void): Result => {
  const truth = simulate(regime, seed, regime.rounds - SPLIT_ROUNDS);
  const table = readTable(asFile(truth.rows), asFile(truth.broadcasts));
  const models = compare(table, progress, settings);
  const perfect = oracle(table, truth);
  const of = (name: string): number => models[name]?.scores.all.ndcg10 ?? 0;
  const share = (of('ours') - of('popularity')) / (perfect.all.ndcg10 - of('popularity'));
  progress(`oracle ${perfect.all.ndcg10.toFixed(4)}, ${(100 * share).toFixed(1)} % of the way, ${overBest(models).toFixed(3)} times the best baseline`);
  const { count } = perfect.all;
  return { seed, share, overBest: overBest(models), rows: table.user.length, asked: count, repeatShare: perfect.repeat.count / count, models, oracle: perfect };
};

if (!isMainThread && parentPort) {
  const port = parentPort;
  const say = (said: Said): void => port.postMessage(said);
  say({ result: runRegime(workerData as Job, (progress) => say({ progress })) });
}
