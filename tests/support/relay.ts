// A road of a chosen length: relays for TCP and UDP that hold everything back for half a round trip in each direction, and
// note each datagram as it passes. The kernel here has no netem.

import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';

/** By the first byte (RFC 7983), RTCP told from RTP by the second (RFC 5761). */
export type DatagramKind = 'stun' | 'dtls' | 'rtp' | 'rtcp' | 'other';
export type Passed = { readonly atMs: number; readonly direction: 'up' | 'down'; readonly kind: DatagramKind };

export const kindOf = (datagram: Uint8Array): DatagramKind => {
  const [first = 255, second = 0] = datagram;
  if (first <= 3) return 'stun';
  if (first >= 20 && first <= 63) return 'dtls';
  if (first < 128 || first > 191) return 'other';
  return second >= 192 && second <= 223 ? 'rtcp' : 'rtp';
};

const wallMs = (): number => performance.timeOrigin + performance.now();

export type Road = { roundTripMs: number };

const later = (road: Road, act: () => void): void => void (road.roundTripMs === 0 ? act() : setTimeout(act, road.roundTripMs / 2));

/** `passed` holds when each datagram left the client or reached it. */
export const openUdpRelay = async (road: Road, targetPort: number) => {
  let isOpen = true;
  const outside = createSocket('udp4');
  const insides = new Map<string, Socket>();
  const passed: Passed[] = [];
  const note = (direction: Passed['direction'], datagram: Uint8Array): void => void passed.push({ atMs: wallMs(), direction, kind: kindOf(datagram) });
  const insideFor = (address: string, port: number): Socket => {
    const key = `${address}:${port}`;
    const known = insides.get(key);
    if (known) return known;
    const inside = createSocket('udp4');
    inside.on('message', (datagram) => later(road, () => {
      if (!isOpen) return;
      note('down', datagram);
      outside.send(datagram, port, address);
    }));
    insides.set(key, inside);
    return inside;
  };
  outside.on('message', (datagram, { address, port }) => {
    note('up', datagram);
    later(road, () => void (isOpen && insideFor(address, port).send(datagram, targetPort, '127.0.0.1')));
  });
  await new Promise<void>((resolve) => outside.bind(0, '127.0.0.1', resolve));
  const close = (): void => {
    isOpen = false;
    for (const socket of [outside, ...insides.values()]) socket.close();
  };
  return { port: outside.address().port, passed, close };
};

const passOn = (road: Road, from: TcpSocket, to: TcpSocket): void => {
  from.on('data', (chunk) => later(road, () => void (to.writable && to.write(chunk))));
  from.on('close', () => later(road, () => to.destroy()));
  from.on('error', () => to.destroy());
};

/** The target may be told later: the server is given the relay's address before it has one of its own. */
export const openTcpRelay = async (road: Road) => {
  let targetPort = 0;
  const outside = createServer({ noDelay: true }, (client) => {
    const inside = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    passOn(road, client, inside);
    passOn(road, inside, client);
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  return { port: (outside.address() as AddressInfo).port, leadTo: (port: number) => void (targetPort = port), close: () => void outside.close() };
};
