import { expect, test } from 'vitest';
import { addressBucket, canonicalAddress, createForwarding } from './client-address.ts';

const peer = (address: string, headers: Record<string, string> = {}) => ({ address, isTls: false, header: (name: string) => headers[name] ?? '' });

test.each([
  ['192.0.2.1', '192.0.2.1'], ['::ffff:192.0.2.1', '192.0.2.1'], ['0000:0000:0000:0000:0000:ffff:7f00:0001', '127.0.0.1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'], ['::1', '::1'], ['fe80::1%eth0', null], ['unknown', null], ['192.0.2.1:80', null], ['', null],
])('%s is spelled %s', (text, expected) => {
  expect(canonicalAddress(text)).toBe(expected);
});

test.each([
  ['192.0.2.1', '192.0.2.1'], ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'], ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'], ['2001:db8:1:2::', '2001:db8:1:2::/64'],
])('%s is counted under %s', (address, bucket) => {
  expect(addressBucket(address)).toBe(bucket);
});

test('forwarded headers of a stranger are his own invention', () => {
  const clientOf = createForwarding(['10.0.0.0/8']);
  const headers = { host: 'Live.Example:3000', 'x-forwarded-for': '203.0.113.1', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' };
  expect(clientOf(peer('192.0.2.1', headers))).toEqual({ address: '192.0.2.1', host: 'live.example:3000', isHttps: false });
  expect(createForwarding([])(peer('127.0.0.1', headers)).address).toBe('127.0.0.1');
});

test('a named proxy is believed, up to the first address that is none', () => {
  const clientOf = createForwarding(['10.0.0.0/8', '::1', '2001:db8::/32']);
  const forwarded = (list: string) => clientOf(peer('10.1.2.3', { host: 'inner', 'x-forwarded-for': list })).address;
  expect(forwarded('203.0.113.1')).toBe('203.0.113.1');
  expect(forwarded('6.6.6.6, 203.0.113.1')).toBe('203.0.113.1');
  expect(forwarded('6.6.6.6, 203.0.113.1, 10.9.9.9, 2001:db8::5')).toBe('203.0.113.1');
  expect(forwarded('10.9.9.9')).toBe('10.9.9.9');
  expect(forwarded('203.0.113.1, nonsense')).toBe('10.1.2.3');
  expect(forwarded('')).toBe('10.1.2.3');
  expect(clientOf(peer('0000:0000:0000:0000:0000:ffff:0a01:0203', { 'x-forwarded-for': '203.0.113.1' })).address).toBe('203.0.113.1');
});

test('proto and host come from the proxy where it tells them', () => {
  const clientOf = createForwarding(['10.0.0.1']);
  expect(clientOf(peer('10.0.0.1', { host: 'inner:3000', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'live.example' }))).toMatchObject({ host: 'live.example', isHttps: true });
  expect(clientOf(peer('10.0.0.1', { host: 'live.example' }))).toMatchObject({ host: 'live.example', isHttps: false });
});

test.each(['a b', 'x"onload="', '', 'a/b', "'self'; script-src *", 'a\r\nb'])('the host %j is not passed on', (host) => {
  expect(createForwarding([])(peer('192.0.2.1', { host })).host).toBe('localhost');
});
