// The built pages, over real sockets, from a folder made for the test.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEdge } from './testing/edge.ts';
import type { Edge, EdgeOptions } from './testing/edge.ts';

let edge: Edge;
let dir: string;
const big = Buffer.alloc(3_000_000, 'abcdefghij');

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'qiao-site-'));
  const files: Record<string, string | Buffer> = {
    'index.html': '<!doctype html><html lang="en"><head><title>Qiao</title></head></html>',
    'assets/app-1a2b.js': 'plain()', 'assets/app-1a2b.js.br': 'BR', 'assets/app-1a2b.js.gz': 'GZ',
    'assets/big-1a2b.bin': big, 'favicon.svg': '<svg/>', 'assets/app-1a2b.js.map': '{}',
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
});
afterEach(async () => {
  await edge.server.close();
  await rm(dir, { recursive: true });
});
const start = async (options: EdgeOptions = {}): Promise<Edge> => (edge = await startEdge({ ...options, deps: { siteDir: dir, ...options.deps } }));

/** fetch decodes bodies and asks for encodings of its own, so this speaks by hand. */
const get = async (path: string, headers = ''): Promise<string> => {
  const connection = edge.raw(`GET ${path} HTTP/1.1\r\nHost: ${edge.origin.slice(7)}\r\n${headers}\r\n`);
  await expect.poll(connection.text).toMatch(/^HTTP[^]*\r\n\r\n/);
  connection.socket.destroy();
  return connection.text();
};

test('the best encoding that both sides have is sent', async () => {
  await start();
  expect(await get('/assets/app-1a2b.js', 'Accept-Encoding: gzip, deflate, br\r\n')).toMatch(/content-encoding: br[^]*\r\n\r\nBR$/);
  expect(await get('/assets/app-1a2b.js', 'Accept-Encoding: gzip, br;q=0\r\n')).toMatch(/content-encoding: gzip[^]*\r\n\r\nGZ$/);
  const plain = await get('/assets/app-1a2b.js');
  expect(plain).toMatch(/\r\n\r\nplain\(\)$/);
  expect(plain).toContain('content-type: text/javascript; charset=utf-8');
  expect(plain).toContain('cache-control: public, max-age=31536000, immutable');
  expect(plain).not.toContain('content-encoding');
});

test('a file that the browser has is not sent again', async () => {
  const { ask } = await start();
  const first = await ask('/favicon.svg');
  const etag = first.headers.get('etag') ?? '';
  expect(first.headers.get('cache-control')).toBe('no-cache');
  expect((await ask('/favicon.svg', { headers: { 'if-none-match': `"other", W/${etag}` } })).status).toBe(304);
  expect((await ask('/favicon.svg', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
});

test('a large file arrives whole, also at a reader that stops and goes on', async () => {
  const { ask, raw, origin } = await start();
  expect(Buffer.compare(Buffer.from(await (await ask('/assets/big-1a2b.bin')).arrayBuffer()), big)).toBe(0);
  const slow = raw(`GET /assets/big-1a2b.bin HTTP/1.1\r\nHost: ${origin.slice(7)}\r\n\r\n`);
  await expect.poll(slow.text).not.toBe('');
  slow.socket.pause();
  expect((await ask('/healthz')).status).toBe(200);
  slow.socket.resume();
  await expect.poll(() => slow.text().length).toBeGreaterThanOrEqual(big.length);
  expect(slow.text().slice(slow.text().indexOf('\r\n\r\n') + 4)).toBe(big.toString());
  slow.socket.destroy();
});

test.each(['/../config.ts', '/..%2fconfig.ts', '/%2e%2e/%2e%2e/server/config.ts', '/assets/../../x.ts', '/index.html', '/index.html.br', '/assets/app-1a2b.js.map', '/assets/app-1a2b.js.br', '/assets/missing.js', '/api/missing', '/missing.png'])(
  '%s is nothing', async (path) => {
    await start();
    expect(await get(path)).toMatch(/^HTTP\/1\.1 404/);
  },
);

test('every other address is a page, with its words, its language and its policy', async () => {
  const { ask, origin } = await start({ deps: { page: ({ path, locale }) => ({ status: path === '/@nobody' ? 404 : 200, locale, title: `<${path}>`, description: 'd', imageUrl: null }) } });
  const response = await ask('/@ada.b?x=1', { headers: { 'accept-language': 'zh-CN' } });
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<html lang="zh-CN"><head><title>&lt;/@ada.b&gt;</title>');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'self'; script-src 'self' 'wasm-unsafe-eval';");
  expect(policy).toContain(`connect-src 'self' ws://${origin.slice(7)};`);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(response.headers.get('permissions-policy')).toContain('camera=(self)');
  expect(response.headers.get('cache-control')).toBe('no-cache');
  expect((await ask('/@nobody')).status).toBe(404);
  expect((await ask('/')).status).toBe(200);
});

test('the page comes up without its words when they cannot be had', async () => {
  const { ask, lines } = await start({ deps: { page: () => Promise.reject(new Error('database away')) } });
  const response = await ask('/@ada');
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('<title>Qiao</title>')]);
  expect(lines.join()).toContain('page goes out without its words');
});

test('before the pages are built, that is what is said', async () => {
  const { ask } = await start({ deps: { siteDir: join(dir, 'none') } });
  const response = await ask('/');
  expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('npm run build')]);
});
