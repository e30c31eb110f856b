// Counts what mediasoup says exists, by its own events and not by our bookkeeping, so that a leak of ours shows.

import type { types } from 'mediasoup';

export type Counts = {
  readonly workers: number;
  readonly routers: number;
  /** WebRTC transports, and what is on them. */
  readonly transports: number;
  readonly producers: number;
  readonly consumers: number;
  /** Between two routers. */
  readonly pipes: number;
  readonly rooms: number;
};

type Counted = 'workers' | 'routers' | 'transports' | 'producers' | 'consumers' | 'pipeEnds';
type Observed = { readonly observer: { once(event: 'close', listener: () => void): unknown } };

export const createTally = () => {
  const counts: Record<Counted, number> = { workers: 0, routers: 0, transports: 0, producers: 0, consumers: 0, pipeEnds: 0 };

  const count = (name: Counted, thing: Observed): void => {
    counts[name] += 1;
    thing.observer.once('close', () => (counts[name] -= 1));
  };
  const countTransport = (transport: types.Transport): void => {
    if (transport.type === 'pipe') return count('pipeEnds', transport);
    count('transports', transport);
    transport.observer.on('newproducer', (producer) => count('producers', producer));
    transport.observer.on('newconsumer', (consumer) => count('consumers', consumer));
  };
  const countRouter = (router: types.Router): void => {
    count('routers', router);
    router.observer.on('newtransport', countTransport);
  };

  return {
    /** From now on all that is made on this worker counts. */
    watch(worker: types.Worker): void {
      count('workers', worker);
      worker.observer.on('newrouter', countRouter);
    },
    counts(rooms: number): Counts {
      const { pipeEnds, ...rest } = counts;
      return { ...rest, pipes: Math.ceil(pipeEnds / 2), rooms };
    },
  };
};
