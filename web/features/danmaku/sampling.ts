// Which lines fly while a room is loud: one in N, chosen by the lines' own ids and times, so that all viewers of a room see
// the same ones, whatever their screens are. Knows no screen and no viewer.

import type { LineId } from '../../../shared/ids.ts';

/**
 * What the upper half of a 1280x720 picture carries at the plain size and speed: nine lanes, and a line of ten characters
 * leaves its lane to the next one after some more than a second.
 */
const REFERENCE_LINES_PER_S = 10;
const SECONDS_LOOKED_BACK = 3;
const ONE_IN_MAX = 1_024;

/** FNV-1a with a last mix, because only the low bits are used and ids that follow each other differ in little. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** What is chosen of 1 in 8 is also among 1 in 4. `oneIn` is a power of two. */
export const isChosen = (lineId: LineId, oneIn: number): boolean => (hashOf(lineId) & (oneIn - 1)) === 0;

/** The smallest power of two that brings a room's rate down to what a picture carries. */
export const oneInFor = (linesPerSecond: number): number => {
  let oneIn = 1;
  while (linesPerSecond / oneIn > REFERENCE_LINES_PER_S && oneIn < ONE_IN_MAX) oneIn *= 2;
  return oneIn;
};

export type LineRate = {
  /** Counts a line by the server's time of it; every line of the room, flown or not. Returns the N that holds for it. */
  readonly take: (saidAtMs: number) => number;
  /** The N that holds at this moment. */
  readonly oneIn: (serverNowMs: number) => number;
};

/** Counts by the server's whole seconds, so that viewers who came at different times agree after three of them. */
export const createLineRate = (): LineRate => {
  const counts = new Map<number, number>();
  const countIn = (second: number): number => counts.get(second) ?? 0;

  const oneInAt = (second: number): number => {
    let before = 0;
    for (let back = 1; back <= SECONDS_LOOKED_BACK; back += 1) before += countIn(second - back);
    return oneInFor(Math.max(before / SECONDS_LOOKED_BACK, countIn(second)));
  };

  return {
    take: (saidAtMs) => {
      const second = Math.floor(saidAtMs / 1_000);
      counts.set(second, countIn(second) + 1);
      for (const old of counts.keys()) if (old < second - SECONDS_LOOKED_BACK) counts.delete(old);
      return oneInAt(second);
    },
    oneIn: (serverNowMs) => oneInAt(Math.floor(serverNowMs / 1_000)),
  };
};
