// A push service and the browsers behind it: takes messages over HTTP and opens them as a browser would (RFC 8291 and 8188), so that
// what arrives is known to be readable by its receiver and signed by our server (RFC 8292).

import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import type { ECDH } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type FakeBrowser = { readonly endpoint: string; readonly p256dh: string; readonly auth: string; readonly got: Received[] };
export type Received = {
  readonly message: { readonly title: string; readonly body: string; readonly url: string; readonly tag: string };
  readonly ttlS: number;
  readonly publicKey: string;
  readonly claims: { readonly aud: string; readonly exp: number; readonly sub: string };
};

export type FakePush = {
  /** For PUSH_SERVICE. */
  readonly url: string;
  subscribe(): FakeBrowser;
  /** It took its subscription back: from now on the service answers 410. */
  leave(browser: FakeBrowser): void;
  close(): void;
};

const derive = (secret: Buffer, salt: Buffer, info: Buffer, length: number): Buffer => Buffer.from(hkdfSync('sha256', secret, salt, info, length));
const info = (...parts: (string | Buffer)[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part as string)));

const open = (body: Buffer, ecdh: ECDH, auth: Buffer): string => {
  const [salt, keyLength] = [body.subarray(0, 16), body[20] ?? 0];
  const theirs = body.subarray(21, 21 + keyLength);
  const shared = derive(ecdh.computeSecret(theirs), auth, info('WebPush: info\0', ecdh.getPublicKey(), theirs), 32);
  const key = derive(shared, salt, info('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derive(shared, salt, info('Content-Encoding: nonce\0'), 12);
  const sealed = body.subarray(21 + keyLength);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  return padded.subarray(0, padded.lastIndexOf(2)).toString(); // the last record ends with 0x02
};

/** Throws if the signature is not of the key that it names. */
const signedBy = (authorization: string): { publicKey: string; claims: Received['claims'] } => {
  const [, token = '', publicKey = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  const [head = '', body = '', signature = ''] = token.split('.');
  const point = Buffer.from(publicKey, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  if (!verify('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))) throw new Error('not signed by its key');
  return { publicKey, claims: JSON.parse(Buffer.from(body, 'base64url').toString()) as Received['claims'] };
};

export const startFakePush = async (): Promise<FakePush> => {
  const browsers = new Map<string, { browser: FakeBrowser; ecdh: ECDH; auth: Buffer }>();
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const found = browsers.get(request.url ?? '');
      if (!found) return response.writeHead(410).end();
      try {
        const message = JSON.parse(open(body, found.ecdh, found.auth)) as Received['message'];
        found.browser.got.push({ message, ttlS: Number(request.headers['ttl']), ...signedBy(request.headers.authorization ?? '') });
        return response.writeHead(201).end();
      } catch (error) {
        return response.writeHead(400).end(String(error));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    subscribe() {
      const ecdh = createECDH('prime256v1');
      ecdh.generateKeys();
      const [auth, path] = [randomBytes(16), `/push/${randomBytes(12).toString('base64url')}`];
      const browser: FakeBrowser = { endpoint: url + path, p256dh: ecdh.getPublicKey('base64url'), auth: auth.toString('base64url'), got: [] };
      browsers.set(path, { browser, ecdh, auth });
      return browser;
    },
    leave: ({ endpoint }) => void browsers.delete(new URL(endpoint).pathname),
    close: () => void server.close(),
  };
};
