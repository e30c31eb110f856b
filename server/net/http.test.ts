// The wrapper, over real sockets.

import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { BODY_BYTES_MAX, IMAGE_BYTES_MAX } from '../../shared/limits.ts';
import type { RouteHandlers } from './api.ts';
import { AppError } from '../lib/app-error.ts';
import { ADA_TOKEN, startEdge } from './testing/edge.ts';
import type { Edge, EdgeOptions } from './testing/edge.ts';

let edge: Edge;
const start = async (options: EdgeOptions = {}): Promise<Edge> => (edge = await startEdge(options));
afterEach(() => edge.server.close());

const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { error: { code: string } }).error.code;
const stillAlive = async (): Promise<void> => expect((await edge.ask('/healthz')).status).toBe(200);
const cookie = `qiao=${ADA_TOKEN}`;
const me = { userId: 'u1', name: 'ada', displayName: 'Ada', locale: null, channel: null, isOperator: false };
const login = { name: 'ada', password: 'correct horse' };

test('a JSON route: body in, result out, cookie set, nothing cached, nothing guessed', async () => {
  let seen: unknown;
  const { postJson } = await start({ routes: { 'session.login': (request) => { seen = request.body; request.setSession('t'.repeat(32)); return me as never; } } });
  const response = await postJson('/api/sessions', login);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(me);
  expect(seen).toEqual(login);
  expect(response.headers.get('set-cookie')).toBe(`qiao=${'t'.repeat(32)}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax`);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'content-type': 'application/json',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  });
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('the handler knows user, path, language, address and browser', async () => {
  const seen: unknown[] = [];
  const { ask } = await start({ routes: { 'channel.show': ({ user, path, locale, address, userAgent, isHttps }) => {
    seen.push({ name: user?.name, path, locale, address, userAgent, isHttps });
    throw new AppError('channel_not_found');
  } } });
  const response = await ask('/api/channels/%E6%A1%A5', { headers: { cookie, 'accept-language': 'fr, zh-TW;q=0.9, en;q=0.8', 'user-agent': 'test' } });
  expect([response.status, await codeOf(response)]).toEqual([404, 'channel_not_found']);
  expect(seen).toEqual([{ name: 'ada', path: { handle: '桥' }, locale: 'zh-CN', address: '127.0.0.1', userAgent: 'test', isHttps: false }]);
});

test('a route for users refuses guests and made-up cookies before its handler', async () => {
  let calls = 0;
  const { ask } = await start({ routes: { 'session.list': () => { calls += 1; return { sessions: [] }; } } });
  for (const headers of [{}, { cookie: 'qiao=not-a-real-token-at-all' }, { cookie: 'qiao=x' }, { cookie: `__Host-qiao=${ADA_TOKEN}` }]) {
    const response = await ask('/api/sessions', { headers: headers as Record<string, string> });
    expect([response.status, await codeOf(response)]).toEqual([401, 'not_logged_in']);
  }
  expect(calls).toBe(0);
  expect((await ask('/api/sessions', { headers: { cookie } })).status).toBe(200);
});

test('a throw in a handler, at once or later, answers internal and tells the client nothing', async () => {
  const routes: Partial<RouteHandlers> = {
    'live.list': () => { throw new Error('canary at once'); },
    'account.me': () => Promise.reject(new Error('canary later')),
    'session.login': (() => ({ ...me, passwordHash: 'canary' })) as never,
  };
  const { ask, postJson, lines } = await start({ routes });
  for (const response of [await ask('/api/live'), await ask('/api/me'), await postJson('/api/sessions', login)]) {
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).toContain('internal');
    expect(text).not.toContain('canary');
  }
  expect(lines.join()).toContain('canary at once');
  expect(lines.join()).toContain('canary later');
  expect(lines.join()).toContain('result of session.login does not fit the table: passwordHash');
  await stillAlive();
});

test('what cannot work even before the handler (database away) is told with its code', async () => {
  const { ask } = await start({ deps: { authenticate: () => Promise.reject(new AppError('database_unavailable', 'away', { retryAfterMs: 1_500 })) } });
  const response = await ask('/api/me', { headers: { cookie } });
  expect([response.status, response.headers.get('retry-after'), await codeOf(response)]).toEqual([503, '2', 'database_unavailable']);
});

test.each([
  ['not JSON', '{', 'application/json', 'bad_request', 400],
  ['another shape', '{"name":"ada"}', 'application/json', 'bad_request', 400],
  ['an undeclared field', '{"name":"ada","password":"x","role":"host"}', 'application/json', 'bad_request', 400],
  ['a field named like a part of Object', '{"name":"ada","password":"x","constructor":1}', 'application/json', 'bad_request', 400],
  ['deep nesting', '['.repeat(8_000), 'application/json', 'bad_request', 400],
  ['a form', 'name=ada&password=x', 'application/x-www-form-urlencoded', 'unsupported_type', 415],
  ['JSON as a form could send it', JSON.stringify(login), 'text/plain', 'unsupported_type', 415],
])('a body that is %s is refused', async (_what, body, type, code, status) => {
  let calls = 0;
  const { ask } = await start({ routes: { 'session.login': (() => { calls += 1; return me; }) as never } });
  const response = await ask('/api/sessions', { method: 'POST', body, headers: { 'content-type': type } });
  expect([response.status, await codeOf(response)]).toEqual([status, code]);
  expect(calls).toBe(0);
});

test('a body over the limit is refused, whether it tells its length or not, and memory is given back', async () => {
  const { ask, raw, postJson } = await start({ routes: { 'session.login': () => me as never } });
  const told = await ask('/api/sessions', { method: 'POST', body: 'x'.repeat(BODY_BYTES_MAX + 1), headers: { 'content-type': 'application/json' } });
  expect([told.status, await codeOf(told)]).toEqual([413, 'too_large']);
  const chunk = `${(16_384).toString(16)}\r\n${'x'.repeat(16_384)}\r\n`;
  const untold = raw(`POST /api/sessions HTTP/1.1\r\nHost: ${edge.origin.slice(7)}\r\nOrigin: ${edge.origin}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`);
  await expect.poll(untold.text).toMatch(/^HTTP\/1\.1 (413|400)/);
  expect((await postJson('/api/sessions', login)).status).toBe(200);
});

test('who sends too much is heard out before the refusal, which a connection that is cut would lose; up to some megabytes', async () => {
  const { raw, postJson } = await start({ routes: { 'session.login': () => me as never } });
  const head = (length: number): string =>
    `POST /api/sessions HTTP/1.1\r\nHost: ${edge.origin.slice(7)}\r\nOrigin: ${edge.origin}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
  const half = BODY_BYTES_MAX;
  const slow = raw(`${head(2 * half)}${'x'.repeat(half)}`);
  await stillAlive();
  expect([slow.text(), slow.isClosed()]).toEqual(['', false]);
  slow.socket.write('x'.repeat(half));
  await expect.poll(slow.text).toMatch(/^HTTP\/1\.1 413[^]*too_large/);
  const endless = raw(head(1_000_000_000));
  await expect.poll(endless.text).toMatch(/^HTTP\/1\.1 413/);
  const untold = raw(head(1).replace('Content-Length: 1', 'Transfer-Encoding: chunked'));
  const chunk = `${(1_048_576).toString(16)}\r\n${'x'.repeat(1_048_576)}\r\n`;
  for (let sent = 0; sent < 8 && !untold.isClosed(); sent++) untold.socket.write(chunk);
  await expect.poll(() => untold.isClosed() || untold.text().startsWith('HTTP/1.1 413')).toBe(true);
  expect((await postJson('/api/sessions', login)).status).toBe(200);
});

test('image bytes arrive whole, as a copy, up to their own limit; other types are refused', async () => {
  let seen: Uint8Array | null = null;
  const { ask } = await start({ routes: { 'image.upload': async ({ body }) => {
    await Promise.resolve();
    seen = body;
    return { imageId: 'i1' as never, url: '/images/i1' };
  } } });
  const bytes = Uint8Array.from({ length: IMAGE_BYTES_MAX }, (_, index) => index % 251);
  const send = (type: string, body: Uint8Array<ArrayBuffer>) => ask('/api/images', { method: 'POST', body, headers: { cookie, 'content-type': type } });
  expect((await send('image/webp', bytes)).status).toBe(200);
  expect(Buffer.compare(Buffer.from(seen ?? []), Buffer.from(bytes))).toBe(0);
  expect((await send('image/svg+xml', bytes)).status).toBe(415);
  expect((await send('image/png', new Uint8Array(IMAGE_BYTES_MAX + 1))).status).toBe(413);
});

test('a client that goes away in the middle of its body or of the answer harms nobody', async () => {
  let release = (): void => {};
  let calls = 0;
  const { raw, hub } = await start({ routes: {
    'session.login': () => { calls += 1; return me as never; },
    'live.list': () => { calls += 1; return new Promise((resolve) => (release = () => resolve({ live: [] }))); },
  } });
  const half = raw(`POST /api/sessions HTTP/1.1\r\nHost: ${edge.origin.slice(7)}\r\nOrigin: ${edge.origin}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"name":`);
  await stillAlive();
  half.socket.destroy();
  const impatient = raw('GET /api/live HTTP/1.1\r\nHost: a\r\n\r\n');
  await expect.poll(() => calls).toBe(1);
  impatient.socket.destroy();
  await stillAlive();
  release();
  await stillAlive();
  expect(calls).toBe(1);
  expect(hub.connections()).toBe(0);
  await expect.poll(async () => await (await edge.ask('/metrics')).text()).toMatch(/qiao_http_requests_total\{name="live.list",status="aborted"\} 1/);
});

test.each([
  ['no Origin', {}, 403],
  ['null', { origin: 'null' }, 403],
  ['a foreign one', { origin: 'https://evil.example' }, 403],
  ['a look-alike', { origin: 'http://127.0.0.1.evil.example' }, 403],
  ['a foreign one that says it is the same', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, 403],
  ['another site, without Origin', { 'sec-fetch-site': 'cross-site' }, 403],
  ['the same site, without Origin', { 'sec-fetch-site': 'same-origin' }, 200],
  ['a named one', { origin: 'https://friend.example' }, 200],
])('CSRF: a change from %s', async (_what, headers, status) => {
  const { origin } = await start({ settings: { allowedOrigins: ['https://friend.example'] }, routes: { 'session.logout': () => ({}) } });
  const response = await fetch(`${origin}/api/sessions/current`, { method: 'DELETE', headers: { cookie, ...(headers as Record<string, string>) } });
  expect(response.status).toBe(status);
});

test('methods: HEAD like GET, OPTIONS tells, the rest is 405; unknown addresses are 404', async () => {
  const { ask } = await start({ routes: { 'live.list': () => ({ live: [] }) } });
  const head = await ask('/api/live', { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '11', '']);
  const options = await ask('/api/live', { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  const put = await ask('/api/live', { method: 'PUT' });
  expect([put.status, await codeOf(put), put.headers.get('allow')]).toEqual([405, 'method_not_allowed', 'GET, HEAD, OPTIONS']);
  for (const [method, path] of [['GET', '/api/nothing'], ['POST', '/api/nothing'], ['POST', '/'], ['GET', '/api/channels/'], ['GET', '/api/channels/%zz'], ['GET', `/api/channels/${'x'.repeat(65)}`]] as const) {
    expect([method, path, (await ask(path, { method })).status]).toEqual([method, path, 404]);
  }
});

test('the rate of the table is kept for each address, and forwarded addresses count only from a named proxy', async () => {
  const routes = { 'account.register': () => me as never };
  const { postJson } = await start({ settings: { trustProxy: ['127.0.0.1'] }, routes });
  const register = (address: string) => postJson('/api/accounts', login, { 'x-forwarded-for': address });
  for (let i = 0; i < 10; i += 1) expect((await register('203.0.113.1')).status).toBe(200);
  const refused = await register('203.0.113.1');
  expect([refused.status, await codeOf(refused)]).toEqual([429, 'too_many_requests']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await register('203.0.113.2')).status).toBe(200);
  await edge.server.close();
  const other = await start({ routes });
  for (let i = 0; i < 10; i += 1) await other.postJson('/api/accounts', login, { 'x-forwarded-for': `203.0.113.${i}` });
  expect((await other.postJson('/api/accounts', login, { 'x-forwarded-for': '203.0.113.99' })).status).toBe(429);
});

test('behind a named proxy https is what the browser used: secure cookie, strict transport', async () => {
  const { ask, origin } = await start({ settings: { trustProxy: ['127.0.0.1'], publicUrl: 'https://live.example' }, routes: { 'session.logout': (request) => { request.setSession(null); return {}; } } });
  const response = await ask('/api/sessions/current', { method: 'DELETE', headers: { origin: 'https://live.example', cookie: `__Host-qiao=${ADA_TOKEN}`, 'x-forwarded-proto': 'https' } });
  expect(response.headers.get('set-cookie')).toBe('__Host-qiao=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax');
  expect(response.headers.get('strict-transport-security')).toContain('max-age=');
  expect((await fetch(`${origin}/healthz`, { headers: { 'x-forwarded-proto': 'http' } })).headers.get('strict-transport-security')).toBeNull();
});

test.each([
  'GARBAGE\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', '\0\0\0\0\r\n\r\n', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  'POST /api/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX',
  'POST /api/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', 'GET /api/live HTTP/1.1\r\n\r\n',
  'GET /%00%0d%0aset-cookie:x HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /live?v=1 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nSec-WebSocket-Key: short\r\n\r\n',
])('garbage %# does not end the server', async (bytes) => {
  const { raw } = await start();
  const connection = raw(bytes);
  await once(connection.socket, 'connect');
  await stillAlive();
  expect(connection.text()).not.toMatch(/^HTTP\/1.1 (101|500)/);
  expect(connection.text().toLowerCase()).not.toContain('\r\nset-cookie');
  connection.socket.destroy();
  await stillAlive();
});

test('/metrics answers this machine alone, or whoever has the token', async () => {
  const { ask } = await start();
  expect((await ask('/metrics')).status).toBe(200);
  expect((await ask('/metrics', { headers: { 'x-forwarded-for': '203.0.113.1' } })).status).toBe(403);
  await edge.server.close();
  const guarded = await start({ settings: { metricsToken: 'a-token-of-some-length' } });
  expect((await guarded.ask('/metrics')).status).toBe(403);
  expect((await guarded.ask('/metrics', { headers: { authorization: 'Bearer a-token-of-some-length' } })).status).toBe(200);
});

test('/api/openapi.json describes every row of the table', async () => {
  const { ask } = await start();
  const document = (await (await ask('/api/openapi.json')).json()) as { paths: Record<string, Record<string, { operationId: string; requestBody?: unknown }>> };
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const { ROUTES } = await import('../../shared/routes.ts');
  expect(operations.map((it) => it.operationId).sort()).toEqual(Object.keys(ROUTES).sort());
  expect(JSON.stringify(document.paths['/api/sessions']?.['post']?.requestBody)).toContain('"required":["name","password"]');
});
