// Notices that this process, or one of the processes that work for it, has more to do than it gets done, for longer than a moment.
// Looks now and then at how late the event loop comes round and how much of a core each process takes. Must not know what they
// do. Invariant: no single look decides anything: busy is who was so for 6 s, and calm again who was calm for 8 s.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Cancel, Clock } from './clock.ts';

export type Busy = {
  /** This process itself. */
  readonly isLoopLate: boolean;
  /** Those others that do not keep up. */
  readonly pids: ReadonlySet<number>;
};

/** `cpuMs`: of processor time since it began. */
export type CpuUse = { readonly pid: number; readonly cpuMs: number };

export type BusyWatchDeps = {
  readonly clock: Clock;
  /** How late the loop came round on average since the last question. */
  readonly loopDelayMs: () => number;
  readonly processes: () => Promise<readonly CpuUse[]>;
  /** Told after each look, changed or not. */
  readonly looked: (busy: Busy) => void;
};

const LOOK_EVERY_MS = 2_000;
const LOOKS_TO_BE_BUSY = 3;
const LOOKS_TO_BE_CALM = 4;
/** A request that waits so long is felt; collecting garbage takes a tenth of it. */
const LOOP_LATE_MS = 200;
const LOOP_CALM_MS = 100;
/** A media worker has one thread: packets wait in the kernel's buffers, and then are lost, when it has no time left. */
const CPU_BUSY_SHARE = 0.92;
const CPU_CALM_SHARE = 0.8;

type Level = { isBusy: boolean; looksAgainst: number };

const step = (level: Level, isHigh: boolean, isLow: boolean): void => {
  const disagrees = level.isBusy ? isLow : isHigh;
  level.looksAgainst = disagrees ? level.looksAgainst + 1 : 0;
  if (level.looksAgainst < (level.isBusy ? LOOKS_TO_BE_CALM : LOOKS_TO_BE_BUSY)) return;
  level.isBusy = !level.isBusy;
  level.looksAgainst = 0;
};

export const watchBusy = ({ clock, loopDelayMs, processes, looked }: BusyWatchDeps): Cancel => {
  const loop: Level = { isBusy: false, looksAgainst: 0 };
  let workers = new Map<number, Level & { readonly cpuMs: number }>();
  let lookedAtMs = clock.nowMs();
  let [isAsking, isStopped] = [false, false];

  const judge = (uses: readonly CpuUse[]): void => {
    const nowMs = clock.nowMs();
    const spanMs = nowMs - lookedAtMs;
    lookedAtMs = nowMs;
    const delayMs = loopDelayMs();
    step(loop, delayMs >= LOOP_LATE_MS, delayMs < LOOP_CALM_MS);
    // Made anew each time, so that who died is forgotten.
    workers = new Map(uses.map(({ pid, cpuMs }) => {
      const before = workers.get(pid);
      const level = { isBusy: before?.isBusy ?? false, looksAgainst: before?.looksAgainst ?? 0, cpuMs };
      const share = before && spanMs > 0 ? (cpuMs - before.cpuMs) / spanMs : 0;
      step(level, share >= CPU_BUSY_SHARE, share < CPU_CALM_SHARE);
      return [pid, level];
    }));
    looked({ isLoopLate: loop.isBusy, pids: new Set([...workers].filter(([, { isBusy }]) => isBusy).map(([pid]) => pid)) });
  };
  const look = async (): Promise<void> => {
    // Who does not answer is somebody else's matter (media/worker-watch.ts); the next look takes the longer span.
    if (isAsking) return;
    isAsking = true;
    try {
      const uses = await processes();
      if (!isStopped) judge(uses);
    } finally {
      isAsking = false;
    }
  };
  const stopLooking = clock.every(LOOK_EVERY_MS, () => void look());
  return () => {
    isStopped = true;
    stopLooking();
  };
};

/** Every measurement wakes the process, so they are few. */
const LOOP_RESOLUTION_MS = 250;

/** The event loop of this process: `read` gives the mean lateness since the last time. */
export const createLoopMeter = (): { readonly read: () => number; readonly close: () => void } => {
  const histogram = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  histogram.enable();
  return {
    read() {
      const meanMs = histogram.mean / 1e6; // NaN before the first measurement
      histogram.reset();
      // Counted from one measurement to the next, so the time in between that was meant to pass is in it.
      return meanMs > LOOP_RESOLUTION_MS ? meanMs - LOOP_RESOLUTION_MS : 0;
    },
    close: () => void histogram.disable(),
  };
};
