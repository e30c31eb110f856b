// The child process of `load`: viewers without browsers. Each joins as a guest, with media in the same request as the page does,
// receives over ICE, DTLS and SRTP, and decodes nothing.

import { setTimeout as pause } from 'node:timers/promises';
import { createViewer, OFFER } from '../../server/media/testing/peers.ts';
import { createClient } from '../support/client.ts';
import { createFrameMeter } from './frame-meter.ts';
import type { Seen } from './frame-meter.ts';

export type CrowdOrder =
  /** So many, each `everyMs` after the one before. */
  | { readonly do: 'join'; readonly url: string; readonly handle: string; readonly bindAddress: string; readonly viewers: number; readonly everyMs: number }
  /** Since the last time it was asked. */
  | { readonly do: 'report' }
  | { readonly do: 'close' };
export type Watched = { readonly joinMs: number; readonly firstFrameMs: number | null; readonly seen: Seen };
export type Report = { readonly watched: readonly Watched[]; readonly failed: readonly string[] };

type Guest = { readonly startMs: number; readonly joinMs: number; readonly seen: () => Seen; readonly close: () => void };
const guests: Guest[] = [];
const failed: string[] = [];

const join = async ({ url, handle, bindAddress }: Extract<CrowdOrder, { do: 'join' }>): Promise<void> => {
  const meter = createFrameMeter();
  const viewer = createViewer({ bindAddress, heard: ({ sequence, marker }) => meter.packet({ sequence, marker, atMs: performance.now() }) });
  const connection = await createClient({ url }).connect();
  const startMs = performance.now();
  const joined = await connection.join(handle, { watch: OFFER });
  if (!joined.watch) throw new Error('the channel is not on air');
  const joinMs = performance.now() - startMs;
  const video = joined.watch.subscriptions.filter(({ kind }) => kind === 'video').slice(0, 1);
  viewer.start({ ...joined.watch, subscriptions: video });
  guests.push({ startMs, joinMs, seen: meter.seen, close: () => (viewer.close(), connection.close()) });
};

const joinAll = async (order: Extract<CrowdOrder, { do: 'join' }>): Promise<null> => {
  const startMs = performance.now();
  const joining: Promise<void>[] = [];
  for (let at = 0; at < order.viewers; at += 1) {
    await pause(Math.max(0, startMs + at * order.everyMs - performance.now()));
    joining.push(join(order).catch((error: Error) => void failed.push(error.message)));
  }
  await Promise.all(joining);
  return null;
};

const report = (): Report => ({
  failed,
  watched: guests.map(({ startMs, joinMs, seen }) => {
    const now = seen();
    return { joinMs, firstFrameMs: now.firstFrameMs === null ? null : now.firstFrameMs - startMs, seen: now };
  }),
});

process.once('disconnect', () => process.exit());
process.on('message', (order: CrowdOrder) => {
  const answer = async (): Promise<unknown> => {
    if (order.do === 'join') return joinAll(order);
    if (order.do === 'report') return report();
    for (const { close } of guests) close();
    return null;
  };
  answer().then((told) => process.send?.({ told }), (error: Error) => process.send?.({ error: error.message }));
});
