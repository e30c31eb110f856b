// Whose request this is: the client's address, the host name it used and whether it came by https. Forwarded headers are
// believed only from proxies that the operator named; anybody can write them.

import { BlockList, isIP } from 'node:net';

export type Client = {
  readonly address: string;
  /** Host and port as the browser knows them, lower case. */
  readonly host: string;
  readonly isHttps: boolean;
};

/** What the wire says. */
export type Peer = { readonly address: string; readonly isTls: boolean; header(name: string): string };

const MAPPED_IPV4 = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/;

/** One spelling for each address, IPv4 in IPv6 as IPv4; null if it is none. */
export const canonicalAddress = (text: string): string | null => {
  const family = isIP(text);
  if (family !== 6) return family === 4 ? text : null;
  if (text.includes('%')) return null; // A zone has a meaning only on the machine that wrote it.
  const { hostname } = new URL(`http://[${text}]`);
  const mapped = MAPPED_IPV4.exec(hostname);
  if (!mapped) return hostname.slice(1, -1);
  const bits = (Number.parseInt(mapped[1] ?? '0', 16) << 16) | Number.parseInt(mapped[2] ?? '0', 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
};

/** The key to count an address under: a home has a whole IPv6 /64, so that is counted as one. */
export const addressBucket = (address: string): string => {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const all = [...groups, ...Array<string>(missing).fill('0'), ...(tail ? tail.split(':') : [])];
  return `${all.slice(0, 4).join(':')}::/64`;
};

const HOST = /^[a-z0-9.-]{1,253}(:\d{1,5})?$|^\[[0-9a-f:.]{2,45}\](:\d{1,5})?$/;

/** The host as it may be written into a header or page; anything odd becomes `localhost`. */
const safeHost = (text: string): string => {
  const host = text.toLowerCase();
  return HOST.test(host) ? host : 'localhost';
};

const items = (header: string): string[] => header.split(',').map((item) => item.trim()).filter((item) => item !== '');

export const createForwarding = (trusted: readonly string[]): ((peer: Peer) => Client) => {
  const proxies = new BlockList();
  for (const range of trusted) {
    const [address = '', prefix] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(prefix), family);
  }
  const isProxy = (address: string): boolean => proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  return (peer) => {
    const address = canonicalAddress(peer.address) ?? peer.address;
    const direct = { address, host: safeHost(peer.header('host')), isHttps: peer.isTls };
    if (!isProxy(address)) return direct;
    // Each proxy adds on the right whom it saw. Read from there: the first that is no proxy of ours is the client; what
    // stands left of it, or cannot be read, is anybody's word.
    let client = address;
    for (const hop of items(peer.header('x-forwarded-for')).map(canonicalAddress).reverse()) {
      if (hop === null) break;
      client = hop;
      if (!isProxy(hop)) break;
    }
    const [proto] = items(peer.header('x-forwarded-proto'));
    const [host] = items(peer.header('x-forwarded-host'));
    return {
      address: client,
      host: host === undefined ? direct.host : safeHost(host),
      isHttps: proto === undefined ? direct.isHttps : proto === 'https',
    };
  };
};
