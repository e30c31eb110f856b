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

/** May be changed while something travels on it. */
export type Road = {
  roundTripMs: number;
  /** Share of datagrams that are lost in each direction, by chance. */
  lossDown?: number;
  lossUp?: number;
  /** How much gets down in a second; what waits longer than QUEUE_MS_MAX is lost, as in a router. */
  kbitsPerSecondDown?: number;
  /** Nothing gets through: datagrams are lost, connections stand still. */
  isCut?: boolean;
  /** Only datagrams are stopped, as by a firewall. */
  isUdpBlocked?: boolean;
};

const QUEUE_MS_MAX = 300;
const CUT_LOOK_MS = 50;
const IP_UDP_BYTES = 28;

const later = (delayMs: number, act: () => void): void => void (delayMs === 0 ? act() : setTimeout(act, delayMs));

/** How long a datagram waits for the ones before it; null: it does not get through. */
const createGate = (road: Road) => {
  let freeAtMs = 0;
  return (direction: Passed['direction'], bytes: number): number | null => {
    if (road.isCut || road.isUdpBlocked) return null;
    const loss = (direction === 'down' ? road.lossDown : road.lossUp) ?? 0;
    if (loss > 0 && Math.random() < loss) return null;
    if (direction === 'up' || road.kbitsPerSecondDown === undefined) return 0;
    const waitMs = Math.max(0, freeAtMs - performance.now());
    if (waitMs > QUEUE_MS_MAX) return null;
    freeAtMs = performance.now() + waitMs + ((bytes + IP_UDP_BYTES) * 8) / road.kbitsPerSecondDown;
    return waitMs;
  };
};

/** `passed` holds when each datagram left the client or reached it. */
export const openUdpRelay = async (road: Road, targetPort: number) => {
  let isOpen = true;
  let bytesDown = 0;
  const outside = createSocket('udp4');
  const insides = new Map<string, Socket>();
  const passed: Passed[] = [];
  const gate = createGate(road);
  const note = (direction: Passed['direction'], datagram: Uint8Array): void => void passed.push({ atMs: wallMs(), direction, kind: kindOf(datagram) });
  const insideFor = (address: string, port: number): Socket => {
    const key = `${address}:${port}`;
    const known = insides.get(key);
    if (known) return known;
    const inside = createSocket('udp4');
    inside.on('message', (datagram) => {
      const waitMs = gate('down', datagram.length);
      if (waitMs === null) return;
      later(waitMs + road.roundTripMs / 2, () => {
        if (!isOpen) return;
        note('down', datagram);
        bytesDown += datagram.length;
        outside.send(datagram, port, address);
      });
    });
    insides.set(key, inside);
    return inside;
  };
  outside.on('message', (datagram, { address, port }) => {
    if (gate('up', datagram.length) === null) return;
    note('up', datagram);
    later(road.roundTripMs / 2, () => void (isOpen && insideFor(address, port).send(datagram, targetPort, '127.0.0.1')));
  });
  await new Promise<void>((resolve) => outside.bind(0, '127.0.0.1', resolve));
  const close = (): void => {
    isOpen = false;
    for (const socket of [outside, ...insides.values()]) socket.close();
  };
  return { port: outside.address().port, passed, bytesDown: () => bytesDown, close };
};

const passOn = (road: Road, from: TcpSocket, to: TcpSocket): void => {
  const pass = (chunk: Buffer): void => {
    if (!road.isCut) return later(road.roundTripMs / 2, () => void (to.writable && to.write(chunk)));
    from.pause();
    const look = (): void => {
      if (road.isCut) return void setTimeout(look, CUT_LOOK_MS);
      pass(chunk);
      from.resume();
    };
    look();
  };
  from.on('data', pass);
  from.on('close', () => later(road.roundTripMs / 2, () => to.destroy()));
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
