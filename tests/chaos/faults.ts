// The faults that a broadcast must survive, and what a viewer may lose by each.

import { setTimeout as pause } from 'node:timers/promises';
import { framesSeen, picturesSince } from '../support/pages.ts';
import type { Road } from '../support/relay.ts';
import { quantile } from '../support/statistics.ts';
import type { OpenNetwork } from './roads.ts';
import { openScene, watchDuring } from './scene.ts';
import type { Scene, Seen } from './scene.ts';
import { missingForTurn, openTurnOnly } from './turn-only.ts';

export type Fault = {
  readonly about: string;
  readonly viewers: readonly Partial<Road>[];
  /** Happens while the viewers are watched; null: only their road is bad, for LOOK_MS. */
  readonly strike: ((scene: Scene) => Promise<void>) | null;
  readonly gapMaxMs: number | null;
  /** More viewers than browsers fit may be asked for: the guests of the load tool find back from it too. */
  readonly mayHaveGuests?: true;
  /** If not over relays. */
  readonly network?: OpenNetwork;
  /** By which kind of way all pages must go; see PageRoad. */
  readonly way?: RegExp;
  /** What this machine lacks for it, in words; null: nothing. */
  readonly missing?: () => string | null;
};

const LOOK_MS = 30_000;
const GONE_MS = 10_000;
const SETTLED_MS = 5_000;

const signalWorker = (signal: 'SIGKILL' | 'SIGSTOP') => async (scene: Scene): Promise<void> => {
  for (const pid of scene.server().workerPids()) process.kill(pid, signal);
};

export const FAULTS: Readonly<Record<string, Fault>> = {
  none: { about: 'nothing happens', viewers: [{}], strike: null, gapMaxMs: null },
  killed: { about: 'the media worker is killed', viewers: [{}, {}], strike: signalWorker('SIGKILL'), gapMaxMs: 1_000, mayHaveGuests: true },
  hung: { about: 'the media worker hangs (SIGSTOP)', viewers: [{}, {}], strike: signalWorker('SIGSTOP'), gapMaxMs: 3_000, mayHaveGuests: true },
  deploy: { about: 'the next server takes the place of the present one (npm run restart)', viewers: [{}, {}], strike: (scene) => scene.deploy(), gapMaxMs: 2_000 },
  restart: { about: 'the server is stopped, then started again', viewers: [{}, {}], strike: (scene) => scene.restart(), gapMaxMs: 2_000 },
  hostGone: {
    about: 'the creator has no network for 10 s', viewers: [{}], gapMaxMs: GONE_MS + 5_000,
    async strike({ studioRoad }) {
      studioRoad.road.isCut = true;
      await pause(GONE_MS);
      studioRoad.road.isCut = false;
    },
  },
  viewerGone: {
    about: 'the viewer has no network for 10 s', viewers: [{}], gapMaxMs: GONE_MS + 5_000,
    async strike({ viewers }) {
      for (const { road } of viewers) road.road.isCut = true;
      await pause(GONE_MS);
      for (const { road } of viewers) road.road.isCut = false;
    },
  },
  loss5: { about: '5 % of packets are lost', viewers: [{ lossDown: 0.05, lossUp: 0.05 }], strike: null, gapMaxMs: null },
  loss20: { about: '20 % of packets are lost', viewers: [{ lossDown: 0.2, lossUp: 0.2 }], strike: null, gapMaxMs: null },
  narrow: { about: 'a link of 300 kbit/s', viewers: [{ kbitsPerSecondDown: 300 }], strike: null, gapMaxMs: null },
  tcp: { about: 'UDP is blocked', viewers: [{ isUdpBlocked: true }], strike: null, gapMaxMs: null },
  turn: {
    about: 'only a TURN server can be reached, the creator’s too', viewers: [{}], strike: null, gapMaxMs: 1_000,
    network: openTurnOnly('udp'), way: /^relay/, missing: missingForTurn,
  },
  turnTcp: {
    about: 'only a TURN server can be reached, and by TCP', viewers: [{}], strike: null, gapMaxMs: 1_000,
    network: openTurnOnly('tcp'), way: /^relay tcp/, missing: missingForTurn,
  },
};

export type Outcome = {
  readonly name: string;
  readonly about: string;
  readonly isSameBroadcast: boolean;
  readonly seen: readonly Seen[];
  readonly gapMaxMs: number | null;
  /** Of the longest gaps that each viewer saw, with a browser or without one; null: there are only browsers, and each counts. */
  readonly gaps: { readonly viewers: number; readonly p50Ms: number; readonly p95Ms: number; readonly maxMs: number } | null;
  /** The creator's, then the viewers'. */
  readonly ways: readonly (string | null)[];
  readonly isRightWay: boolean;
};

const gapsOf = (gapsMs: readonly number[]): NonNullable<Outcome['gaps']> =>
  ({ viewers: gapsMs.length, p50Ms: quantile(gapsMs, 0.5), p95Ms: quantile(gapsMs, 0.95), maxMs: Math.max(...gapsMs) });

/** `viewers`: at least so many; those for whom the fault has no browser are guests. */
export const play = async (name: string, fault: Fault, viewers = 0): Promise<Outcome> => {
  const scene = await openScene({ roads: fault.viewers, guests: Math.max(0, viewers - fault.viewers.length) }, fault.network);
  try {
    const firstSeenMs: number[] = [];
    for (const { page } of scene.viewers) {
      await picturesSince(page, performance.timeOrigin + performance.now(), 30, 60_000);
      firstSeenMs.push((await framesSeen(page, Number.MAX_SAFE_INTEGER))[0]?.seenMs ?? Number.NaN);
    }
    await pause(SETTLED_MS);
    const before = await scene.broadcastId();
    await scene.guests.mark();
    const act = fault.strike ? fault.strike(scene) : pause(LOOK_MS);
    const seen = await Promise.all(scene.viewers.map((viewer, at) => watchDuring(viewer, firstSeenMs[at] ?? Number.NaN, act)));
    const guestGapsMs = await scene.guests.gapsMs();
    const ways = [await scene.studioRoad.way(), ...seen.map(({ way }) => way)];
    return {
      name, about: fault.about, seen, ways, gapMaxMs: fault.gapMaxMs,
      isSameBroadcast: before !== null && (await scene.broadcastId()) === before,
      gaps: guestGapsMs.length > 0 ? gapsOf([...seen.map(({ gapMs }) => gapMs), ...guestGapsMs]) : null,
      isRightWay: ways.every((way) => !fault.way || fault.way.test(way ?? '')),
    };
  } finally {
    await scene.close();
  }
};
