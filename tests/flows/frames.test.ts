// The envelope, over a real socket: what is answered, in which order, and what closes the connection.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLOSE } from '../../shared/errors.ts';
import { FRAME_BYTES_MAX, JOIN_TIMEOUT_MS, QUEUED_REQUESTS_MAX } from '../../shared/limits.ts';
import { clockOffsetOf } from '../../shared/time.ts';
import { createClient, registerCreator } from '../support/client.ts';
import { openUpgrade } from '../support/raw-socket.ts';
import { codeOf } from '../support/refusal.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until, within } from '../support/wait.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => void (await server.stop()));

test('[E1] another version of the protocol is refused before the upgrade', async () => {
  for (const path of ['/live?v=0', '/live?v=2', '/live']) {
    const socket = await openUpgrade(server.url, { path });
    expect(await socket.status(), path).toBe(426);
    expect(socket.received().toString()).toContain('"bad_request"');
    socket.destroy();
  }
});

test('[E1] a frame over the limit closes the connection, one at the limit is read', async () => {
  const client = createClient(server);
  const connection = await client.connect();
  const frame = (bytes: number): string => {
    const empty = JSON.stringify({ id: 1, name: 'room.leave', params: { pad: '' } });
    return JSON.stringify({ id: 1, name: 'room.leave', params: { pad: 'x'.repeat(bytes - empty.length) } });
  };
  connection.send(frame(FRAME_BYTES_MAX));
  await until('an answer to the largest frame', () => connection.strays.length > 0);
  connection.send(frame(FRAME_BYTES_MAX + 1));
  expect((await connection.closed).code).toBeGreaterThan(1000);
});

test('[E2] each request has exactly one reply with its own id', async () => {
  const { handle, client } = await registerCreator(server);
  const connection = await client.connect();
  const names = ['room.join', 'broadcast.end', 'no.such', 'clock.sync', 'room.leave'];
  names.forEach((name, at) => {
    connection.send(JSON.stringify({ id: 1_000 + at, name, params: name === 'room.join' ? { handle, as: 'viewer' } : {} }));
  });
  await until('five replies', () => connection.strays.length === names.length);
  const ids = connection.strays.map((reply) => (reply as { id: number }).id);
  expect([...ids].sort()).toEqual([1_000, 1_001, 1_002, 1_003, 1_004]);
  connection.close();
});

test('[E3] requests are handled in the order they came', async () => {
  const { handle, client } = await registerCreator(server);
  const connection = await client.connect();
  // Joining waits for the database; leaving behind it must not overtake.
  const answers = await Promise.allSettled([connection.join(handle), connection.request('room.leave', {}), connection.join(handle)]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  connection.close();
});

test('[E3] too many waiting requests close the connection', async () => {
  const { handle, client } = await registerCreator(server);
  const connection = await client.connect();
  for (let id = 0; id <= QUEUED_REQUESTS_MAX * 2; id += 1) connection.send(JSON.stringify({ id, name: 'room.join', params: { handle, as: 'viewer' } }));
  expect(await connection.closed).toMatchObject({ code: CLOSE.too_many_requests });
});

test('[E4] an undeclared or missing field is a bad request', async () => {
  const { handle, client } = await registerCreator(server);
  const connection = await client.connect();
  const loose = connection as unknown as { request(name: string, params: unknown): Promise<unknown> };
  expect(await codeOf(loose.request('room.join', { handle, as: 'viewer', admin: true }))).toBe('bad_request');
  expect(await codeOf(loose.request('room.join', { as: 'viewer' }))).toBe('bad_request');
  expect(await codeOf(loose.request('room.join', null))).toBe('bad_request');
  connection.close();
});

test('[E5] what is not a frame closes the connection for good', async () => {
  for (const text of ['', 'hello', '[]', '{"id":1}', '{"id":-1,"name":"room.leave","params":{}}', '{"id":1,"name":"room.leave","params":{},"more":1}']) {
    const connection = await createClient(server).connect();
    connection.send(text);
    expect(await connection.closed, text).toMatchObject({ code: CLOSE.bad_frame, reason: 'bad_frame' });
  }
});

test('[J1] who does not join within the time is closed and may come back', async () => {
  const since = performance.now();
  const connection = await createClient(server).connect();
  // Talking is not joining.
  await connection.request('clock.sync', {});
  const closed = await within(JOIN_TIMEOUT_MS + 5_000, 'the close', connection.closed);
  expect(closed).toMatchObject({ code: CLOSE.join_timeout, reason: 'join_timeout' });
  expect(performance.now() - since).toBeGreaterThan(JOIN_TIMEOUT_MS - 100);
});

test('[T1, T2] the clock is answered at once and tells the server’s time', async () => {
  const connection = await createClient(server).connect();
  const sentMs = Date.now();
  const { serverReceivedMs, serverSentMs } = await connection.request('clock.sync', {});
  const receivedMs = Date.now();
  const { offsetMs, errorMs } = clockOffsetOf({ sentMs, serverReceivedMs, serverSentMs, receivedMs });
  // The same machine: the true offset is nought.
  expect(Math.abs(offsetMs)).toBeLessThanOrEqual(errorMs + 1);
  connection.close();
});

test('[T2] the clock overtakes whatever waits', async () => {
  const { handle, client } = await registerCreator(server);
  const connection = await client.connect();
  const order: string[] = [];
  await Promise.all([
    connection.join(handle).then(() => order.push('join')),
    connection.request('clock.sync', {}).then(() => order.push('clock')),
  ]);
  expect(order).toEqual(['clock', 'join']);
  connection.close();
});
