// An hour's wear in some minutes: a room in which people come and go, drop and come back, talk, react, vote, ask and are
// moderated, as fast as the rates let them. What the server holds after a collection must not grow once the room is full.

import type { RequestKey } from '../../shared/ids.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { memoryOf, WITH_INSPECTOR } from '../support/heap.ts';
import { openRawListener } from '../support/raw-listener.ts';
import { uniqueAddress } from '../support/names.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { median, tenth, thousandth } from '../support/statistics.ts';
import { until } from '../support/wait.ts';
import type { Finding, Progress } from './run.ts';

/** Each says a line a second, as fast as the table lets them. */
const PEOPLE = 100;
/** Lines can be sent again for two minutes, and so long they are kept; lists of speakers and rates fill as well: then the room is full. */
const FILLING_S = 240;
/** `npm run bench -- soak MINUTES`: of the measured part. */
const MEASURED_S = 60 * Number(process.argv[3] ?? 4);
const LOOK_EVERY_S = 10;
const GOAL_KB_PER_MINUTE = 100;
const GUESTS_PER_SECOND = 10;

let keys = 0;
const key = (): RequestKey => `soak-${(keys += 1)}` as RequestKey;
const LOOK = { color: 'white', place: 'scroll' } as const;

/** What is refused here, by a rate or because another was quicker, is part of the wear. */
const tryTo = (asking: Promise<unknown>): Promise<unknown> => asking.catch(() => null);

const act = async (person: Connection, turn: number): Promise<void> => {
  const { line } = (await tryTo(person.request('chat.send', { key: key(), text: `said in turn ${turn} ${'words '.repeat(turn % 20)}`, look: LOOK, replyToLineId: null, seen: null }))) as { line?: { lineId: never } } ?? {};
  await tryTo(person.request('reaction.send', { reaction: 'heart', count: 1 + (turn % 5), seen: null }));
  if (line && turn % 7 === 0) await tryTo(person.request('chat.edit', { lineId: line.lineId, text: 'said otherwise' }));
  if (line && turn % 11 === 0) await tryTo(person.request('chat.delete', { lineId: line.lineId }));
  if (turn % 13 === 0) await tryTo(person.request('question.ask', { key: key(), text: `why ${turn}?`, seen: null }));
};

/** A poll is opened, voted on and closed; somebody is timed out and let go; the rules change. */
const lead = async (owner: Connection, people: readonly Connection[], turn: number): Promise<void> => {
  const opened = (await tryTo(owner.request('poll.open', { question: `poll ${turn}?`, options: ['yes', 'no'], seen: null }))) as { poll: { pollId: never } } | null;
  if (opened) {
    await Promise.all(people.map((person, at) => tryTo(person.request('poll.vote', { pollId: opened.poll.pollId, option: at % 2, seen: null }))));
    await tryTo(owner.request('poll.close', { pollId: opened.poll.pollId, seen: null }));
  }
  await tryTo(owner.request('rules.update', { links: turn % 2 === 0 ? 'hold' : 'allow' }));
};

type Point = { readonly minute: number; readonly value: number };

/**
 * Theil and Sen's slope, the median of the slopes between any two points, in units a minute, with a 95 % interval by the ranks
 * of those slopes (Kendall): one collection that came at an odd moment moves neither.
 */
const slopeOf = (points: readonly Point[]) => {
  const slopes = points
    .flatMap((one, at) => points.slice(at + 1).map((other) => (other.value - one.value) / (other.minute - one.minute)))
    .sort((one, other) => one - other);
  const n = points.length;
  const reach = 1.96 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const low = slopes[Math.max(0, Math.floor((slopes.length - reach) / 2))] ?? Number.NaN;
  const high = slopes[Math.min(slopes.length - 1, Math.ceil((slopes.length + reach) / 2))] ?? Number.NaN;
  return { slope: median(slopes), low, high };
};

const linesTaken = async (server: TestServer): Promise<number> => {
  let sum = 0;
  for (const [name, count] of await server.metrics()) if (name.startsWith('qiao_chat_lines_total')) sum += count;
  return sum;
};

export const run = async (progress: Progress): Promise<Finding> => {
  const server = await startServer({ env: WITH_INSPECTOR });
  const port = Number(new URL(server.url).port);
  const creator = await registerCreator(server);
  const owner = await creator.client.connect();
  await owner.join(creator.handle);
  const people: Connection[] = [];
  const clients = [];
  for (let at = 0; at < PEOPLE; at += 1) clients.push((await register(server)).client);
  for (const client of clients) {
    const person = await client.connect();
    await person.join(creator.handle);
    people.push(person);
  }
  /** Comes, listens for a moment, and goes: half of them with a goodbye, half as if the network had gone. */
  const passBy = async (at: number): Promise<void> => {
    const guest = await openRawListener(port, { headers: { 'X-Forwarded-For': uniqueAddress() } });
    let isIn = false;
    guest.onText = (text) => { isIn ||= text.startsWith('{"id":1,'); };
    guest.send(JSON.stringify({ id: 1, name: 'room.join', params: { handle: creator.handle, as: 'viewer' } }));
    await until('a guest to be in', () => isIn);
    if (at % 2 === 0) guest.send(JSON.stringify({ id: 2, name: 'room.leave', params: {} }));
    guest.close();
  };
  const points: Point[] = [];
  const residentMB: number[] = [];
  const linesBefore = await linesTaken(server);
  const startedMs = performance.now();
  const secondsSince = (): number => (performance.now() - startedMs) / 1000;
  let looks = 0;
  for (let turn = 0; secondsSince() < FILLING_S + MEASURED_S; turn += 1) {
    const work = people.map((person) => act(person, turn));
    for (let guest = 0; guest < GUESTS_PER_SECOND; guest += 1) work.push(passBy(guest));
    if (turn % 15 === 0) work.push(lead(owner, people, turn));
    await Promise.all(work);
    // One of them drops and comes back to the same place.
    const at = turn % PEOPLE;
    people[at]?.close();
    const back = await clients[at]?.connect();
    if (back) {
      await tryTo(back.join(creator.handle));
      people[at] = back;
    }
    if (secondsSince() >= looks * LOOK_EVERY_S) {
      looks += 1;
      const memory = await memoryOf(server);
      residentMB.push(Math.round(memory.rss / 1e6));
      const kB = (memory.heapUsed + memory.external) / 1000;
      if (secondsSince() > FILLING_S) points.push({ minute: secondsSince() / 60, value: kB });
      progress(`${Math.round(secondsSince())} s: ${Math.round(kB)} kB held, ${Math.round(memory.rss / 1e6)} MB resident, turn ${turn}`);
    }
    const nextMs = startedMs + (turn + 1) * 1_000;
    await until('the next second', () => performance.now() >= nextMs, 60_000);
  }
  const { slope, low, high } = slopeOf(points);
  const linesPerSecond = ((await linesTaken(server)) - linesBefore) / secondsSince();
  owner.close();
  for (const person of people) person.close();
  await until('everybody to be gone', async () => ((await (await server.healthz()).json()) as { participants: number }).participants === 0, 60_000);
  await server.stop();
  return {
    ratio: thousandth(Math.max(0, slope) / GOAL_KB_PER_MINUTE), goal: 1,
    kBPerMinute: tenth(slope), interval95: [tenth(low), tenth(high)], goalKBPerMinute: GOAL_KB_PER_MINUTE,
    linesPerSecond: tenth(linesPerSecond),
    residentMB, looks: points.length, seconds: MEASURED_S, people: PEOPLE, guestsPerSecond: GUESTS_PER_SECOND, rounds: 1,
  };
};
