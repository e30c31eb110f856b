// Every message with made-up params, from somebody without a place, a viewer and a host: each request is answered with a
// result or a code, or the connection is closed by a rule; and a broadcast beside it never stops.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS } from '../../shared/errors.ts';
import { REQUESTS } from '../../shared/messages.ts';
import type { RequestName } from '../../shared/messages.ts';
import { fitting, nearly } from '../support/arbitrary.ts';
import { createClient, registerCreator } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { goLive, watch } from '../support/scene.ts';
import type { Show, Watching } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { expectUnharmed } from '../support/unharmed.ts';
import { until } from '../support/wait.ts';

const RUNS = 60;
/** Fewer bad requests than a connection is closed for, so that each is answered. */
const PER_CONNECTION = 15;

let server: TestServer;
let show: Show;
let bystander: Watching;
beforeAll(async () => {
  server = await startServer();
  show = await goLive(server);
  bystander = await watch(server, show.handle);
});
afterAll(async () => {
  bystander.end();
  show.end();
  await server.stop();
});

const PLACES = {
  nowhere: async () => createClient(server).connect(),
  viewer: async () => {
    const connection = await createClient(server).connect();
    await connection.join(show.handle);
    return connection;
  },
  // Rates are a user's, in however many connections: every attack comes from another host.
  host: async () => {
    const victim = await registerCreator(server);
    const connection = await victim.client.connect();
    await connection.join(victim.handle, { as: 'studio' });
    return connection;
  },
} satisfies Record<string, () => Promise<Connection>>;

type Reply = { readonly id: number; readonly error?: { readonly code: string } };

/** Far from the ids that the typed client gives out. */
let lastId = 1_000_000;

/** Sends them all; each is answered exactly once, unless the server closed the connection with one of its codes. */
const attack = async (connection: Connection, name: string, values: readonly unknown[]): Promise<Reply[]> => {
  const ids = values.map(() => (lastId += 1));
  values.forEach((params, at) => connection.send(JSON.stringify({ id: ids[at], name, params })));
  const replies = (): Reply[] => (connection.strays as readonly Reply[]).filter(({ id }) => ids.includes(id));
  await until(`${values.length} answers to ${name}`, () => replies().length >= values.length || !connection.isOpen(), 15_000);
  if (!connection.isOpen()) expect((await connection.closed).code).toBeGreaterThanOrEqual(4000);
  else expect(replies().map(({ id }) => id).sort()).toEqual(ids);
  for (const { error } of replies()) if (error) expect(Object.keys(ERRORS)).toContain(error.code);
  expect(replies().filter(({ error }) => error?.code === 'internal')).toEqual([]);
  return replies();
};

const chunksOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));

describe.each(Object.keys(REQUESTS) as RequestName[])('%s', (name) => {
  test.each(Object.keys(PLACES) as (keyof typeof PLACES)[])('made-up params from %s', async (place) => {
    const { params } = REQUESTS[name];
    // JSON has no undefined and no NaN: what the wire cannot carry is not sent.
    const values = [...fc.sample(nearly(params), RUNS / 2), ...fc.sample(fitting(params), RUNS / 2)].filter((value) => value !== undefined);
    for (const chunk of chunksOf(values, PER_CONNECTION)) {
      const connection = await PLACES[place]();
      await attack(connection, name, chunk);
      connection.close();
    }
  });
});

test('names that are no request are bad requests', async () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'room.join ', 'ROOM.JOIN', 'room', '.', 'room.joined']) {
    const connection = await PLACES.viewer();
    const [reply] = await attack(connection, name, [{}]);
    expect(reply?.error?.code).toBe('bad_request');
    connection.close();
  }
});

test('ids of other people’s media are worth nothing', async () => {
  const { transportId, publications } = show.publisher;
  const dtlsParameters = { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('AA').join(':') }] };
  const attempts: [RequestName, unknown][] = [
    ['stage.connect', { transportId, dtlsParameters }],
    ['stage.publish', { transportId, source: 'camera', kind: 'video', rtpParameters: { codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }], encodings: [{ ssrc: 1 }] } }],
    ['stage.close', { transportId }],
    ['stage.restartIce', { transportId }],
    ['stage.unpublish', { publicationId: publications.camera }],
    ['stage.mute', { publicationId: publications.camera, muted: true }],
  ];
  const connection = await PLACES.host();
  const answers: Record<string, string | undefined> = {};
  for (const [name, params] of attempts) answers[name] = (await attack(connection, name, [params]))[0]?.error?.code;
  expect(answers).toEqual({
    'stage.connect': 'transport_gone',
    'stage.publish': expect.stringMatching(/^(transport_gone|not_live)$/) as string,
    'stage.close': answers['stage.close'],
    'stage.restartIce': 'transport_gone',
    'stage.unpublish': 'not_found',
    'stage.mute': 'not_found',
  });
  connection.close();
  await bystander.viewer.flows('camera', 10);
  await bystander.viewer.flows('microphone', 10);
});

test('a flood closes its own connection and nobody else’s', async () => {
  const connection = await PLACES.viewer();
  for (let id = 0; id < 3_000; id += 1) connection.send(JSON.stringify({ id, name: 'watch.refresh', params: {} }));
  expect((await connection.closed).code).toBe(4501);
  await bystander.viewer.flows('camera', 10);
});

test('after all that nothing is broken and nothing was lost', async () => {
  await expectUnharmed(server);
  expect(bystander.connection.isOpen()).toBe(true);
  expect(bystander.connection.events.filter(({ event }) => event === 'broadcast.ended' || event === 'broadcast.interrupted')).toEqual([]);
  const seqs = bystander.connection.events.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
  expect(seqs).toEqual(seqs.map((_, at) => (seqs[0] ?? 0) + at));
  await bystander.viewer.flows('camera', 10);
});
