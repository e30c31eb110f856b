// Every HTTP route with input that no page of ours sends. The answer is a clear error with a code, and never our fault.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Schema } from '../../shared/messages/define.ts';
import { ROUTES } from '../../shared/routes.ts';
import type { Route, RouteName } from '../../shared/routes.ts';
import { deepJson, fitting, nearly } from '../support/arbitrary.ts';
import { createClient, pathOf, registerCreator } from '../support/client.ts';
import type { Client, Creator } from '../support/client.ts';
import { expectUnharmed } from '../support/unharmed.ts';
import { uniqueAddress } from '../support/names.ts';
import { errorBody } from '../support/refusal.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import * as v from 'valibot';

const RUNS = 40;

let server: TestServer;
let creator: Creator;
beforeAll(async () => {
  server = await startServer();
  creator = await registerCreator(server);
});
afterAll(async () => void (await server.stop()));

const rows = Object.entries(ROUTES) as [RouteName, Route][];
const withBody = rows.filter(([, row]) => row.body !== null);

/** Each call comes from another address, so that no limit by address answers in a rule's place. */
const send = async (client: Client, name: RouteName, init: RequestInit = {}): Promise<{ status: number; body: unknown }> => {
  const headers = new Headers(init.headers);
  headers.set('x-forwarded-for', uniqueAddress());
  headers.set('cookie', client.cookie());
  if (!headers.has('origin')) headers.set('origin', client.origin);
  const path = pathOf(name, { handle: creator.handle, sessionId: 'none' });
  const response = await fetch(new URL(path, server.url), { ...init, method: ROUTES[name].method, headers });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
};

const json = (text: string): RequestInit => ({ body: text, headers: { 'content-type': 'application/json' } });
const codeIn = (body: unknown): string => v.parse(errorBody, body).error.code;

test.each(rows.filter(([, row]) => row.access === 'user'))('%s is not for guests', async (name, row) => {
  const { status, body } = await send(createClient(server), name, row.body === null ? {} : json('{}'));
  expect([status, codeIn(body)]).toEqual([401, 'not_logged_in']);
});

test.each(rows.filter(([, row]) => row.method !== 'GET'))('%s is not for other sites’ pages, with the victim’s cookie neither', async (name) => {
  const { status, body } = await send(creator.client, name, { headers: { origin: 'https://evil.example' } });
  expect([status, codeIn(body)]).toEqual([403, 'origin_refused']);
});

const NO_BODIES = {
  nothing: '', half: '{', null: 'null', list: '[]', text: '"text"', number: '12', 'another object': '{"a":1}', 'a very deep one': deepJson(2_000),
  'a prototype': '{"__proto__":{}}', NUL: '\u0000', 'half a character': '\ud800',
};

test.each(withBody)('%s refuses a body too large', async (name, row) => {
  const { status, body } = await send(creator.client, name, json(`"${'x'.repeat(row.bodyBytesMax)}"`));
  expect([status, codeIn(body)]).toEqual([413, 'too_large']);
});

test.each(withBody)('%s refuses what is no body', async (name, row) => {
  for (const [what, text] of Object.entries(NO_BODIES)) {
    const init = row.body === 'image' ? { body: text, headers: { 'content-type': 'image/png' } } : json(text);
    const { status, body } = await send(creator.client, name, init);
    // A thumbnail is looked at only while live, which this channel is not.
    expect([400, 415, ...(name === 'broadcast.thumbnail' ? [409] : [])], what).toContain(status);
    codeIn(body);
  }
});

describe.each(withBody.filter(([, row]) => row.body !== 'image'))('%s', (name, row) => {
  test('JSON under another name is refused', async () => {
    const { status, body } = await send(creator.client, name, { body: '{}', headers: { 'content-type': 'text/plain' } });
    expect([400, 415]).toContain(status);
    codeIn(body);
  });

  test(`${RUNS * 2} made-up bodies are answered, each with a result or a code`, async () => {
    const client = createClient(server);
    const bodies = [...fc.sample(nearly(row.body as Schema), RUNS), ...fc.sample(fitting(row.body as Schema), RUNS)];
    for (const value of bodies) {
      // Guests' bodies where guests may, the creator's else; the creator's own password is not guessed by chance.
      const { status, body } = await send(row.access === 'user' ? creator.client : client, name, json(JSON.stringify(value)));
      expect(status, JSON.stringify(value)).toBeLessThan(500);
      if (status >= 400) codeIn(body);
    }
  });
});

test('images that are none, or too large to open, are refused', async () => {
  const hugePng = Buffer.from('89504e470d0a1a0a0000000d49484452000075300000753008020000000000000000', 'hex');
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  const gifThatSaysPng = Buffer.from('474946383961010001000000002c00000000010001000002', 'hex');
  for (const bytes of [hugePng, svg, gifThatSaysPng, Buffer.alloc(10), Buffer.from('\u0089PNG')]) {
    const { status, body } = await send(creator.client, 'image.upload', { body: bytes, headers: { 'content-type': 'image/png' } });
    expect([status, codeIn(body)]).toEqual([400, 'bad_image']);
  }
});

test('addresses that are none of ours are not found, and no file outside the pages is', async () => {
  const paths = ['/api/nothing', '/api/channels/%00', '/api/channels/%zz', '/api/channels/..%2f..%2fetc%2fpasswd', '/images/../../package.json',
    '/images/%2e%2e/%2e%2e/package.json', '/assets/..%2f..%2f..%2fetc%2fpasswd', '/assets/....//....//etc/passwd', '/%2e%2e%5c%2e%2e%5cpackage.json',
    `/${'a'.repeat(3_000)}`, '/images/none', '/thumbnails/none'];
  for (const path of paths) {
    const response = await fetch(server.url + path, { headers: { 'x-forwarded-for': uniqueAddress() } });
    const text = await response.text();
    expect(response.status, path).toBeLessThan(500);
    expect(text, path).not.toMatch(/root:x:|"dependencies"/);
    if (path.startsWith('/api/')) expect(response.status, path).toBe(404);
  }
});

test('methods that an address does not have are refused', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE_', 'PROPFIND']) {
    const response = await fetch(`${server.url}/api/sessions`, { method, headers: { origin: server.url, 'x-forwarded-for': uniqueAddress() } }).catch(() => null);
    expect([400, 401, 404, 405, undefined]).toContain(response?.status);
  }
});

test('after all that nothing is broken', async () => {
  await expectUnharmed(server);
  expect((await creator.client.call('account.me')).me?.userId).toBe(creator.me.userId);
});
