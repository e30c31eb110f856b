// A pipe whose end goes while something is on its way through it. Stand-ins for mediasoup's objects: the moment must be exact.

import { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';
import { expect, test, vi } from 'vitest';
import { openPipe } from './pipe.ts';

const transport = () => {
  const observer = new EventEmitter();
  const end = {
    closed: false,
    observer,
    tuple: { localAddress: '127.0.0.1', localPort: 1 },
    connect: () => Promise.resolve(),
    consume: vi.fn(),
    produce: vi.fn(),
    close(): void {
      if (end.closed) return;
      end.closed = true;
      observer.emit('close');
    },
  };
  return end;
};
const pipe = async () => {
  const [near, far] = [transport(), transport()];
  const router = (end: typeof near) => ({ createPipeTransport: () => Promise.resolve(end) }) as unknown as types.Router;
  return { near, far, pipe: await openPipe(router(near), router(far), () => undefined) };
};
const producer = { id: 'p' } as types.Producer;

test('a worker is not asked about a pipe that was closed: it would log that as an error', async () => {
  const one = await pipe();
  one.pipe.close();
  await expect(one.pipe.carry(producer)).rejects.toMatchObject({ code: 'transport_gone' });
  expect(one.near.consume).not.toHaveBeenCalled();

  const two = await pipe();
  const close = vi.fn();
  two.near.consume.mockImplementation(() => {
    two.pipe.close();
    return Promise.resolve({ kind: 'audio', rtpParameters: {}, producerPaused: false, close });
  });
  await expect(two.pipe.carry(producer)).rejects.toMatchObject({ code: 'transport_gone' });
  expect(two.far.produce).not.toHaveBeenCalled();
  expect(close).toHaveBeenCalled();
});
