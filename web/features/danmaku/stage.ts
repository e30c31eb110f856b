// The lines that are on the picture now: lets them in where they cover nothing, moves them by time, paints them in one loop
// that runs only while there is something to paint, and finds the one under a pointer. Lengths are the canvas's own pixels.
// Knows no Svelte, no page and no settings; how words become pictures and where they are painted is handed in.
//
// Pictures are painted at whole pixels: a copy at a fraction of a pixel has to be filtered, which costs several times as
// much where no graphics processor helps, and blurs the words.

import { freeLane, isOver, leastBadLane, leftPx, type Flight, type Place } from './lanes.ts';
import type { Sprite } from './sprite-cache.ts';

export type FlyingLine = {
  readonly text: string;
  readonly place: Place;
  /** Own lines, and those of who leads the room: never left out for want of a place. */
  readonly isAlwaysShown: boolean;
};

export type StageLook = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly lanePx: number;
  /** Between two lines of one lane. */
  readonly gapPx: number;
  /** From edge to edge. */
  readonly crossMs: number;
  /** Nothing moves: lines that would fly stand in their lanes instead. */
  readonly isStill: boolean;
};

export type StageDeps<L extends FlyingLine, I> = {
  readonly take: (line: L) => Sprite<I>;
  readonly giveBack: (line: L) => void;
  readonly canvas: {
    readonly resize: (widthPx: number, heightPx: number) => void;
    readonly clear: () => void;
    readonly paint: (image: I, leftPx: number, topPx: number, alpha: number) => void;
  };
  readonly nowMs: () => number;
  readonly nextFrame: (paint: (nowMs: number) => void) => () => void;
  /** How many are on screen, each time that changes. */
  readonly counted?: (flying: number) => void;
};

export type Flying<L, I> = Flight & { readonly line: L; sprite: Sprite<I> };
export type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

export type Stage<L extends FlyingLine, I> = {
  /** False: there is no place for it now, and it is not shown later either. */
  readonly fly: (line: L) => boolean;
  readonly remove: (isGone: (line: L) => boolean) => void;
  /** The topmost at this point. */
  readonly at: (xPx: number, yPx: number) => Flying<L, I> | null;
  readonly boxOf: (flying: Flying<L, I>) => Box;
  /** Stands still until it is released, above all others. */
  readonly hold: (flying: Flying<L, I>) => void;
  readonly release: (flying: Flying<L, I>) => void;
  readonly layOut: (look: StageLook) => void;
  readonly close: () => void;
};

const STAND_MS = 4_500;
const FADE_MS = 250;

/** Lines that stand appear and go softly. */
const alphaOf = (flight: Flight, nowMs: number): number => {
  if (flight.place === 'scroll') return 1;
  const sinceMs = Math.max(0, (flight.heldAtMs ?? nowMs) - flight.startedAtMs);
  return Math.max(0, Math.min(1, sinceMs / FADE_MS, (flight.durationMs - sinceMs) / FADE_MS));
};

export const createStage = <L extends FlyingLine, I>(deps: StageDeps<L, I>): Stage<L, I> => {
  const { canvas } = deps;
  let look: StageLook = { widthPx: 0, heightPx: 0, lanePx: 1, gapPx: 0, crossMs: 8_000, isStill: false };
  /** From the top; in each the oldest first. */
  let lanes: Flying<L, I>[][] = [];
  let flying = 0;
  let cancelFrame: (() => void) | null = null;

  const count = (next: number): void => {
    if (next === flying) return;
    flying = next;
    deps.counted?.(flying);
  };
  const keep = (stays: (one: Flying<L, I>) => boolean): void => {
    let left = 0;
    for (const lane of lanes) {
      let kept = 0;
      for (const one of lane) {
        if (stays(one)) lane[kept++] = one;
        else deps.giveBack(one.line);
      }
      lane.length = kept;
      left += kept;
    }
    count(left);
  };
  const boxOf = (one: Flying<L, I>, nowMs = deps.nowMs()): Box => ({
    left: Math.round(leftPx(one, look.widthPx, nowMs)),
    top: one.lane * look.lanePx,
    width: one.widthPx,
    height: look.lanePx,
  });

  const paint = (nowMs: number): void => {
    cancelFrame = null;
    keep((one) => !isOver(one, nowMs));
    canvas.clear();
    const held: Flying<L, I>[] = [];
    const paintOne = (one: Flying<L, I>): void => {
      canvas.paint(one.sprite.image, Math.round(leftPx(one, look.widthPx, nowMs)), one.lane * look.lanePx, alphaOf(one, nowMs));
    };
    for (const lane of lanes) {
      for (const one of lane) {
        if (one.heldAtMs === null) paintOne(one);
        else held.push(one);
      }
    }
    held.forEach(paintOne);
    if (flying > 0) goOn();
  };
  const goOn = (): void => { cancelFrame ??= deps.nextFrame(paint); };

  const laneFor = (line: L, next: { place: Place; widthPx: number; durationMs: number }): number | null => {
    if (lanes.length === 0) return null;
    return freeLane(lanes, next, look.widthPx, look.gapPx, deps.nowMs()) ?? (line.isAlwaysShown ? leastBadLane(lanes, next.place) : null);
  };

  return {
    fly: (line) => {
      const sprite = deps.take(line);
      const place = line.place === 'scroll' && look.isStill ? 'top' : line.place;
      const flight = { place, widthPx: sprite.widthPx, durationMs: place === 'scroll' ? look.crossMs : STAND_MS };
      const lane = laneFor(line, flight);
      if (lane === null) {
        deps.giveBack(line);
        return false;
      }
      lanes[lane]?.push({ ...flight, lane, line, sprite, startedAtMs: deps.nowMs(), heldAtMs: null });
      count(flying + 1);
      goOn();
      return true;
    },
    remove: (isGone) => keep((one) => !isGone(one.line)),
    at: (xPx, yPx) => {
      const nowMs = deps.nowMs();
      const lane = lanes[Math.floor(yPx / look.lanePx)] ?? [];
      return lane.findLast((one) => {
        const { left, width } = boxOf(one, nowMs);
        return !isOver(one, nowMs) && xPx >= left && xPx < left + width;
      }) ?? null;
    },
    boxOf,
    hold: (one) => { one.heldAtMs ??= deps.nowMs(); },
    release: (one) => {
      if (one.heldAtMs === null) return;
      one.startedAtMs += deps.nowMs() - one.heldAtMs;
      one.heldAtMs = null;
    },
    layOut: (next) => {
      const isAnew = next.lanePx !== look.lanePx || next.isStill !== look.isStill;
      if (next.widthPx !== look.widthPx || next.heightPx !== look.heightPx) canvas.resize(next.widthPx, next.heightPx);
      look = next;
      const laneCount = Math.max(0, Math.floor(look.heightPx / look.lanePx));
      // Words of another size are other pictures in other lanes: begin again. Otherwise the lanes that are left stay.
      if (isAnew) keep(() => false);
      keep((one) => one.lane < laneCount);
      lanes = Array.from({ length: laneCount }, (_, at) => lanes[at] ?? []);
      // What a resize has wiped is there again before the next picture of the page.
      goOn();
    },
    close: () => {
      cancelFrame?.();
      cancelFrame = null;
      keep(() => false);
    },
  };
};
