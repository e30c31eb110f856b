// Tells each room how many watch it, at most once a second, so that a storm of joins is one event and not a thousand.

import type { RoomId } from '../../shared/ids.ts';
import type { Publish } from '../hub/handler.ts';
import type { Cancel, Clock } from '../lib/clock.ts';

const TICK_MS = 1_000;

export const createViewerCount = (deps: { readonly clock: Clock; readonly publish: Publish }) => {
  const waiting = new Map<RoomId, { viewers: number; cancel: Cancel }>();
  const told = new Map<RoomId, number>();

  const tell = (roomId: RoomId): void => {
    const viewers = waiting.get(roomId)?.viewers ?? 0;
    waiting.delete(roomId);
    if (told.get(roomId) === viewers) return;
    told.set(roomId, viewers);
    deps.publish(roomId, 'viewers.counted', { viewers });
  };

  return {
    changed(roomId: RoomId, viewers: number): void {
      const pending = waiting.get(roomId);
      if (pending) pending.viewers = viewers;
      else waiting.set(roomId, { viewers, cancel: deps.clock.after(TICK_MS, () => tell(roomId)) });
    },
    roomClosed(roomId: RoomId): void {
      waiting.get(roomId)?.cancel();
      waiting.delete(roomId);
      told.delete(roomId);
    },
  };
};
