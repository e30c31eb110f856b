// Hearts that rise over the picture: how many, how large and where at any moment. A thousand taps are shown as some large
// ones, because nobody can count them and no picture could hold them. Pure; lengths are shares of the strip they rise in.

import type { Reaction } from '../../../shared/messages/reactions.ts';

/** On screen at once. */
export const RISING_MAX = 48;
/** For one thing counted, however often. */
const PER_COUNT_MAX = 10;
/** Some rise faster than others, so that what came together does not stay a lump. */
const RISE_MS_MIN = 2_000;
const RISE_MS_MAX = 3_200;
const FADE_SHARE = 0.3;
/** Counts come four times a second; spread over that time, the hearts of a steady room rise steadily. */
const SPREAD_MS = 250;

export type Rising = {
  readonly reaction: Reaction;
  readonly startsAtMs: number;
  readonly riseMs: number;
  /** 1: plain; up to 2 for thousands. */
  readonly size: number;
  /** Middle of its way, 0 at the left edge. */
  readonly lane: number;
  /** Where in its sway it begins, 0-1. */
  readonly phase: number;
};

export type Seen = { readonly x: number; readonly y: number; readonly alpha: number; readonly size: number };

/** 1, 2, 3, then one more for each doubling. */
export const risingFor = (count: number): number => Math.min(PER_COUNT_MAX, count <= 3 ? count : 3 + Math.ceil(Math.log2(count / 3)));

export const sizeFor = (count: number): number => 1 + Math.min(1, Math.log10(Math.max(1, count)) / 3);

/** `random`: 0-1, without 1. What does not fit is left out; the number beside the button has them all. */
export const burst = (rising: readonly Rising[], reaction: Reaction, count: number, nowMs: number, random: () => number): Rising[] => {
  const room = Math.max(0, RISING_MAX - rising.length);
  const shown = Math.min(room, risingFor(count));
  return Array.from({ length: shown }, (_, at) => ({
    reaction,
    startsAtMs: nowMs + (at * SPREAD_MS) / shown,
    riseMs: RISE_MS_MIN + random() * (RISE_MS_MAX - RISE_MS_MIN),
    size: sizeFor(count) * (0.85 + random() * 0.3),
    lane: 0.25 + random() * 0.5,
    phase: random(),
  }));
};

export const isRising = (one: Rising, nowMs: number): boolean => nowMs - one.startsAtMs < one.riseMs;

/** Null before its start. x and y: its middle, 0 at the left and upper edge. */
export const seenAt = (one: Rising, nowMs: number): Seen | null => {
  const way = (nowMs - one.startsAtMs) / one.riseMs;
  if (way < 0) return null;
  const slowing = 1 - (1 - way) ** 1.6;
  return {
    x: one.lane + Math.sin((one.phase + way * 1.4) * 2 * Math.PI) * 0.16 * way,
    y: 1 - slowing * 0.92 - 0.04,
    alpha: Math.max(0, Math.min(1, (1 - way) / FADE_SHARE)),
    // It pops in.
    size: one.size * Math.min(1, 0.4 + way * 7),
  };
};
