// Qiao's ranking behind the bench's interface, and the time that it takes at 5,000 live broadcasts beside a bare loop of 64-dimension
// dot products with the same choosing of the best.

import { RANKED_CHANNELS_MAX } from '../../shared/limits.ts';
import { createRanking, SETTINGS } from '../../server/features/discovery/model/ranking.ts';
import type { Settings } from '../../server/features/discovery/model/ranking.ts';
import { normal, seededRandom } from '../../server/features/discovery/model/random.ts';
import { topOf } from '../../server/features/discovery/model/top.ts';
import type { Recommender, Table } from './recommend-data.ts';

const HOURS_PER_ROUND = 1 / 6;

export const ours = (table: Table, over: Partial<Settings>): Recommender => {
  const ranking = createRanking(seededRandom(1), { ...SETTINGS, ...over }, Math.max(RANKED_CHANNELS_MAX, table.streamers));
  const names = Array.from({ length: table.streamers }, (_, at) => String(at));
  const people = Array.from({ length: table.users }, (_, at) => String(at));
  const nameOf = (streamer: number): string => names[streamer] ?? '';
  const viewers = new Int32Array(table.streamers);
  const scores = new Float64Array(table.streamers);
  const count = (streamer: number, change: number): void => {
    viewers[streamer] = (viewers[streamer] ?? 0) + change;
    ranking.counted(nameOf(streamer), viewers[streamer] ?? 0);
  };
  return {
    // The file knows no category, tags or languages, so ours gets none.
    wentLive: (streamer) => void ranking.began({ channelId: nameOf(streamer), category: '', tags: [], language: '' }),
    ended: (streamer) => ranking.ended(nameOf(streamer)),
    score(user, live, liveCount, round, out) {
      ranking.scoreAll(people[user] ?? '', round * HOURS_PER_ROUND, (name, score) => void (scores[Number(name)] = score));
      for (let at = 0; at < liveCount; at++) out[at] = scores[live[at] ?? 0] ?? Number.NaN;
    },
    chose(user, streamer, round) {
      ranking.observe({ userId: people[user] ?? '', channelId: nameOf(streamer), hours: round * HOURS_PER_ROUND });
      count(streamer, 1);
    },
    left(streamer, user, round) {
      ranking.left({ userId: people[user] ?? '', channelId: nameOf(streamer), hours: round * HOURS_PER_ROUND });
      count(streamer, -1);
    },
  };
};

const LIVE = 5_000;
const PEOPLE = 500;
const WATCHES = 40_000;
const ASKED = 1_500;
const TAKE = 50;
const DIMENSIONS = 64;

const quantile = (sorted: Float64Array, share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
const timed = (rounds: number, work: (round: number) => void): { p50Ms: number; p99Ms: number } => {
  const times = new Float64Array(rounds);
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    work(round);
    times[round] = performance.now() - from;
  }
  times.sort();
  return { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
};

/** Ranks for people with long histories, everything on: categories, tags, languages, exploration, variety, reasons. */
export const measureSpeed = () => {
  const random = seededRandom(5);
  const ranking = createRanking(random);
  const pick = (count: number): number => Math.floor(random() ** 2 * count);
  for (let at = 0; at < LIVE; at++) {
    ranking.began({ channelId: `c${at}`, category: `k${pick(15)}`, language: `l${pick(6)}`, tags: [`t${pick(300)}`, `t${pick(300)}`, `t${pick(300)}`] });
    ranking.counted(`c${at}`, pick(1_000));
  }
  const from = performance.now();
  for (let at = 0; at < WATCHES; at++) ranking.observe({ userId: `u${pick(PEOPLE)}`, channelId: `c${pick(LIVE)}`, hours: at / 500 });
  const observeUs = ((performance.now() - from) * 1_000) / WATCHES;

  const vectors = Float32Array.from({ length: LIVE * DIMENSIONS }, () => normal(random));
  const person = Float32Array.from({ length: DIMENSIONS }, () => normal(random));
  const scores = new Float64Array(LIVE);
  const bare = (): void => {
    for (let at = 0; at < LIVE; at++) {
      let sum = 0;
      for (let d = 0; d < DIMENSIONS; d++) sum += (person[d] ?? 0) * (vectors[at * DIMENSIONS + d] ?? 0);
      scores[at] = sum;
    }
    topOf(scores, LIVE, TAKE);
  };
  // A second apart, as on a busy site: the prior is computed anew at every tenth.
  const rank = (round: number): void => void ranking.rank({ userId: `u${round % PEOPLE}`, hours: 80 + round / 3_600, take: TAKE });
  timed(300, bare);
  timed(300, rank);
  // In turns, so that a neighbour's load on the machine falls on both.
  const parts = Array.from({ length: 3 }, (_, part) => ({ bare: timed(ASKED / 3, bare), rank: timed(ASKED / 3, (round) => rank(part * ASKED + round)) }));
  const median = (values: number[]): number => values.sort((a, b) => a - b)[1] ?? 0;
  const summary = (of: 'bare' | 'rank') => ({ p50Ms: median(parts.map((part) => part[of].p50Ms)), p99Ms: median(parts.map((part) => part[of].p99Ms)) });
  const [bareTimes, rankTimes] = [summary('bare'), summary('rank')];
  return { live: LIVE, bare: bareTimes, rank: rankTimes, ratioP50: rankTimes.p50Ms / bareTimes.p50Ms, ratioP99: rankTimes.p99Ms / bareTimes.p99Ms, observeUs };
};
