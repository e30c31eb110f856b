// Where a line goes so that it covers no other: the arithmetic of lines that fly from right to left through lanes, and of
// lines that stand. Pure; lengths are device pixels, times any one clock's milliseconds.
//
// Every flying line crosses in the same time, so a longer one is faster. In one lane a later line may start only when the
// one ahead has come in wholly, and only if it cannot catch up with it before that one is out.

/** `scroll` flies, the others stand in the middle, from the top down or from the bottom up. */
export type Place = 'scroll' | 'top' | 'bottom';

export type Flight = {
  readonly place: Place;
  readonly lane: number;
  readonly widthPx: number;
  readonly durationMs: number;
  startedAtMs: number;
  /** Since when it stands still under a pointer; null: it moves. */
  heldAtMs: number | null;
};

const elapsedMs = (flight: Flight, nowMs: number): number => Math.max(0, (flight.heldAtMs ?? nowMs) - flight.startedAtMs);

export const isOver = (flight: Flight, nowMs: number): boolean => elapsedMs(flight, nowMs) >= flight.durationMs;

/** The left edge. Not rounded: what paints decides. */
export const leftPx = (flight: Flight, boxPx: number, nowMs: number): number =>
  flight.place === 'scroll'
    ? boxPx - ((boxPx + flight.widthPx) * elapsedMs(flight, nowMs)) / flight.durationMs
    : (boxPx - flight.widthPx) / 2;

/** May a flying line start behind this one? Straight movements that do not touch at both ends do not touch between. */
const canFollow = (ahead: Flight, next: { readonly widthPx: number; readonly durationMs: number }, boxPx: number, gapPx: number, nowMs: number): boolean => {
  if (ahead.heldAtMs !== null) return false;
  if (leftPx(ahead, boxPx, nowMs) + ahead.widthPx + gapPx > boxPx) return false;
  const aheadEndsInMs = ahead.startedAtMs + ahead.durationMs - nowMs;
  const nextAtThatTimePx = boxPx - ((boxPx + next.widthPx) * aheadEndsInMs) / next.durationMs;
  return nextAtThatTimePx >= gapPx;
};

export type Newcomer = { readonly place: Place; readonly widthPx: number; readonly durationMs: number };

const isFree = (lane: readonly Flight[], next: Newcomer, boxPx: number, gapPx: number, nowMs: number): boolean =>
  next.place === 'scroll'
    ? lane.every((ahead) => ahead.place === 'scroll' && canFollow(ahead, next, boxPx, gapPx, nowMs))
    : lane.length === 0;

const order = (lanes: number, place: Place): number[] => {
  const downwards = Array.from({ length: lanes }, (_, at) => at);
  return place === 'bottom' ? downwards.reverse() : downwards;
};

/** The lane that a line covers nothing in, or null. `lanes`: what is on screen, from the top. */
export const freeLane = (lanes: readonly (readonly Flight[])[], next: Newcomer, boxPx: number, gapPx: number, nowMs: number): number | null =>
  order(lanes.length, next.place).find((at) => isFree(lanes[at] ?? [], next, boxPx, gapPx, nowMs)) ?? null;

/** For a line that has to be shown: the lane whose newest line is the oldest, where it covers least. */
export const leastBadLane = (lanes: readonly (readonly Flight[])[], place: Place): number => {
  const newest = (at: number): number => Math.max(...(lanes[at] ?? []).map(({ startedAtMs }) => startedAtMs));
  return order(lanes.length, place).reduce((best, at) => (newest(at) < newest(best) ? at : best));
};
