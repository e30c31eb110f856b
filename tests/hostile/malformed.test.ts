// Ten thousand malformed frames of every message, each of which the server really looks into. A connection is closed at its
// first frame that is none, and after some twenty bad requests: so each one sends as many as are answered, and one last frame
// that closes it. The server's own count is the proof that they were not thrown away unread.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as v from 'valibot';
import { FRAME_BYTES_MAX } from '../../shared/limits.ts';
import { REQUESTS } from '../../shared/messages.ts';
import type { RequestName } from '../../shared/messages.ts';
import { nearly } from '../support/arbitrary.ts';
import { createClient, register, registerCreator } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { uniqueAddress } from '../support/names.ts';
import { openRawListener } from '../support/raw-listener.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { expectUnharmed } from '../support/unharmed.ts';
import { within } from '../support/wait.ts';

const FRAMES_PER_MESSAGE = 10_000;
/** One fewer than a connection is closed for. */
const BAD_PER_SOCKET = 19;
const SOCKETS = Math.ceil(FRAMES_PER_MESSAGE / (BAD_PER_SOCKET + 1));
const SOCKETS_AT_ONCE = 50;
const SAMPLES = 400;
/** Values made in one go: this process has pongs to send meanwhile. */
const SAMPLES_AT_ONCE = 20;
/** Every so manieth has a seat: who has none is told of a bad request too, before being told to join. */
const JOINS_EVERY = 10;

let server: TestServer;
let handle: string;
let bystander: Connection;
beforeAll(async () => {
  server = await startServer();
  ({ handle } = await registerCreator(server));
  bystander = await (await register(server)).client.connect();
  await bystander.join(handle);
});
afterAll(async () => {
  bystander.close();
  await server.stop();
});

/** Cut off, one character another, twice, nested, a number where a name was, no id: what is no frame at all. */
const spoiled = (json: string, turn: number): string => {
  const at = 1 + ((turn * 7_919) % (json.length - 1));
  switch (turn % 7) {
    case 0: return json.slice(0, at);
    case 1: return `${json.slice(0, at)}\u0000${json.slice(at)}`;
    case 2: return json + json;
    case 3: return json.replace('"params":', `"params":${'['.repeat(200)}`);
    case 4: return json.replace('"id"', '1e400');
    case 5: return json.replace('{', '{"__proto__":{"role":"host"},');
    default: return json.replace(/"id":\d+/, '"id":"1"');
  }
};

/** Different values that the schema refuses, as the wire would carry them. */
const badParams = async (name: RequestName): Promise<string[]> => {
  const { params } = REQUESTS[name];
  const values = nearly(params);
  const texts = new Set<string>();
  for (let made = 0; made < SAMPLES; made += SAMPLES_AT_ONCE) {
    for (const value of fc.sample(values, SAMPLES_AT_ONCE)) {
      const text = JSON.stringify(value) as string | undefined;
      if (text === undefined || text.length * 3 > FRAME_BYTES_MAX) continue; // What the wire cannot carry is not sent.
      if (!v.safeParse(params, JSON.parse(text)).success) texts.add(text);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return [...texts];
};

const dispatched = async (name: RequestName): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {};
  for (const [sample, count] of await server.metrics()) {
    const [, of, outcome = ''] = /^qiao_requests_total\{name="([^"]+)",outcome="([^"]+)"\}$/.exec(sample) ?? [];
    if (of === name) counts[outcome] = count;
  }
  return counts;
};

let turn = 0;

/** Resolves with the number of `bad_request` answers, when the server has closed the socket. */
const attack = async (name: RequestName, samples: readonly string[]): Promise<number> => {
  const socket = await openRawListener(Number(new URL(server.url).port), { headers: { 'X-Forwarded-For': uniqueAddress() } });
  const paramsOf = (): string => samples[(turn += 1) % samples.length] ?? 'null';
  let refused = 0;
  socket.onText = (text) => {
    if (!text.includes('"code":"bad_request"')) return;
    refused += 1;
    // Not before the others are answered: what waits when a connection closes is not looked at any more.
    if (refused === BAD_PER_SOCKET) socket.send(spoiled(`{"id":99,"name":"${name}","params":${paramsOf()}}`, turn));
  };
  if (turn % JOINS_EVERY === 0) socket.send(JSON.stringify({ id: 0, name: 'room.join', params: { handle, as: 'viewer' } }));
  socket.send(...Array.from({ length: BAD_PER_SOCKET }, (_, at) => `{"id":${at + 1},"name":"${name}","params":${paramsOf()}}`));
  await within(30_000, `the server to close after a frame of ${name} that is none`, socket.closed);
  return refused;
};

test.each(Object.keys(REQUESTS) as RequestName[])('ten thousand malformed frames of %s', async (name) => {
  const samples = await badParams(name);
  expect(samples.length).toBeGreaterThan(SAMPLES / 4);
  const before = await dispatched(name);
  let refused = 0;
  let opened = 0;
  const attackOn = async (): Promise<void> => {
    while (opened < SOCKETS) {
      opened += 1;
      const answered = await attack(name, samples);
      refused += answered;
    }
  };
  await Promise.all(Array.from({ length: SOCKETS_AT_ONCE }, attackOn));
  const after = await dispatched(name);
  // Each was read and refused, by the client's count and by the server's; nothing came of any of them.
  expect(refused).toBe(SOCKETS * BAD_PER_SOCKET);
  expect((after['bad_request'] ?? 0) - (before['bad_request'] ?? 0)).toBe(SOCKETS * BAD_PER_SOCKET);
  expect(after['internal'] ?? 0).toBe(0);
  expect(server.isAlive()).toBe(true);
});

test('after all that nothing is broken, and who was there noticed nothing', async () => {
  await expectUnharmed(server);
  expect(bystander.isOpen()).toBe(true);
  const seqs = bystander.events.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
  expect(seqs).toEqual(seqs.map((_, at) => (seqs[0] ?? 0) + at));
  const guest = await createClient(server).connect();
  await guest.join(handle);
  guest.close();
});
