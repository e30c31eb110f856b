// A WebSocket client that costs next to nothing: it shakes hands, counts frames and bytes, answers pings, and looks into a
// frame only where somebody asked for it. For holding thousands of listeners in one process beside the server they measure.

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { PROTOCOL_VERSION } from '../../shared/envelope.ts';

export type RawListener = {
  /** Whole text frames after the handshake. */
  frames: number;
  bytes: number;
  isOpen: boolean;
  /** Gets each text frame, if set. */
  onText: ((text: string) => void) | null;
  /** Longer ones are only counted, so that a listener for replies does not read what is told to the room. */
  textBytesMax: number;
  /** Several go out in one piece. */
  send(...texts: readonly string[]): void;
  /** Stops reading, as a page that hangs, and goes on. */
  stall(): void;
  goOn(): void;
  close(): void;
  /** Resolves when it is closed, by whomever. */
  readonly closed: Promise<void>;
};

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** A client's frames are masked (RFC 6455, 5.3); a mask of zeros is one too. */
const masked = (opcode: number, payload: Buffer): Buffer => {
  const head =
    payload.length < 126 ? Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0])
    : Buffer.from([0x80 | opcode, 0x80 | 126, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
  return Buffer.concat([head, payload]);
};

/** All listeners of a process read into this one, one after the other. */
const shared = Buffer.allocUnsafe(256 * 1024);

export const openRawListener = (port: number, options: { readonly path?: string; readonly headers?: Readonly<Record<string, string>> } = {}): Promise<RawListener> =>
  new Promise((resolve, reject) => {
    let isUpgraded = false;
    /** What came of a frame's head, or of a frame that somebody wants to see, until the rest is here. */
    let pending: Buffer = Buffer.alloc(0);
    /** Bytes of a frame's payload that may be passed over. */
    let toSkip = 0;

    const socket: Socket = connect({
      port, host: '127.0.0.1', noDelay: true,
      onread: { buffer: shared, callback: (length, buffer) => (take(buffer.subarray(0, length) as Buffer), true) },
    });
    const listener: RawListener = {
      frames: 0, bytes: 0, isOpen: false, onText: null, textBytesMax: Infinity,
      closed: new Promise((done) => socket.once('close', () => done())),
      stall: () => void socket.pause(),
      goOn: () => void socket.resume(),
      send: (...texts) => void socket.write(Buffer.concat(texts.map((text) => masked(TEXT, Buffer.from(text))))),
      close: () => void socket.destroy(),
    };

    const take = (chunk: Buffer): void => {
      if (isUpgraded) return read(chunk);
      pending = Buffer.concat([pending, chunk]);
      const end = pending.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = pending.subarray(0, end).toString();
      if (!head.startsWith('HTTP/1.1 101')) return void (reject(new Error(head.split('\r\n')[0])), socket.destroy());
      const rest = Buffer.from(pending.subarray(end + 4));
      pending = Buffer.alloc(0);
      isUpgraded = listener.isOpen = true;
      resolve(listener);
      if (rest.length > 0) read(rest);
    };

    const read = (chunk: Buffer): void => {
      let data = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
      pending = Buffer.alloc(0);
      for (;;) {
        if (toSkip > 0) {
          const skipped = Math.min(toSkip, data.length);
          toSkip -= skipped;
          data = data.subarray(skipped);
        }
        if (data.length < 2) break;
        const opcode = (data[0] ?? 0) & 15;
        const short = (data[1] ?? 0) & 127;
        const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
        if (data.length < headBytes) break;
        const length = short < 126 ? short : short === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
        const isWanted = opcode !== TEXT || (listener.onText !== null && length <= listener.textBytesMax);
        if (isWanted && data.length < headBytes + length) break;
        if (opcode === TEXT) {
          listener.frames += 1;
          listener.bytes += length;
        }
        if (isWanted) {
          const payload = data.subarray(headBytes, headBytes + length);
          if (opcode === TEXT) listener.onText?.(payload.toString());
          else if (opcode === PING) socket.write(masked(PONG, payload));
          else if (opcode === CLOSE) socket.end();
          data = data.subarray(headBytes + length);
        } else {
          toSkip = length;
          data = data.subarray(headBytes);
        }
      }
      if (data.length > 0) pending = Buffer.from(data);
    };

    socket.on('close', () => {
      listener.isOpen = false;
      reject(new Error('closed before it was open'));
    });
    socket.on('error', reject);
    const headers = { Host: `localhost:${port}`, Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': randomBytes(16).toString('base64'), Origin: `http://localhost:${port}`, ...options.headers };
    socket.write(`GET ${options.path ?? `/live?v=${PROTOCOL_VERSION}`} HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`);
  });
