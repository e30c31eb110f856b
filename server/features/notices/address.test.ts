import { expect, test } from 'vitest';
import { endpointOf, isPublicAddress, publicLookup } from './address.ts';

test('[N6] addresses that are not of the public internet are no push services', () => {
  for (const address of ['8.8.8.8', '1.1.1.1', '203.0.114.1', '2a00:1450:4001:80b::200a', '2606:4700::1111']) expect([address, isPublicAddress(address)]).toEqual([address, true]);
  for (const address of [
    '127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '255.255.255.255', '224.0.0.1', '198.18.0.1', '192.0.2.1',
    '::', '::1', 'fe80::1', 'fc00::1', 'fd12::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', '2001::1', 'localhost', '', '1.2.3', 'x',
  ]) expect([address, isPublicAddress(address)]).toEqual([address, false]);
});

test('[N6] an endpoint is https with a public name or address', () => {
  for (const good of ['https://fcm.googleapis.com/fcm/send/abc', 'https://updates.push.services.mozilla.com/wpush/v2/x', 'https://web.push.apple.com:443/Q', 'https://8.8.8.8/x', 'https://push.example.org:8443/x']) {
    expect([good, endpointOf(good, null)?.hostname]).toEqual([good, new URL(good).hostname]);
  }
  for (const bad of [
    'http://fcm.googleapis.com/x', 'https://localhost/x', 'https://127.0.0.1/x', 'https://127.1/x', 'https://2130706433/x', 'https://0x7f.1/x', 'https://0177.0.0.1/x', 'https://[::1]/x', 'https://[::ffff:127.0.0.1]/x',
    'https://[::ffff:7f00:1]/x', 'https://169.254.169.254/latest', 'https://router/x', 'https://printer.local/x', 'https://db.internal/x', 'https://me.localhost./x', 'https://a:b@fcm.googleapis.com/x', 'file:///etc/passwd',
    'gopher://x.org/', 'javascript:alert(1)', 'ws://x.org/', '', 'https://', '//fcm.googleapis.com/x', `https://x.org/${'a'.repeat(1_000)}`,
  ]) expect([bad, endpointOf(bad, null)?.href]).toEqual([bad, undefined]);
});

test('the operator may allow one origin, and only that', () => {
  const trusted = 'http://127.0.0.1:9000';
  expect(endpointOf('http://127.0.0.1:9000/x', trusted)?.port).toBe('9000');
  for (const other of ['http://127.0.0.1:9001/x', 'https://127.0.0.1:9000/x', 'http://127.0.0.1:9000@8.8.8.8/x', 'http://localhost:9000/x']) expect([other, endpointOf(other, trusted)]).toEqual([other, null]);
});

test('[N6] a name that means an address of ours is not connected to', async () => {
  const looked = await new Promise<unknown[]>((resolve) => publicLookup('localhost', { all: true }, (...answer) => resolve(answer)));
  expect(looked[0]).toEqual(new Error('not a public address'));
});
