import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SetupFailure } from './failure.mjs';
import { applyPatch, ensurePostgresPatch, parsePatch } from './patches.ts';

const SOURCE = 'one\ntwo\nthree\nfour\n';
const PATCH = 'Why this is needed.\n\n--- a/x.txt\n+++ b/x.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qiao-patches-'));
  writeFileSync(join(folder, 'x.txt'), SOURCE);
});
afterEach(() => rmSync(folder, { recursive: true }));
const content = () => readFileSync(join(folder, 'x.txt'), 'utf8');

test('applies once; a second time changes nothing', () => {
  expect(applyPatch(PATCH, folder)).toBe(true);
  expect(content()).toBe('one\nTWO\nthree\nfour\n');
  expect(applyPatch(PATCH, folder)).toBe(false);
  expect(content()).toBe('one\nTWO\nthree\nfour\n');
});

test.each([
  ['lines that are not there', 'one\n2\nthree\n'],
  ['lines that are there twice', SOURCE + SOURCE],
])('refuses %s and leaves the file as it was', (_why, source) => {
  writeFileSync(join(folder, 'x.txt'), source);
  expect(() => applyPatch(PATCH, folder)).toThrow(SetupFailure);
  expect(content()).toBe(source);
});

test('reads several files and hunks', () => {
  const two = `${PATCH}@@ -9,1 +9,2 @@\n four\n+five\n--- a/y.txt\n+++ b/y.txt\n@@ -1 +1 @@\n-a\n+b\n`;
  expect(parsePatch(two)).toEqual([
    { path: 'x.txt', hunks: [{ before: 'one\ntwo\nthree\n', after: 'one\nTWO\nthree\n' }, { before: 'four\n', after: 'four\nfive\n' }] },
    { path: 'y.txt', hunks: [{ before: 'a\n', after: 'b\n' }] },
  ]);
});

test('the installed postgres.js is patched', () => {
  expect(ensurePostgresPatch()).toBe(false);
});

test('a query on a connection that the server has closed is rejected, and the process lives', async () => {
  const server = await fakePostgres();
  const sql = postgres(server.options);
  try {
    await sql`select 0`.simple();
    const reserved = await sql.reserve();
    server.hangUp();
    // The first query may still find the dying socket; the second surely finds none. Unpatched, that one ends the process.
    await reserved`select 1`.simple().catch(() => {});
    await expect(reserved`select 2`.simple()).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  } finally {
    await sql.end({ timeout: 0 });
    await server.close();
  }
});

test('bytes that waited for a closed connection do not spoil the next one', async () => {
  const server = await fakePostgres();
  let closed = false;
  const sql = postgres({ ...server.options, onclose: () => (closed = true) });
  try {
    await sql`select 0`.simple();
    server.hangUp();
    // One query in every round of the event loop: the last one waits for its setImmediate when the socket closes.
    while (!closed) {
      sql`select 1`.simple().catch(() => {});
      await new Promise((resolve) => setImmediate(resolve));
    }
    await sql`select 2`.simple();
    expect(server.startUps()).toBe(2);
  } finally {
    await sql.end({ timeout: 0 });
    await server.close();
  }
});

/** A PostgreSQL that lets anyone in, answers every simple query with no rows, and can hang up on everyone at once. */
async function fakePostgres() {
  const READY = [0x5a, 0, 0, 0, 5, 0x49];
  const AUTHENTICATED = [0x52, 0, 0, 0, 8, 0, 0, 0, 0];
  const SELECTED_NOTHING = [0x43, 0, 0, 0, 13, ...Buffer.from('SELECT 0\0')];
  const sockets = new Set<Socket>();
  let startUps = 0;
  const server = createServer((socket) => {
    let received = Buffer.alloc(0);
    let greeted = false;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      for (;;) {
        // Only the start-up message has no type byte before its length.
        const header = greeted ? 1 : 0;
        const length = received.length >= header + 4 ? header + received.readUInt32BE(header) : Infinity;
        if (received.length < length) return;
        socket.write(Buffer.from([...(greeted ? SELECTED_NOTHING : AUTHENTICATED), ...READY]));
        if (!greeted) startUps++;
        greeted = true;
        received = received.subarray(length);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const hangUp = () => sockets.forEach((socket) => socket.destroy());
  return {
    options: { host: '127.0.0.1', port, user: 'u', database: 'd', max: 1, fetch_types: false, backoff: () => 0.01 },
    startUps: () => startUps,
    hangUp,
    close: () => {
      hangUp();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
