// Bytes that are no HTTP and no WebSocket, and connections that never finish what they began.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { FRAME_BYTES_MAX } from '../../shared/limits.ts';
import { openRaw, openUpgrade, upgradeRequest, wsFrame } from '../support/raw-socket.ts';
import type { RawSocket } from '../support/raw-socket.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { expectUnharmed } from '../support/unharmed.ts';
import { until, within } from '../support/wait.ts';

const SLOW_SOCKETS = 200;
/** uWebSockets.js cuts what says nothing after some 30 s, and http.ts a body that does not come after as long. */
const SLOW_CUT_MS = 45_000;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => void (await server.stop()));

const request = (params: unknown): Buffer => Buffer.from(JSON.stringify({ id: 1, name: 'clock.sync', params }));
const isCut = (socket: RawSocket, what: string): Promise<void> => within(5_000, `the server to close after ${what}`, socket.closed);

const upgraded = async (): Promise<RawSocket> => {
  const socket = await openUpgrade(server.url);
  expect(await socket.status()).toBe(101);
  return socket;
};

test.each([
  ['no key', { 'sec-websocket-key': '' }],
  ['a short key', { 'sec-websocket-key': 'abc' }],
  ['another version of WebSocket', { 'sec-websocket-version': '7' }],
  ['no origin', { origin: '' }],
  ['line breaks in the origin', { origin: 'http://localhost\u000b' }],
  ['a very long cookie', { cookie: `a=${'x'.repeat(3_500)}` }],
  ['another’s session', { cookie: 'session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
])('an upgrade with %s does no harm', async (_, headers) => {
  const socket = await openUpgrade(server.url, { headers });
  await until('an answer or a close', () => socket.received().length > 0 || socket.isClosed());
  socket.destroy();
  expect((await server.healthz()).status).toBe(200);
});

const GARBAGE = [
  '\u0000\u0001\u0002',
  'GET\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
  '\u0016\u0003\u0001\u0002\u0000\u0001',
  'POST /api/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n',
  // Two lengths: a proxy that believes the other one would take the second request for the next visitor's (smuggling).
  'POST /api/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n',
];

test('garbage in place of HTTP is cut and answered with nothing but an error', async () => {
  await Promise.all(GARBAGE.map(async (bytes) => {
    const socket = await openRaw(server.url);
    socket.write(bytes);
    await until(`a close after ${JSON.stringify(bytes.slice(0, 40))}`, () => socket.isClosed(), SLOW_CUT_MS);
    expect(socket.received().toString()).toMatch(/^(HTTP\/1\.1 [45]|$)/);
  }));
});

test('an unmasked frame is not taken for a request', async () => {
  // uWebSockets.js reads a client's frame as masked without looking: what comes out is garbage or never complete.
  const socket = await upgraded();
  socket.write(wsFrame(request({}), { isMasked: false }));
  socket.write(wsFrame(request({}), { isMasked: false }));
  await isCut(socket, 'two unmasked frames');
  expect(socket.received().includes('serverSentMs')).toBe(false);
});

test.each([
  ['reserved bits', () => wsFrame(request({}), { reserved: 7 })],
  ['an unknown opcode', () => wsFrame(request({}), { opcode: 11 })],
  ['a continuation of nothing', () => wsFrame(request({}), { opcode: 0 })],
  ['a fragmented ping', () => wsFrame(Buffer.alloc(2), { opcode: 9, isFinal: false })],
  ['a ping too long', () => wsFrame(Buffer.alloc(126), { opcode: 9 })],
  ['a close with one byte', () => wsFrame(Buffer.from([3]), { opcode: 8 })],
  ['text that is no UTF-8', () => wsFrame(Buffer.from([0xff, 0xfe, 0xc0, 0xaf]))],
  ['a frame that says it has 2^31 bytes', () => wsFrame(Buffer.alloc(10), { claimedLength: 2n ** 31n })],
  ['a frame that says it has 2^63 bytes', () => wsFrame(Buffer.alloc(10), { claimedLength: 2n ** 63n })],
  ['a frame over the limit', () => wsFrame(Buffer.alloc(FRAME_BYTES_MAX + 1, 0x20))],
  ['bytes in place of text', () => wsFrame(request({}), { opcode: 2 })],
  ['text that is no frame', () => wsFrame(Buffer.from('hello'))],
  ['bytes without sense', () => Buffer.alloc(4_096, 0xa5)],
])('%s closes the socket', async (what, frame) => {
  const socket = await upgraded();
  socket.write(frame());
  await isCut(socket, what);
});

test('fragments of one message that are too large together close the socket', async () => {
  const socket = await upgraded();
  const piece = Buffer.alloc(8 * 1024, 0x20);
  socket.write(wsFrame(piece, { isFinal: false }));
  for (let sent = 0; sent < FRAME_BYTES_MAX; sent += piece.length) socket.write(wsFrame(piece, { opcode: 0, isFinal: false }));
  await isCut(socket, 'too many fragments');
});

test('a message in small pieces is still one message', async () => {
  const socket = await upgraded();
  const [first, second] = [request({}).subarray(0, 10), request({}).subarray(10)];
  socket.write(wsFrame(first, { isFinal: false }));
  socket.write(wsFrame(second, { opcode: 0 }));
  await until('a reply', () => socket.received().includes('serverSentMs'));
  socket.destroy();
});

test('a ping flood neither stops nor fills the server', async () => {
  const socket = await upgraded();
  const pings = Buffer.concat(Array.from({ length: 1_000 }, () => wsFrame(Buffer.alloc(100), { opcode: 9 })));
  for (let turn = 0; turn < 20; turn += 1) socket.write(pings);
  expect((await server.healthz()).status).toBe(200);
  socket.destroy();
});

test(`${SLOW_SOCKETS} connections that never finish their request are cut, and others are served meanwhile`, async () => {
  const slow = await Promise.all(Array.from({ length: SLOW_SOCKETS }, () => openRaw(server.url)));
  const half = upgradeRequest(server.url).slice(0, -2);
  const begun = ['GET / HTTP/1.1\r\nhost: x\r\nx-slow: ', half, '', 'POST /api/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{'];
  slow.forEach((socket, at) => socket.write(begun[at % begun.length] ?? ''));
  const times: number[] = [];
  const cut = until('all slow connections to be cut', async () => {
    const since = performance.now();
    expect((await server.healthz()).status).toBe(200);
    times.push(performance.now() - since);
    return slow.every((socket) => socket.isClosed());
  }, SLOW_CUT_MS);
  await cut.finally(() => slow.forEach((socket) => socket.destroy()));
  expect(times.sort((one, other) => one - other)[Math.floor(times.length * 0.95)]).toBeLessThan(250);
});

test('after all that nothing is broken', async () => {
  await expectUnharmed(server);
});
