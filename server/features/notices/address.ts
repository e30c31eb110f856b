// Which addresses a push service may have. A browser names its push service and we send there, so without this anybody could have us
// speak to machines that only we can reach. Checked twice: what is written, and what the name means at the moment of sending.

import { lookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { PUSH_ENDPOINT_CHARS_MAX } from '../../../shared/limits.ts';

/** Everything that is not the public internet (IANA's special-purpose registries). */
const PRIVATE_V4 = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24',
  '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'];
/** Of IPv6 only what is given out to the world, and of that not what leads to IPv4 addresses or is for documents. */
const PUBLIC_V6 = ['2000::/3'];
const PRIVATE_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const listOf = (ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
};
const privateV4 = listOf(PRIVATE_V4, 'ipv4');
const publicV6 = listOf(PUBLIC_V6, 'ipv6');
const privateV6 = listOf(PRIVATE_V6, 'ipv6');

/** Is this IP address one of the public internet? False for what is no address. */
export const isPublicAddress = (address: string): boolean => {
  if (isIP(address) === 4) return !privateV4.check(address, 'ipv4');
  return isIP(address) === 6 && publicV6.check(address, 'ipv6') && !privateV6.check(address, 'ipv6');
};

/** `trusted`: an origin that the operator allows whatever its address is. */
export const isTrusted = (url: URL, trusted: string | null): boolean => trusted !== null && url.origin === trusted;

/** The endpoint as a URL, or null where we do not send. Names are looked up only when something is sent. */
export const endpointOf = (text: string, trusted: string | null): URL | null => {
  if (text.length > PUSH_ENDPOINT_CHARS_MAX || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.href.length > PUSH_ENDPOINT_CHARS_MAX) return null;
  if (isTrusted(url, trusted)) return url;
  if (url.protocol !== 'https:') return null;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return isPublicAddress(host) ? url : null;
  // A name of one word is one of our own network.
  return host.includes('.') && !/(^|\.)(localhost|local|internal|lan|home|arpa)\.?$/.test(host) ? url : null;
};

type Callback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** For node's `lookup` option: as dns.lookup, but a name that means an address of ours means nothing. */
export const publicLookup = (host: string, options: LookupOptions, callback: Callback): void => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => isPublicAddress(address))) return callback(new Error('not a public address'), []);
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
