// A TCP connection that says exactly what it is told, for everything that no well-behaved library would send.

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { PROTOCOL_VERSION } from '../../shared/envelope.ts';
import { uniqueAddress } from './names.ts';
import { until, within } from './wait.ts';

export type RawSocket = {
  write(data: string | Uint8Array): void;
  /** Everything received so far. */
  received(): Buffer;
  /** Status of the first HTTP answer; waits for it. */
  status(): Promise<number>;
  /** Resolves when the server has closed it, however. */
  readonly closed: Promise<void>;
  isClosed(): boolean;
  destroy(): void;
};

export const openRaw = async (url: string): Promise<RawSocket> => {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const chunks: Buffer[] = [];
  let isClosed = false;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A reset is a way to be closed.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true;
      resolve();
    });
  });
  await within(5_000, 'a TCP connection', new Promise<void>((resolve) => socket.once('connect', () => resolve())));
  const received = (): Buffer => Buffer.concat(chunks);
  return {
    write: (data) => void (isClosed || socket.write(data)),
    received,
    status: async () => Number(await until('an HTTP answer', () => /^HTTP\/1\.1 (\d{3})/.exec(received().toString('latin1'))?.[1])),
    closed,
    isClosed: () => isClosed,
    destroy: () => void socket.destroy(),
  };
};

export type UpgradeOptions = { readonly path?: string; readonly headers?: Readonly<Record<string, string>> };

/** The text of an upgrade request; a header given as '' is left out. */
export const upgradeRequest = (url: string, options: UpgradeOptions = {}): string => {
  const { host, origin } = new URL(url);
  const headers = {
    host, origin,
    connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    'x-forwarded-for': uniqueAddress(),
    ...options.headers,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`]));
  return [`GET ${options.path ?? `/live?v=${PROTOCOL_VERSION}`} HTTP/1.1`, ...lines, '', ''].join('\r\n');
};

/** A socket that has been upgraded, or was refused: look at `status`. */
export const openUpgrade = async (url: string, options: UpgradeOptions = {}): Promise<RawSocket> => {
  const socket = await openRaw(url);
  socket.write(upgradeRequest(url, options));
  return socket;
};

export type FrameOptions = { readonly opcode?: number; readonly isFinal?: boolean; readonly isMasked?: boolean; readonly reserved?: number; readonly claimedLength?: bigint };

/** One WebSocket frame (RFC 6455, 5.2) with whatever is wrong in it. */
export const wsFrame = (payload: Uint8Array, options: FrameOptions = {}): Buffer => {
  const { opcode = 1, isFinal = true, isMasked = true, reserved = 0, claimedLength = BigInt(payload.length) } = options;
  const maskBit = isMasked ? 0x80 : 0;
  const head = [(isFinal ? 0x80 : 0) | (reserved << 4) | opcode];
  if (claimedLength < 126n) head.push(maskBit | Number(claimedLength));
  else if (claimedLength < 65_536n) head.push(maskBit | 126, Number(claimedLength >> 8n), Number(claimedLength & 255n));
  else head.push(maskBit | 127, ...Array.from({ length: 8 }, (_, at) => Number((claimedLength >> BigInt(56 - at * 8)) & 255n)));
  const mask = isMasked ? randomBytes(4) : Buffer.alloc(0);
  const body = isMasked ? payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)) : payload;
  return Buffer.concat([Buffer.from(head), mask, body]);
};
