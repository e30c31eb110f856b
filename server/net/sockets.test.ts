// WebSockets over real sockets: who gets in, what is cut, what arrives.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { CLOSE } from '../../shared/errors.ts';
import { CONNECTIONS_PER_ADDRESS_MAX, FRAME_BYTES_MAX, QUEUED_REQUESTS_MAX } from '../../shared/limits.ts';
import type { Caller } from '../hub/handler.ts';
import { ADA_TOKEN, ROOM, maskedFrame, seating, startEdge, upgradeBytes } from './testing/edge.ts';
import type { Edge, EdgeOptions } from './testing/edge.ts';

let edge: Edge;
const start = async (options: EdgeOptions = {}): Promise<Edge> => (edge = await startEdge(options));
afterEach(() => edge.server.close());

const stillAlive = async (): Promise<void> => {
  const { ask, frames, ws } = await edge.socket();
  ask(1, 'clock.sync');
  await expect.poll(() => frames).toHaveLength(1);
  ws.close();
};

/** The HTTP status that a hand-written upgrade gets. */
const upgradeStatus = async (headers: string, path = '/live?v=1'): Promise<string> => {
  const connection = edge.raw(upgradeBytes(edge.origin, headers, path));
  await expect.poll(connection.text).toMatch(/^HTTP/);
  connection.socket.destroy();
  return connection.text().slice(9, 12);
};

test('a request gets its reply; who has a session is known by it, who has none is a guest', async () => {
  const callers: Caller[] = [];
  const { socket } = await start({ handlers: seating(() => edge, callers) });
  const ada = await socket({ cookie: `other=1; qiao=${ADA_TOKEN}` });
  ada.ask(1, 'room.join', { handle: 'ada', as: 'viewer' });
  ada.ask(2, 'room.leave');
  await expect.poll(() => ada.frames).toContainEqual({ id: 2, result: {} });
  const guest = await socket({ cookie: 'qiao=nobody-has-this-token' });
  guest.ask(1, 'room.join', { handle: 'ada', as: 'viewer' });
  await expect.poll(() => callers.length).toBe(2);
  expect(callers.map((it) => [it.user?.name ?? null, it.address])).toEqual([['ada', '127.0.0.1'], [null, '127.0.0.1']]);
});

test.each([
  ['its own', (own: string) => `Origin: ${own}\r\n`, '101'],
  ['a named', () => 'Origin: https://friend.example\r\n', '101'],
  ['a foreign', () => 'Origin: https://evil.example\r\n', '403'],
  ['a look-alike', (own: string) => `Origin: ${own}.evil.example\r\n`, '403'],
  ['a null', () => 'Origin: null\r\n', '403'],
  ['an empty', () => 'Origin: \r\n', '403'],
  ['no', () => '', '403'],
  ['a doubled', (own: string) => `Origin: ${own}\r\nOrigin: https://evil.example\r\n`, '403'],
])('%s origin gets %#', async (_what, headers, status) => {
  await start({ settings: { allowedOrigins: ['https://friend.example'] } });
  expect(await upgradeStatus(headers(edge.origin))).toBe(status);
  await stillAlive();
});

test('with PUBLIC_URL only that origin counts, not the address in the Host header', async () => {
  const { origin } = await start({ settings: { publicUrl: 'https://live.example' } });
  expect(await upgradeStatus(`Origin: ${origin}\r\n`)).toBe('403');
  expect(await upgradeStatus('Origin: https://live.example\r\n')).toBe('101');
});

test('[E1] another protocol version is refused with 426', async () => {
  const { origin } = await start();
  for (const path of ['/live', '/live?v=0', '/live?v=2', '/live?v=1e0', '/live?v=__proto__']) {
    expect(await upgradeStatus(`Origin: ${origin}\r\n`, path)).toBe('426');
  }
});

test('a client that goes away while its session is looked up never becomes a connection', async () => {
  let release = (): void => {};
  let asked = 0;
  const { raw, hub, origin } = await start({ deps: { authenticate: () => { asked += 1; return new Promise((resolve) => (release = () => resolve(null))); } } });
  const connection = raw(upgradeBytes(origin, `Origin: ${origin}\r\nCookie: qiao=${ADA_TOKEN}\r\n`));
  await expect.poll(() => asked).toBe(1);
  connection.socket.destroy();
  await stillAlive();
  release();
  await stillAlive();
  expect(hub.connections()).toBeLessThanOrEqual(1);
});

test('sessions cannot be looked up: closed so that it comes again, and the server goes on', async () => {
  const { socket } = await start({ deps: { authenticate: () => Promise.reject(new Error('database away')) } });
  const { closedWith } = await socket({ cookie: `qiao=${ADA_TOKEN}` });
  await expect.poll(closedWith).toBe(CLOSE.internal);
  await stillAlive();
});

test('what is said before it is known whose session it is is heard in order, and only so much of it is kept', async () => {
  let release = (): void => {};
  const { socket } = await start({ deps: { authenticate: () => new Promise((resolve) => (release = () => resolve(null))) } });
  const patient = await socket({ cookie: `qiao=${ADA_TOKEN}` });
  for (let id = 1; id <= 5; id += 1) patient.ask(id, 'clock.sync');
  await expect.poll(() => patient.ws.bufferedAmount).toBe(0);
  expect(patient.frames).toEqual([]);
  release();
  await expect.poll(() => patient.frames.map((frame) => frame['id'])).toEqual([1, 2, 3, 4, 5]);
  const flood = await socket({ cookie: `qiao=${ADA_TOKEN}` });
  for (let id = 0; id <= QUEUED_REQUESTS_MAX; id += 1) flood.ask(id, 'clock.sync');
  await expect.poll(flood.closedWith).toBe(CLOSE.too_many_requests);
});

test('nobody who logged in is cut by the upgrade', async () => {
  const { raw, origin, hub } = await start({ deps: { authenticate: () => new Promise((resolve) => setImmediate(() => resolve(null))) } });
  // Such a head made every late upgrade fail, and not only one in some hundreds.
  const upgrades = Array.from({ length: 20 }, () => raw(upgradeBytes(origin, `Origin: ${origin}\r\nCookie: qiao=${ADA_TOKEN}\r\n`).replace('Connection: Upgrade', 'Connection: close')));
  for (const { text } of upgrades) await expect.poll(text).toMatch(/^HTTP\/1.1 101/);
  await stillAlive();
  await expect.poll(() => hub.connections()).toBeGreaterThanOrEqual(20);
  for (const { socket } of upgrades) socket.destroy();
});

test.each([
  ['not JSON', 'nonsense'], ['binary', new Uint8Array([1, 2, 3])], ['an array', '[]'], ['no id', '{"name":"clock.sync","params":{}}'],
])('E5: %s closes with bad_frame', async (_what, data) => {
  const { socket } = await start();
  const { ws, closedWith } = await socket();
  ws.send(data);
  await expect.poll(closedWith).toBe(CLOSE.bad_frame);
  await stillAlive();
});

test('a frame over the limit ends its connection; one at the limit is heard', async () => {
  const { socket, gone } = await start();
  const big = await socket();
  const frame = (bytes: number): string => `{"id":1,"name":"clock.sync","params":{}${' '.repeat(bytes - 40)}}`;
  expect(frame(FRAME_BYTES_MAX)).toHaveLength(FRAME_BYTES_MAX);
  big.ws.send(frame(FRAME_BYTES_MAX));
  await expect.poll(() => big.frames).toHaveLength(1);
  big.ws.send(frame(FRAME_BYTES_MAX + 1));
  await expect.poll(big.closedWith).not.toBeNull();
  await expect.poll(() => gone.length).toBe(1);
  await stillAlive();
});

test.each([
  ['unmasked', Buffer.concat([Buffer.from([0x81, 0x02]), Buffer.from('{}')])],
  ['reserved bits', Buffer.from([0xf1, 0x80, 0, 0, 0, 0])],
  ['an unknown opcode', Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
  ['a length of 2^63', Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
  ['broken UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe])],
  ['a fragmented ping', Buffer.from([0x09, 0x80, 0, 0, 0, 0])],
  ['noise', randomBytes(4_096)],
])('%s on the wire harms nobody else', async (_what, bytes) => {
  const { raw, origin } = await start();
  const connection = raw(upgradeBytes(origin));
  await expect.poll(connection.text).toContain('101 Switching');
  connection.socket.write(bytes);
  await stillAlive();
  connection.socket.destroy();
  await stillAlive();
});

test('[E6] room events reach all with a seat in the room, in order, and nobody else', async () => {
  const { socket, audience } = await start({ handlers: seating(() => edge) });
  const clients = await Promise.all([socket(), socket(), socket()]);
  const [one, two, outside] = clients;
  if (!one || !two || !outside) throw new Error('three sockets');
  for (const client of [one, two]) {
    client.ask(1, 'room.join', { handle: 'ada', as: 'viewer' });
    await expect.poll(() => client.frames.length).toBe(1);
  }
  for (let viewers = 1; viewers <= 20; viewers += 1) audience.publish(ROOM, 'viewers.counted', { viewers });
  const { epoch } = audience.position(ROOM);
  for (const client of [one, two]) {
    await expect.poll(() => client.frames.length).toBe(21);
    expect(client.frames.slice(1)).toEqual(Array.from({ length: 20 }, (_, index) => ({ event: 'viewers.counted', data: { viewers: index + 1 }, seq: index + 1, epoch })));
  }
  expect(outside.frames).toEqual([]);
});

test('a reader that is too slow is cut rather than left with a hole, and the others miss nothing', async () => {
  const { socket, raw, audience, origin, gone } = await start({ handlers: seating(() => edge) });
  const quick = await socket();
  quick.ask(1, 'room.join', { handle: 'ada', as: 'viewer' });
  await expect.poll(() => quick.frames.length).toBe(1);
  const slow = raw(upgradeBytes(origin));
  await expect.poll(slow.text).toContain('101 Switching');
  slow.socket.write(maskedFrame('{"id":1,"name":"room.join","params":{"handle":"ada","as":"viewer"}}'));
  await expect.poll(slow.text).toContain('"id":1');
  slow.socket.pause();
  const title = 'x'.repeat(100);
  const started = { broadcastId: 'b1' as never, title, category: 'talk' as const, tags: Array(5).fill('y'.repeat(24)), visibility: 'public' as const, language: null, coverUrl: 'z'.repeat(200), startedAtMs: 1, state: 'live' as const, publications: [], hostClock: null, trouble: 'none' as const };
  let sent = 0;
  await expect.poll(() => {
    for (let i = 0; i < 2_000; i += 1, sent += 1) audience.publish(ROOM, 'broadcast.updated', started);
    return gone.length;
  }, { timeout: 15_000, interval: 20 }).toBe(1);
  expect(gone[0]?.isGoodbye).toBe(false);
  await expect.poll(() => quick.frames.length).toBe(sent + 1);
  expect(quick.closedWith()).toBeNull();
  slow.socket.destroy();
});

test('an address has so many connections and no more', async () => {
  const { raw, hub, origin } = await start();
  const connections = Array.from({ length: CONNECTIONS_PER_ADDRESS_MAX }, () =>
    raw(upgradeBytes(origin)));
  await expect.poll(() => hub.connections()).toBe(CONNECTIONS_PER_ADDRESS_MAX);
  // They used up the burst of the upgrade rate too, so the next is refused until that has refilled a little.
  let oneMore: Awaited<ReturnType<Edge['socket']>> | null = null;
  await expect.poll(async () => (oneMore = await edge.socket().catch(() => null)), { interval: 100 }).not.toBeNull();
  await expect.poll(() => oneMore?.closedWith()).toBe(CLOSE.too_many_connections);
  for (const { socket } of connections) socket.destroy();
  await expect.poll(() => hub.connections()).toBe(0);
  await stillAlive();
});

test('[J4] the hub learns whether the page or the network went', async () => {
  const { socket, raw, gone, origin } = await start();
  const polite = await socket();
  polite.ws.close(1000);
  await expect.poll(() => gone.map((it) => it.isGoodbye)).toEqual([true]);
  const cut = raw(upgradeBytes(origin));
  await expect.poll(cut.text).toContain('101 Switching');
  cut.socket.resetAndDestroy();
  await once(cut.socket, 'close');
  await expect.poll(() => gone.map((it) => it.isGoodbye)).toEqual([true, false]);
});

test('a session that ends closes its sockets with logged_out', async () => {
  const { socket, hub } = await start();
  const ada = await socket({ cookie: `qiao=${ADA_TOKEN}` });
  const guest = await socket();
  hub.closeSession('s1' as never);
  await expect.poll(ada.closedWith).toBe(CLOSE.logged_out);
  expect(guest.closedWith()).toBeNull();
});
