// Counts each room's viewers and tells the number: at once after a quiet second, and at most once a second, so that a storm
// of joins is one count and one event and not a thousand.

import type { RoomId } from '../../shared/ids.ts';
import type { Clock } from '../lib/clock.ts';
import { createTicks } from '../lib/ticks.ts';

const TICK_MS = 1_000;

export type ViewerCountDeps = {
  readonly clock: Clock;
  readonly count: (roomId: RoomId) => number;
  /** Another number than before. */
  readonly counted: (roomId: RoomId, viewers: number) => void;
};

export const createViewerCount = (deps: ViewerCountDeps) => {
  const told = new Map<RoomId, number>();
  const ticks = createTicks<RoomId>({
    clock: deps.clock,
    tickMs: TICK_MS,
    tick: (roomId) => {
      const viewers = deps.count(roomId);
      if (told.get(roomId) === viewers) return;
      told.set(roomId, viewers);
      deps.counted(roomId, viewers);
    },
  });

  return {
    changed: (roomId: RoomId): void => ticks.ask(roomId),
    roomClosed(roomId: RoomId): void {
      ticks.forget(roomId);
      told.delete(roomId);
    },
  };
};
