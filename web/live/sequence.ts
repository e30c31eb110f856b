// The order of a room's events. Delivers each exactly once, in order, from a known position on; notices a gap or another
// epoch and says so once (rules E6 and J3). Events that overtake the reply to room.join are kept until the position is known.
// Remembers where it stood, so that a page that was away for a moment can ask for what it missed (rule J8).

import type { EventFrame } from '../../shared/envelope.ts';

export type Position = { readonly epoch: string; readonly seq: number };
type RoomEvent = EventFrame & { readonly seq: number; readonly epoch: string };

/** While a join is under way: more than that has overtaken the reply only when something is wrong. */
const KEPT_EVENTS_MAX = 512;

export const isRoomEvent = (frame: EventFrame): frame is RoomEvent =>
  frame.seq !== undefined && frame.epoch !== undefined;

export type Sequence = {
  readonly take: (event: RoomEvent) => void;
  /** A snapshot was taken at this position: go on after it, first with those that were missed. */
  readonly follow: (position: Position, missed?: readonly EventFrame[]) => void;
  /** No snapshot holds any more; keep what comes until the next one. */
  readonly forget: () => void;
  /** Of the last event that was delivered, or the snapshot before it; null before the first. */
  readonly last: () => Position | null;
};

export const createSequence = (deps: {
  readonly deliver: (event: RoomEvent) => void;
  readonly outOfStep: () => void;
}): Sequence => {
  let position: Position | null = null;
  let last: Position | null = null;
  let kept: RoomEvent[] = [];

  const forget = (): void => {
    position = null;
    kept = [];
  };

  const take = (event: RoomEvent): void => {
    if (!position) {
      if (kept.length === KEPT_EVENTS_MAX) kept.shift(); // The gap this leaves is found by `follow`.
      kept.push(event);
      return;
    }
    if (event.epoch === position.epoch && event.seq <= position.seq) return;
    if (event.epoch !== position.epoch || event.seq !== position.seq + 1) {
      forget();
      deps.outOfStep();
      return;
    }
    position = last = { epoch: event.epoch, seq: event.seq };
    deps.deliver(event);
  };

  const follow = (start: Position, missed: readonly EventFrame[] = []): void => {
    const overtaken = kept.filter((event) => event.epoch === start.epoch);
    position = last = start;
    kept = [];
    // A delivered event may make a listener forget the position; the rest is then kept for the next snapshot.
    for (const event of [...missed.filter(isRoomEvent), ...overtaken]) take(event);
  };

  return { take, follow, forget, last: () => last };
};
