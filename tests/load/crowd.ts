// The child process of `load`, and of `chaos` for more viewers than browsers fit: guests who watch.

import { setTimeout as pause } from 'node:timers/promises';
import type { Seen } from './frame-meter.ts';
import { joinAsGuest } from './guest.ts';
import type { Guest } from './guest.ts';

export type CrowdOrder =
  /** So many, each `everyMs` after the one before. */
  | { readonly do: 'join'; readonly url: string; readonly handle: string; readonly bindAddress: string; readonly viewers: number; readonly everyMs: number }
  /** From here on the longest gaps are measured. */
  | { readonly do: 'mark' }
  | { readonly do: 'report' }
  | { readonly do: 'close' };
export type Watched = { readonly joinMs: number; readonly firstFrameMs: number | null; readonly seen: Seen };
export type Report = { readonly watched: readonly Watched[]; readonly failed: readonly string[] };

const guests: Guest[] = [];
const failed: string[] = [];

const joinAll = async (order: Extract<CrowdOrder, { do: 'join' }>): Promise<null> => {
  const startMs = performance.now();
  const joining: Promise<void>[] = [];
  for (let at = 0; at < order.viewers; at += 1) {
    await pause(Math.max(0, startMs + at * order.everyMs - performance.now()));
    joining.push(joinAsGuest(order).then((guest) => void guests.push(guest), (error: Error) => void failed.push(error.message)));
  }
  await Promise.all(joining);
  return null;
};

const report = (): Report => ({
  failed,
  watched: guests.map(({ startMs, joinMs, meter }) => {
    const seen = meter.seen(performance.now());
    return { joinMs, firstFrameMs: seen.firstFrameMs === null ? null : seen.firstFrameMs - startMs, seen };
  }),
});

process.once('disconnect', () => process.exit());
process.on('message', (order: CrowdOrder) => {
  const answer = async (): Promise<unknown> => {
    if (order.do === 'join') return joinAll(order);
    if (order.do === 'report') return report();
    for (const guest of guests) order.do === 'mark' ? guest.meter.mark() : guest.close();
    return null;
  };
  answer().then((told) => process.send?.({ told }), (error: Error) => process.send?.({ error: error.message }));
});
