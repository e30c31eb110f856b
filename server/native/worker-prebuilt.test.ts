// Against a download server of our own. The worker that it hands out is the real one that this machine runs.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerBin } from 'mediasoup';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchPrebuilt } from './worker-prebuilt.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'qiao-prebuilt-'))));
afterEach(() => rmSync(folder, { recursive: true }));

async function fetchFrom(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    return await fetchPrebuilt(`http://127.0.0.1:${port}/worker.tgz`, join(folder, 'cache', 'worker'));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function archiveOf(fill: (path: string) => void): Buffer {
  const binary = join(folder, 'mediasoup-worker');
  fill(binary);
  execFileSync('tar', ['-czf', join(folder, 'worker.tgz'), '-C', folder, 'mediasoup-worker']);
  return readFileSync(join(folder, 'worker.tgz'));
}

const cached = () => (existsSync(join(folder, 'cache')) ? readdirSync(join(folder, 'cache')) : []);

test('a worker that runs here ends up in the cache', async () => {
  const archive = archiveOf((path) => copyFileSync(workerBin, path));
  expect(await fetchFrom((_request, response) => response.end(archive))).toEqual({ found: true });
  expect(cached()).toEqual(['worker']);
});

test.each<[string, RequestListener, string]>([
  ['no worker for this machine', (_request, response) => response.writeHead(404).end(), 'there is none for this kind of machine'],
  ['a server in trouble', (_request, response) => response.writeHead(503).end(), 'the server answered 503'],
  ['a broken archive', (_request, response) => response.end('not a tar file'), 'worker.tgz could not be unpacked'],
  ['a cut connection', (request) => request.socket.destroy(), 'the server cannot be reached'],
])('%s is said in words and leaves nothing behind', async (_what, answer, why) => {
  expect(await fetchFrom(answer)).toEqual({ found: false, why });
  expect(cached()).toEqual([]);
});

test('a worker for another machine is not kept', async () => {
  const archive = archiveOf((path) => writeFileSync(path, '#!/bin/sh\necho wrong libc; exit 127\n'));
  expect(await fetchFrom((_request, response) => response.end(archive))).toEqual({
    found: false,
    why: 'it does not run on this machine: It ended with code 127.',
  });
  expect(cached()).toEqual([]);
});

test('a server that says nothing is given up within seconds', async () => {
  const startedAt = performance.now();
  expect(await fetchFrom(() => {})).toEqual({ found: false, why: 'the server did not answer in time' });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
