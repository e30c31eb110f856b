// Taking the port, certificates, and stopping.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { CLOSE } from '../../shared/errors.ts';
import { createHandClock, createSystemClock } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { ROOM, maskedFrame, seating, startEdge, upgradeBytes } from './testing/edge.ts';
import type { Edge } from './testing/edge.ts';
import { selfSigned } from './testing/self-signed.ts';

const edges: Edge[] = [];
const start = async (...args: Parameters<typeof startEdge>): Promise<Edge> => {
  const edge = await startEdge(...args);
  edges.push(edge);
  return edge;
};
afterEach(async () => {
  for (const edge of edges.splice(0)) await edge.server.close();
});

test('PORT=0 takes a free port and tells it; the address is where a browser finds it', async () => {
  const { server } = await start();
  expect(server.port).toBeGreaterThan(0);
  expect(server.url).toBe(`http://localhost:${server.port}`);
  expect((await start({ settings: { publicUrl: 'https://live.example' } })).server.url).toBe('https://live.example');
});

test('a second server on the same port says so, on any address, and the first goes on', async () => {
  const { server, ask } = await start();
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    await expect(startEdge({ settings: { port: server.port, host } })).rejects.toThrow(`Port ${server.port} is in use: another server runs there.`);
  }
  expect((await ask('/healthz')).status).toBe(200);
});

test('an address of another machine is refused in words', async () => {
  await expect(startEdge({ settings: { host: '192.0.2.1' } })).rejects.toThrow('192.0.2.1 is not an address of this machine');
});

test('the port is free again at once, although connections to it were open', async () => {
  const first = await start();
  const client = await first.socket();
  await first.ask('/healthz');
  await first.server.close();
  await expect.poll(client.closedWith).not.toBeNull();
  const second = await start({ settings: { port: first.server.port } });
  expect((await second.ask('/healthz')).status).toBe(200);
});

test('stopping: told, running requests answered, sockets closed with draining, then nobody listens', async () => {
  let release = (): void => {};
  const { server, socket, ask, origin } = await start({
    routes: { 'live.list': () => new Promise((resolve) => (release = () => resolve({ live: [] }))) },
  });
  const client = await socket();
  const running = ask('/api/live');
  await expect.poll(() => release.toString()).toContain('resolve');
  const stopped = server.close();
  await expect.poll(() => client.frames).toContainEqual({ event: 'server.draining', data: { withinMs: 500 } });
  await expect.poll(client.closedWith).toBe(CLOSE.draining);
  await expect(fetch(`${origin}/healthz`)).rejects.toThrow();
  release();
  const answer = await running;
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
  await stopped;
});

test('stopping does not wait for ever', async () => {
  const { server, ask } = await start({ settings: { shutdownGraceMs: 50 }, routes: { 'live.list': () => new Promise(() => {}) } });
  const running = ask('/api/live').catch(() => 'cut');
  await ask('/healthz');
  await server.close();
  expect(await running).toBe('cut');
});

test('a request that is never answered by its handler is answered by the deadline', async () => {
  const clock = createHandClock();
  const { ask } = await start({ deps: { clock }, routes: { 'live.list': () => new Promise(() => {}) } });
  const running = ask('/api/live');
  await ask('/healthz'); // the one before has arrived
  clock.advance(10_000);
  expect((await running).status).toBe(503);
  edges.splice(0); // its clock stands still, so its close would wait for ever
});

const subjectAt = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject['CN']));
      socket.destroy();
    });
    socket.on('error', reject);
  });

/** Real time, and a handle on what runs every so often. */
const clockWithTurns = (): { clock: Clock; turn: () => void } => {
  const system = createSystemClock();
  const turns: (() => void)[] = [];
  return { clock: { ...system, every: (_, fn) => (turns.push(fn), () => {}) }, turn: () => { for (const fn of turns) fn(); } };
};

test('https: a changed certificate serves new connections, old ones stay and still hear their room', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'qiao-tls-'));
  const files = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') };
  const write = (pair: { cert: string; key: string }) => Promise.all([writeFile(files.cert, pair.cert), writeFile(files.key, pair.key)]);
  await write(selfSigned('first'));
  const { clock, turn } = clockWithTurns();
  const edge = await start({ settings: { tlsCert: files.cert, tlsKey: files.key }, deps: { clock }, handlers: seating(() => edge) });
  const { server, lines } = edge;
  expect(server.url).toBe(`https://localhost:${server.port}`);
  expect(await subjectAt(server.port)).toBe('first');

  const own = `https://localhost:${server.port}`;
  const old = connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false });
  let heard = '';
  old.on('data', (chunk) => (heard += chunk.toString()));
  old.write(upgradeBytes(own, `Origin: ${own}\r\n`).replace(/Host: .*/, `Host: localhost:${server.port}`));
  await expect.poll(() => heard).toContain('101 Switching');
  old.write(maskedFrame('{"id":1,"name":"room.join","params":{"handle":"ada","as":"viewer"}}'));
  await expect.poll(() => heard).toContain('"id":1');

  await writeFile(files.cert, selfSigned('half').cert); // a certificate without its key yet
  turn();
  await expect.poll(() => lines.join()).toContain('cannot be used yet');
  expect(await subjectAt(server.port)).toBe('first');

  await write(selfSigned('second'));
  turn();
  await expect.poll(() => subjectAt(server.port)).toBe('second');
  edge.audience.publish(ROOM, 'viewers.counted', { viewers: 7 });
  await expect.poll(() => heard).toContain('"viewers":7');
  old.destroy();
  await rm(dir, { recursive: true });
});

test('a certificate and a key that do not belong together are refused at start, in words', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'qiao-tls-'));
  const files = { tlsCert: join(dir, 'cert.pem'), tlsKey: join(dir, 'key.pem') };
  await Promise.all([writeFile(files.tlsCert, selfSigned('a').cert), writeFile(files.tlsKey, selfSigned('b').key)]);
  await expect(startEdge({ settings: files })).rejects.toThrow('TLS_CERT and TLS_KEY cannot be used: the private key does not belong to the certificate');
  await rm(dir, { recursive: true });
});
