// What the ledger takes when everybody gives to one channel: durable, from a socket through to the acknowledgement, against one
// transaction for each gift on the same PostgreSQL, against gifts spread over many channels, and against COPY of the same rows.

import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { startChild } from '../support/child.ts';
import type { Connection } from '../support/connection.ts';
import { openConnection } from '../support/connection.ts';
import { purseConnection } from '../support/purse.ts';
import { BROADCAST } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import { median, quantile, summary, tenth, thousandth } from '../support/statistics.ts';
import type { Given, GiftOrder } from './gifts-crowd.ts';
import { addPeople, byCopy, oneByOne } from './gifts-database.ts';
import type { Person } from './gifts-database.ts';
import { waitForQuiet } from './quiet.ts';
import type { Finding, Progress } from './run.ts';

/** Few, because each also hears of every gift: that is what `fanout` measures. */
const GIVERS = 16;
/** Of each at a time; the server takes up to QUEUED_REQUESTS_MAX. */
const ON_WAY = 60;
const CHANNELS = 50; // of the uniform arm
const ROUNDS = 5; // of which the first only warms up
const SECONDS = 5;
const COMPARED_SECONDS = 3;
/** Of the comparison: its best is taken. */
const POOLS = [8, 16] as const;
const COPIED = 20_000;
const PACED_SECONDS = 10;
const GOALS = { ratio: 25, p99Ms: 50, uniform: 0.95, copy: 0.5 } as const;
const CROWD = new URL('gifts-crowd.ts', import.meta.url);
const RATES = fileURLToPath(new URL('gifts-rates.ts', import.meta.url));

type Round = { readonly allToOne: number; readonly uniform: number; readonly oneByOne: number; readonly copied: number };

const goOnAir = async (url: string, { cookie, handle }: Person): Promise<{ studio: Connection; broadcastId: string }> => {
  const studio = await openConnection(url, { origin: new URL(url).origin, cookie });
  await studio.join(handle, { as: 'studio' });
  const { broadcast } = await studio.request('broadcast.start', { ...BROADCAST, title: handle });
  return { studio, broadcastId: broadcast.broadcastId };
};

export const run = async (progress: Progress): Promise<Finding> => {
  // Nobody publishes: what is measured is giving, and a broadcast waits for its host's picture for so long.
  const server = await startServer({ env: { NODE_OPTIONS: `--import ${RATES}`, RESUME_GRACE_MS: '3600000' } });
  const sql = postgres({ ...purseConnection(server), max: Math.max(...POOLS), fetch_types: false });
  const [many, few] = await Promise.all([startChild<GiftOrder>(CROWD), startChild<GiftOrder>(CROWD)]);
  try {
    const people = await addPeople(sql, GIVERS + CHANNELS);
    const [givers, hosts] = [people.slice(CHANNELS), people.slice(0, CHANNELS)];
    const shows = [];
    for (const host of hosts) shows.push(await goOnAir(server.url, host));
    const [first] = hosts;
    const broadcastId = shows[0]?.broadcastId ?? '';
    if (!first) throw new Error('no channel');
    const port = Number(new URL(server.url).port);
    const open = (handleOf: (at: number) => string) => ({ do: 'open', port, seats: givers.map(({ cookie }, at) => ({ cookie, handle: handleOf(at) })) }) as const;
    await many.ask(open(() => first.handle));
    await few.ask(open((at) => hosts[at % hosts.length]?.handle ?? ''));
    progress(`${GIVERS} people in one room, and once more in ${CHANNELS}`);
    const busy = await waitForQuiet(progress);
    const giveIn = async (crowd: typeof many, seconds: number, perSecond: number | null): Promise<Given> => {
      const given = (await crowd.ask({ do: 'give', seconds, perSecond, onWay: ON_WAY })) as Given;
      if (given.refused > 0) throw new Error(`${given.refused} gifts were refused`);
      return given;
    };
    const perSecond = ({ acknowledged, seconds }: Given): number => acknowledged / seconds;
    const compare = async (): Promise<number> => {
      const speeds = [];
      for (const connections of POOLS) speeds.push(await oneByOne(sql, { people: givers, channelId: first.channelId, broadcastId, connections, seconds: COMPARED_SECONDS }));
      return Math.max(...speeds);
    };
    // A connection of its own: the driver does not tell of a COPY that failed.
    const copy = async (): Promise<number> => {
      const own = postgres({ ...purseConnection(server), max: 1, fetch_types: false });
      try {
        return await byCopy(own, COPIED);
      } finally {
        await own.end({ timeout: 1 });
      }
    };
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // Who is first alternates.
      const before = round % 2 === 1 ? await compare() : null;
      const arms = [() => giveIn(many, SECONDS, null), () => giveIn(few, SECONDS, null)] as const;
      const [one, other] = round % 2 === 1 ? [arms[1], arms[0]] : arms;
      const [oneSpeed, otherSpeed] = [perSecond(await one()), perSecond(await other())];
      const [allToOne, uniform] = round % 2 === 1 ? [otherSpeed, oneSpeed] : [oneSpeed, otherSpeed];
      rounds.push({ allToOne, uniform, oneByOne: before ?? (await compare()), copied: await copy() });
      progress(Object.entries(rounds.at(-1) ?? {}).map(([name, speed]) => `${name} ${Math.round(speed)}/s`).join(', '));
    }
    const measured = rounds.slice(1);
    const of = (pick: (round: Round) => number): number => median(measured.map(pick));
    const pace = Math.round(of((round) => round.oneByOne));
    const paced = await giveIn(many, PACED_SECONDS, pace);
    progress(`paced ${Math.round(perSecond(paced))}/s: p50 ${tenth(quantile(paced.delaysMs, 0.5))} ms, p99 ${tenth(quantile(paced.delaysMs, 0.99))} ms`);
    const stored = await sql`select count(*) from gift_sends where transfer_id not like 'zz-one-%'`;
    for (const { studio } of shows) studio.close();
    const p99Ms = tenth(quantile(paced.delaysMs, 0.99));
    const ratio = thousandth(of(({ allToOne, oneByOne: single }) => allToOne / single));
    const toUniform = thousandth(of(({ allToOne, uniform }) => allToOne / uniform));
    const toCopy = thousandth(of(({ allToOne, copied }) => allToOne / copied));
    return {
      ratio, goal: GOALS.ratio, busy: thousandth(busy),
      giftsPerSecond: summary(measured.map(({ allToOne }) => allToOne)), oneByOnePerSecond: summary(measured.map((round) => round.oneByOne)),
      uniformPerSecond: summary(measured.map(({ uniform }) => uniform)), copiedPerSecond: summary(measured.map(({ copied }) => copied)),
      acknowledgement: { perSecond: pace, p50Ms: tenth(quantile(paced.delaysMs, 0.5)), p99Ms, goalMs: GOALS.p99Ms },
      toUniform, goalToUniform: GOALS.uniform, toCopy, goalToCopy: GOALS.copy, stored: Number(stored[0]?.['count']),
      met: ratio >= GOALS.ratio && p99Ms <= GOALS.p99Ms && toUniform >= GOALS.uniform && toCopy >= GOALS.copy,
    };
  } finally {
    many.close();
    few.close();
    await sql.end({ timeout: 2 });
    await server.stop();
  }
};
