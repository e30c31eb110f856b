// The faults that a broadcast must survive, and what a viewer may lose by each.

import { setTimeout as pause } from 'node:timers/promises';
import { picturesSince } from '../support/pages.ts';
import type { Road } from '../support/relay.ts';
import { openScene, watchDuring } from './scene.ts';
import type { Scene, Seen } from './scene.ts';

export type Fault = {
  readonly about: string;
  readonly viewers: readonly Partial<Road>[];
  /** Happens while the viewers are watched; null: only their road is bad, for LOOK_MS. */
  readonly strike: ((scene: Scene) => Promise<void>) | null;
  readonly gapMaxMs: number | null;
};

const LOOK_MS = 30_000;
const GONE_MS = 10_000;
const SETTLED_MS = 5_000;

const signalWorker = (signal: 'SIGKILL' | 'SIGSTOP') => async (scene: Scene): Promise<void> => {
  for (const pid of scene.server().workerPids()) process.kill(pid, signal);
};

export const FAULTS: Readonly<Record<string, Fault>> = {
  none: { about: 'nothing happens', viewers: [{}], strike: null, gapMaxMs: null },
  killed: { about: 'the media worker is killed', viewers: [{}, {}], strike: signalWorker('SIGKILL'), gapMaxMs: 1_000 },
  hung: { about: 'the media worker hangs (SIGSTOP)', viewers: [{}, {}], strike: signalWorker('SIGSTOP'), gapMaxMs: 3_000 },
  deploy: { about: 'the server is restarted', viewers: [{}, {}], strike: (scene) => scene.deploy(), gapMaxMs: 2_000 },
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
};

export type Outcome = { readonly name: string; readonly about: string; readonly isSameBroadcast: boolean; readonly seen: readonly Seen[]; readonly gapMaxMs: number | null };

export const play = async (name: string, fault: Fault): Promise<Outcome> => {
  const scene = await openScene(fault.viewers);
  try {
    for (const { page } of scene.viewers) await picturesSince(page, performance.timeOrigin + performance.now(), 30, 60_000);
    await pause(SETTLED_MS);
    const before = await scene.broadcastId();
    const act = fault.strike ? fault.strike(scene) : pause(LOOK_MS);
    const seen = await Promise.all(scene.viewers.map((viewer) => watchDuring(viewer, act)));
    return { name, about: fault.about, isSameBroadcast: before !== null && (await scene.broadcastId()) === before, seen, gapMaxMs: fault.gapMaxMs };
  } finally {
    await scene.close();
  }
};
