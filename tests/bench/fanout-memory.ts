// What a listener costs in memory beyond its bare socket: the resident memory of our server with thousands of guests in a room,
// against that of a bare uWebSockets.js server with as many sockets, each against itself when it was empty, after a collection.

import { startChild } from '../support/child.ts';
import { registerCreator } from '../support/client.ts';
import { memoryOf, WITH_INSPECTOR } from '../support/heap.ts';
import type { Memory } from '../support/heap.ts';
import { startServer } from '../support/server.ts';
import { tenth } from '../support/statistics.ts';
import type { BareOrder } from './fanout-bare.ts';
import type { Order } from './fanout-crowd.ts';
import type { Progress } from './run.ts';

const LISTENERS = 4_000;
const GOAL_KB = 6;
const CROWD = new URL('fanout-crowd.ts', import.meta.url);

export const memoryPerConnection = async (progress: Progress) => {
  const server = await startServer({ env: WITH_INSPECTOR });
  const [crowd, bareCrowd, bare] = await Promise.all([startChild<Order>(CROWD), startChild<Order>(CROWD), startChild<BareOrder>(new URL('fanout-bare.ts', import.meta.url), { isAnnounced: true })]);
  try {
    const { handle } = await registerCreator(server);
    const fill = async (child: typeof crowd, port: number, room: string | null, memory: () => Promise<Memory>) => {
      // The first ones pay for what is made once: code, pools, the room itself.
      await child.ask({ do: 'open', port, handle: room, count: 500, cookies: [], isWatched: false });
      const before = await memory();
      await child.ask({ do: 'open', port, handle: room, count: LISTENERS, cookies: [], isWatched: false });
      const after = await memory();
      return { rss: (after.rss - before.rss) / LISTENERS, heap: (after.heapUsed + after.external - before.heapUsed - before.external) / LISTENERS };
    };
    const ours = await fill(crowd, Number(new URL(server.url).port), handle, () => memoryOf(server));
    const theirs = await fill(bareCrowd, Number(bare.first), null, () => bare.ask({ do: 'collect' }) as Promise<Memory>);
    const kB = (bytes: number): number => tenth(bytes / 1000);
    progress(`memory for each: ours ${kB(ours.rss)} kB resident (${kB(ours.heap)} of heap), bare ${kB(theirs.rss)} kB`);
    return { kBPerConnection: kB(ours.rss - theirs.rss), kBPerConnectionGoal: GOAL_KB, kBResident: { hub: kB(ours.rss), bare: kB(theirs.rss) }, kBHeap: { hub: kB(ours.heap), bare: kB(theirs.heap) } };
  } finally {
    for (const child of [crowd, bareCrowd, bare]) child.close();
    await server.stop();
  }
};
