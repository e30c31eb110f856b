// What our fan-out costs. One room of thousands of listeners in which 200 lines a second are said, with logins, rates and
// moderation on; beside it a bare uWebSockets.js server that publishes the very same frames in the same rhythm to as many
// listeners, and the same lines each as a frame of its own. The arms take turns; CPU time of the server process alone counts.

import { CHAT_TICK_MS } from '../../shared/limits.ts';
import { startChild } from '../support/child.ts';
import type { Child } from '../support/child.ts';
import { register, registerCreator } from '../support/client.ts';
import { cpuMsOf } from '../support/cpu.ts';
import { startServer } from '../support/server.ts';
import { median, quantile, summary, tenth, thousandth } from '../support/statistics.ts';
import { until } from '../support/wait.ts';
import type { BareOrder } from './fanout-bare.ts';
import type { Counted, Order, Told } from './fanout-crowd.ts';
import { memoryPerConnection } from './fanout-memory.ts';
import { waitForQuiet } from './quiet.ts';
import type { Finding, Progress } from './run.ts';

const LISTENERS = 5_000;
const WATCHED = 20;
const SPEAKERS = 200; // each may say one line a second
const LINES_PER_SECOND = 200;
const SECONDS = 8;
const ROUNDS = 6; // of which the first only warms up
/** So few that each is a write of its own: a server that falls behind puts several frames into one. */
const SINGLE_LINES_PER_SECOND = 20;
const SINGLE_SECONDS = 4;
const GOAL = 0.9;
const DELAY_GOAL_MS = CHAT_TICK_MS + 25;
const LISTED_WORDS = 300;
const CROWD = new URL('fanout-crowd.ts', import.meta.url);

type Round = { readonly ratio: number; readonly perLineRatio: number; readonly hubPerCpuSecond: number; readonly barePerCpuSecond: number; readonly delaysMs: readonly number[] };
type Window = { readonly deliveries: number; readonly cpuMs: number };
const perCpuSecond = ({ deliveries, cpuMs }: Window): number => deliveries / (cpuMs / 1000);

/** A round that says nothing, because not everybody got everything: it is done again, and counted in what the bench prints. */
class Spoiled extends Error {}
const SPOILED_MAX = 4;

/** Everybody got everything, or the round says nothing. */
const allTheSame = (frames: readonly number[], what: string): number => {
  const expected = frames[0] ?? 0;
  const others = frames.filter((count) => count !== expected).length;
  if (others > 0) throw new Spoiled(`${what}: ${others} of ${frames.length} listeners got another number of frames than ${expected}`);
  return expected;
};

export const run = async (progress: Progress): Promise<Finding> => {
  const server = await startServer();
  const [crowd, probe, bareCrowd, bare] = await Promise.all([
    startChild<Order>(CROWD), startChild<Order>(CROWD), startChild<Order>(CROWD), startChild<BareOrder>(new URL('fanout-bare.ts', import.meta.url), { isAnnounced: true }),
  ]);
  try {
    const creator = await registerCreator(server);
    const owner = await creator.client.connect();
    await owner.join(creator.handle);
    await owner.request('words.update', { blocked: Array.from({ length: LISTED_WORDS }, (_, at) => `listed word ${at}`), held: [] });
    const cookies: string[] = [];
    while (cookies.length < SPEAKERS) {
      cookies.push(...(await Promise.all(Array.from({ length: 10 }, () => register(server)))).map(({ client }) => client.cookie()));
    }
    owner.close();
    progress(`${SPEAKERS} speakers are registered`);
    const port = Number(new URL(server.url).port);
    const place = { do: 'open', port, handle: creator.handle } as const;
    await probe.ask({ ...place, count: WATCHED, cookies: [], isWatched: true });
    await probe.ask({ ...place, count: SPEAKERS, cookies, isWatched: false });
    await crowd.ask({ ...place, count: LISTENERS - WATCHED - SPEAKERS, cookies: [], isWatched: false });
    await bareCrowd.ask({ do: 'open', port: Number(bare.first), handle: null, count: LISTENERS, cookies: [], isWatched: false });
    progress(`${LISTENERS} listeners in each place`);
    const busy = await waitForQuiet(progress);

    const hub = async (): Promise<Window & { frames: BareFrames; lines: number; delaysMs: number[] }> => {
      await Promise.all([crowd.ask({ do: 'tell' }), probe.ask({ do: 'tell' })]);
      const before = cpuMsOf(server.pid);
      await probe.ask({ do: 'speak', perSecond: LINES_PER_SECOND, seconds: SECONDS });
      await settled([crowd, probe], 1);
      const cpuMs = cpuMsOf(server.pid) - before;
      const [many, few] = (await Promise.all([crowd.ask({ do: 'tell' }), probe.ask({ do: 'tell' })])) as [Told, Told];
      // A machine that stands still for seconds brings a speaker's lines all at once, and the rates refuse them.
      if (few.refused > 0) throw new Spoiled(`${few.refused} lines were refused`);
      const lines = few.delaysMs.length / WATCHED;
      if (lines !== LINES_PER_SECOND * SECONDS) throw new Spoiled(`${lines} lines came of ${LINES_PER_SECOND * SECONDS}`);
      const frames = allTheSame([...many.frames, ...few.frames], 'our hub');
      const startMs = few.seen[0]?.atMs ?? 0;
      return { deliveries: frames * LISTENERS, cpuMs, lines, delaysMs: few.delaysMs, frames: few.seen.map(({ atMs, text }) => ({ afterMs: atMs - startMs, text })) };
    };
    const replay = async (frames: BareFrames): Promise<Window> => {
      await bareCrowd.ask({ do: 'tell' });
      const before = cpuMsOf(bare.pid);
      await bare.ask({ do: 'publish', frames });
      await settled([bareCrowd], frames.length);
      const cpuMs = cpuMsOf(bare.pid) - before;
      const got = allTheSame(((await bareCrowd.ask({ do: 'tell' })) as Told).frames, 'the bare server');
      if (got !== frames.length) throw new Spoiled(`${got} of ${frames.length} frames came from the bare server`);
      return { deliveries: got * LISTENERS, cpuMs };
    };

    let earlier: BareFrames | null = null;
    const measure = async (round: number): Promise<Round> => {
      // Who is first alternates; the bare server then publishes what the round before has told.
      const before = round % 2 === 1 && earlier ? await replay(earlier) : null;
      const ours = await hub();
      const theirs = before ?? (await replay(ours.frames));
      const singles = await replay(singlesOf(ours.frames));
      earlier = ours.frames;
      return {
        ratio: perCpuSecond(ours) / perCpuSecond(theirs),
        perLineRatio: ours.cpuMs / (ours.lines * LISTENERS) / (singles.cpuMs / singles.deliveries),
        hubPerCpuSecond: perCpuSecond(ours), barePerCpuSecond: perCpuSecond(theirs), delaysMs: ours.delaysMs,
      };
    };
    const rounds: Round[] = [];
    let spoiled = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      try {
        const one = await measure(round);
        progress(`round ${round}: ratio ${thousandth(one.ratio)}, CPU per line ${thousandth(one.perLineRatio)} of line by line, p99 ${tenth(quantile(one.delaysMs, 0.99))} ms`);
        if (round > 0) rounds.push(one);
      } catch (error) {
        if (!(error instanceof Spoiled) || (spoiled += 1) > SPOILED_MAX) throw error;
        progress(`round ${round} says nothing and is done again: ${error.message}`);
        round -= 1;
      }
    }
    const delaysMs = rounds.flatMap((round) => round.delaysMs);
    const memory = await memoryPerConnection(progress);
    return {
      ratio: thousandth(median(rounds.map(({ ratio }) => ratio))), goal: GOAL,
      ratios: rounds.map(({ ratio }) => thousandth(ratio)),
      deliveriesPerCpuSecond: { hub: summary(rounds.map((round) => round.hubPerCpuSecond)), bare: summary(rounds.map((round) => round.barePerCpuSecond)) },
      cpuPerLineRatio: thousandth(median(rounds.map(({ perLineRatio }) => perLineRatio))), cpuPerLineGoal: 0.1,
      delayMs: { p50: tenth(quantile(delaysMs, 0.5)), p99: tenth(quantile(delaysMs, 0.99)), goal: DELAY_GOAL_MS },
      ...memory,
      listeners: LISTENERS, linesPerSecond: LINES_PER_SECOND, secondsPerRound: SECONDS, rounds: rounds.length, spoiledRounds: spoiled, busyBefore: thousandth(busy),
    };
  } finally {
    for (const child of [crowd, probe, bareCrowd, bare]) child.close();
    await server.stop();
  }
};

type BareFrames = readonly { readonly afterMs: number; readonly text: string }[];

/** Lines of one frame, each in a frame of its own, evenly. */
const singlesOf = (frames: BareFrames): BareFrames => {
  const [first] = frames.filter(({ text }) => text.includes('"chat.said"'));
  const frame = JSON.parse(first?.text ?? '{}') as { data: { lines: unknown[] } };
  const text = JSON.stringify({ ...frame, data: { lines: frame.data.lines.slice(0, 1) } });
  return Array.from({ length: SINGLE_LINES_PER_SECOND * SINGLE_SECONDS }, (_, at) => ({ afterMs: (at * 1000) / SINGLE_LINES_PER_SECOND, text }));
};

const QUIET_MS = 600;
const SETTLE_MS_MAX = 60_000;

/** All have what was told, and nothing came for a while: the last tick, and what is written to the database behind it, belong to the round. */
const settled = async (crowds: readonly Child<Order>[], frames: number): Promise<void> => {
  let [all, sinceMs] = [-1, 0];
  await until('everybody to have everything', async () => {
    const counts = (await Promise.all(crowds.map((child) => child.ask({ do: 'count' })))) as Counted[];
    const sum = counts.reduce((total, one) => total + one.all, 0);
    if (sum !== all) [all, sinceMs] = [sum, performance.now()];
    return counts.every(({ fewest }) => fewest >= frames) && performance.now() - sinceMs > QUIET_MS;
  }, SETTLE_MS_MAX);
};
