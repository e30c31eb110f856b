// A road that breaks: hands bytes on between clients and the server, and on demand lets one more piece through only in part and
// then cuts both ends, so that a message ends in its middle.

import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export type CuttingRelay = {
  readonly port: number;
  /** The next piece that comes in this direction on any connection is cut in two; resolves when that happened. */
  cut(direction: 'up' | 'down', share: number): Promise<void>;
  close(): void;
};

type Wish = { readonly direction: 'up' | 'down'; readonly share: number; readonly done: () => void };

export const openCuttingRelay = async (targetPort: number): Promise<CuttingRelay> => {
  const open = new Set<Socket>();
  let wish: Wish | null = null;

  const pass = (from: Socket, to: Socket, direction: 'up' | 'down'): void => {
    let isUpgraded = false; // A handshake that is cut tests nothing of ours.
    from.on('data', (piece: Buffer) => {
      // A piece of one byte has no inside.
      const cutHere = isUpgraded && piece.length > 1 && wish?.direction === direction ? wish : null;
      isUpgraded = true;
      if (!cutHere) return void to.write(piece);
      wish = null;
      const kept = Math.min(piece.length - 1, Math.max(1, Math.floor(piece.length * cutHere.share)));
      to.write(piece.subarray(0, kept), () => {
        from.destroy();
        to.destroy();
        cutHere.done();
      });
    });
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  };

  const relay = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay();
      socket.once('close', () => open.delete(socket));
    }
    pass(client, upstream, 'up');
    pass(upstream, client, 'down');
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  return {
    port: (relay.address() as AddressInfo).port,
    cut: (direction, share) => new Promise((done) => { wish = { direction, share, done }; }),
    close() {
      relay.close();
      for (const socket of open) socket.destroy();
    },
  };
};
