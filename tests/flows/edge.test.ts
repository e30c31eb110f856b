// The outermost layer: whose pages may speak to the server, whose word on addresses is believed, and certificates.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient, register } from '../support/client.ts';
import { PASSWORD, uniqueName } from '../support/names.ts';
import { openUpgrade } from '../support/raw-socket.ts';
import { codeOf } from '../support/refusal.ts';
import { freePort, startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

describe('without a proxy', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ env: { TRUST_PROXY: '', PUBLIC_URL: 'https://live.example.org', PORT: String(await freePort()) } });
  });
  afterAll(async () => void (await server.stop()));

  test.each([
    ['its own', 'https://live.example.org', 101],
    ['another site', 'https://evil.example', 403],
    ['a look-alike', 'https://live.example.org.evil.example', 403],
    ['the same over http', 'http://live.example.org', 403],
    ['a sandboxed frame', 'null', 403],
    ['none', '', 403],
  ])('a socket from %s origin', async (_, origin, status) => {
    const socket = await openUpgrade(server.url, { headers: { origin } });
    expect(await socket.status()).toBe(status);
    if (status === 403) expect(socket.received().toString()).toContain('origin_refused');
    socket.destroy();
  });

  test('a change asked for by another site’s page is refused, whatever it looks like', async () => {
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const response = await fetch(`${server.url}/api/sessions`, {
        method: 'POST', headers: { 'content-type': type, origin: 'https://evil.example' }, body: '{"name":"a","password":"b"}',
      });
      expect(response.status, type).toBe(403);
      expect(await response.json()).toMatchObject({ error: { code: 'origin_refused' } });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('an address in X-Forwarded-For from nobody’s proxy is not believed', async () => {
    const codes: number[] = [];
    for (let turn = 0; turn < 30; turn += 1) {
      const response = await fetch(`${server.url}/api/accounts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'https://live.example.org', 'x-forwarded-for': `203.0.113.${turn}` },
        body: '{}',
      });
      codes.push(response.status);
    }
    expect(codes).toContain(429);
  });
});

describe('behind a proxy', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => void (await server.stop()));

  test('people behind it are told apart', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => codeOf(createClient(server).call('account.register', { body: {} }))));
    expect(new Set(answers)).toEqual(new Set(['bad_request']));
  });

  test('where it speaks https, so does the cookie', async () => {
    const https = server.url.replace('http:', 'https:');
    const register = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${server.url}/api/accounts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9', ...headers },
        body: JSON.stringify({ name: uniqueName('user'), password: PASSWORD }),
      });
    const [secure = ''] = (await register({ origin: https, 'x-forwarded-proto': 'https' })).headers.getSetCookie();
    const [plain = ''] = (await register({ origin: server.url })).headers.getSetCookie();
    expect(secure).toMatch(/; Secure/i);
    expect(plain).not.toMatch(/; Secure/i);
  });

  test('the session list shows the forwarded address', async () => {
    const { client } = await register(server);
    const { sessions } = await client.call('session.list');
    expect(sessions[0]?.address).toMatch(/^2001:db8:/);
  });
});

describe('with a certificate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-tls-'));
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const makeCertificate = (name: string): void => {
    const [key, cert] = [join(folder, 'new-key.pem'), join(folder, 'new-cert.pem')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    execFileSync('openssl', ['req', '-x509', ...curve, '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    renameSync(key, files.key);
    renameSync(cert, files.cert);
  };

  const nameShown = (port: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
      socket.on('error', reject);
    });

  const statusOver = (port: number): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request({ port, host: '127.0.0.1', path: '/healthz', rejectUnauthorized: false }, (response) => {
        resolve(response.statusCode);
        response.resume();
      }).on('error', reject).end();
    });

  test('a new one is taken without a restart', async () => {
    makeCertificate('first.example');
    const server = await startServer({ env: { TLS_CERT: files.cert, TLS_KEY: files.key } });
    const port = Number(new URL(server.url).port);
    expect(server.url).toMatch(/^https:/);
    expect(await nameShown(port)).toBe('first.example');
    makeCertificate('second.example');
    await until('the new certificate to be shown', async () => (await nameShown(port)) === 'second.example', 20_000);
    expect(await statusOver(port)).toBe(200);
    await server.stop();
  });
});
