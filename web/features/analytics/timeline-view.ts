// What the charts of a broadcast's timeline show, from its report. Pure.

import type { BroadcastReport, MomentView } from '../../../shared/analytics-routes.ts';

/** Distances of time that a clock's reader expects on an axis. */
export const TIME_STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400].map((seconds) => seconds * 1_000);

/** At most so many bars fit side by side and are still seen. */
const BARS_MAX = 240;

export type Bars = { readonly xs: readonly number[]; readonly widthMs: number; readonly lines: readonly number[]; readonly reactions: readonly number[]; readonly gifts: readonly number[]; readonly coins: readonly number[] };

/** The finest spans, several of them in one bar where there are many. A bar stands on the middle of its span. */
export const barsOf = ({ binMs, ...counts }: BroadcastReport['intensity'], barsMax = BARS_MAX): Bars => {
  const perBar = Math.max(1, Math.ceil(counts.lines.length / barsMax));
  const widthMs = perBar * binMs;
  const sum = (values: readonly number[]): number[] => {
    const bars: number[] = [];
    values.forEach((value, at) => {
      const bar = Math.floor(at / perBar);
      bars[bar] = (bars[bar] ?? 0) + value;
    });
    return bars;
  };
  const lines = sum(counts.lines);
  return { xs: lines.map((_, at) => (at + 0.5) * widthMs), widthMs, lines, reactions: sum(counts.reactions), gifts: sum(counts.gifts), coins: sum(counts.coins) };
};

/** Numbered in the order of the timeline; `chosen` is one of their times. */
export const marksOf = (moments: readonly MomentView[], chosenMs: number | null) =>
  moments.map(({ atMs, lengthMs }, at) => ({ from: atMs, to: atMs + lengthMs, label: String(at + 1), isChosen: atMs === chosenMs }));

/** The row of the timeline in which a moment lies; null: outside of it. */
export const rowAt = (rows: readonly { readonly atMs: number }[], stepMs: number, atMs: number | null): number | null => {
  if (atMs === null) return null;
  const at = Math.floor(atMs / stepMs);
  return at >= 0 && at < rows.length ? at : null;
};
