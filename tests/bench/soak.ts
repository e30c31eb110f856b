// An hour's wear in some minutes: a room in which people come and go, drop and come back, talk, react, vote, ask and are
// moderated, as fast as the rates let them. What the server holds after a collection must not grow once the room is full.

import type { RequestKey } from '../../shared/ids.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { memoryOf, WITH_INSPECTOR } from '../support/heap.ts';
import { openRawListener } from '../support/raw-listener.ts';
import { uniqueAddress } from '../support/names.ts';
import { startServer } from '../support/server.ts';
import { tenth, thousandth } from '../support/statistics.ts';
import { until } from '../support/wait.ts';
import type { Finding, Progress } from './run.ts';

const PEOPLE = 40;
/** Lines can be sent again for two minutes, and so long they are kept; lists of speakers and rates fill as well: then the room is full. */
const FILLING_S = 240;
const MEASURED_S = 180;
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

/** The slope of a straight line through points, in units a minute, and its standard error. */
const slopeOf = (points: readonly { readonly minute: number; readonly value: number }[]) => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(({ minute }) => minute)), mean(points.map(({ value }) => value))];
  const spread = points.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0);
  const slope = points.reduce((sum, { minute, value }) => sum + (minute - x) * (value - y), 0) / spread;
  const rest = points.reduce((sum, { minute, value }) => sum + (value - y - slope * (minute - x)) ** 2, 0) / (points.length - 2);
  return { slope, error: Math.sqrt(rest / spread) };
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
  const points: { minute: number; value: number }[] = [];
  const startedMs = performance.now();
  const secondsSince = (): number => (performance.now() - startedMs) / 1000;
  let looks = 0;
  let rss = 0;
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
      rss = memory.rss;
      const kB = (memory.heapUsed + memory.external) / 1000;
      if (secondsSince() > FILLING_S) points.push({ minute: secondsSince() / 60, value: kB });
      progress(`${Math.round(secondsSince())} s: ${Math.round(kB)} kB held, ${Math.round(memory.rss / 1e6)} MB resident, turn ${turn}`);
    }
    const nextMs = startedMs + (turn + 1) * 1_000;
    await until('the next second', () => performance.now() >= nextMs, 60_000);
  }
  const { slope, error } = slopeOf(points);
  owner.close();
  for (const person of people) person.close();
  await until('everybody to be gone', async () => ((await (await server.healthz()).json()) as { participants: number }).participants === 0, 60_000);
  await server.stop();
  return {
    ratio: thousandth(Math.max(0, slope) / GOAL_KB_PER_MINUTE), goal: 1,
    kBPerMinute: tenth(slope), standardError: tenth(error), goalKBPerMinute: GOAL_KB_PER_MINUTE,
    residentMB: tenth(rss / 1e6), looks: points.length, seconds: MEASURED_S, people: PEOPLE, guestsPerSecond: GUESTS_PER_SECOND, rounds: 1,
  };
};
