// A broadcast's timeline in spans: counts by the frame that was seen, and the minutes that were recorded. Pure.

import type { MinuteView } from '../../../shared/analytics-routes.ts';
import { ANALYTICS_BINS_MAX, ANALYTICS_MINUTES_MAX, INTENSITY_BIN_MS } from '../../../shared/limits.ts';
import type { Intensity } from './moments.ts';

const MINUTE_MS = 60_000;

/** As it is recorded: one for each minute on air in which anything was. */
export type Minute = {
  readonly minute: number;
  readonly viewerMs: number;
  readonly viewersMax: number;
  readonly came: number;
  readonly went: number;
  readonly follows: number;
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
  readonly freezes: number;
  readonly reports: number;
};

/** What happened in one span of the timeline. */
export type BinCounts = { readonly bin: number; readonly lines: number; readonly reactions: number; readonly gifts: number; readonly coins: number };

/** How wide the finest spans are: INTENSITY_BIN_MS, or several of them in one where that would be too many. */
export const binMsFor = (durationMs: number): number => INTENSITY_BIN_MS * Math.max(1, Math.ceil(durationMs / INTENSITY_BIN_MS / ANALYTICS_BINS_MAX));

/** Every span of the broadcast, those in which nothing happened too. What came after its end, about frames before it, is in the last. */
export const intensityOf = (counts: readonly BinCounts[], durationMs: number): Intensity => {
  const binMs = binMsFor(durationMs);
  const length = Math.min(ANALYTICS_BINS_MAX, Math.max(1, Math.ceil(durationMs / binMs)));
  const empty = (): number[] => Array.from({ length }, () => 0);
  const sums = { lines: empty(), reactions: empty(), gifts: empty(), coins: empty() };
  for (const { bin, ...counted } of counts) {
    const at = Math.min(length - 1, Math.max(0, bin));
    for (const kind of ['lines', 'reactions', 'gifts', 'coins'] as const) sums[kind][at] = (sums[kind][at] ?? 0) + counted[kind];
  }
  return { binMs, ...sums };
};

/** The value that half of the weight lies at or below; null without any weight. */
export const weightedMedian = (values: readonly { readonly value: number | null; readonly weight: number }[]): number | null => {
  const known = values.flatMap(({ value, weight }) => (value === null || weight <= 0 ? [] : [{ value, weight }])).sort((one, other) => one.value - other.value);
  let left = known.reduce((sum, { weight }) => sum + weight, 0) / 2;
  return known.find(({ weight }) => (left -= weight) <= 0)?.value ?? null;
};

const latencyOf = (minutes: readonly Minute[]) => ({
  latencyP50Ms: weightedMedian(minutes.map(({ latencyP50Ms, reports }) => ({ value: latencyP50Ms, weight: reports }))),
  latencyP95Ms: weightedMedian(minutes.map(({ latencyP95Ms, reports }) => ({ value: latencyP95Ms, weight: reports }))),
});

const sumOf = <T>(list: readonly T[], value: (item: T) => number): number => list.reduce((sum, item) => sum + value(item), 0);

/** Of the whole broadcast: its middle minute, by how many reports came; freezes for each hour that somebody watched. */
export const qualityOf = (minutes: readonly Minute[]) => {
  const viewerMs = sumOf(minutes, (minute) => minute.viewerMs);
  const freezes = sumOf(minutes, (minute) => minute.freezes);
  return { ...latencyOf(minutes), freezes, freezesPerHour: viewerMs > 0 ? freezes / (viewerMs / 3_600_000) : null };
};

/** The rows of the timeline from its beginning to its end, several minutes in each where it is long. The last may be a part. */
export const rowsOf = (minutes: readonly Minute[], intensity: Intensity, durationMs: number): { stepMs: number; rows: MinuteView[] } => {
  const length = Math.max(1, Math.ceil(durationMs / MINUTE_MS));
  const perRow = Math.ceil(length / ANALYTICS_MINUTES_MAX);
  const stepMs = perRow * MINUTE_MS;
  const rowOf = Array.from({ length: Math.ceil(length / perRow) }, () => [] as Minute[]);
  for (const minute of minutes) rowOf[Math.min(rowOf.length - 1, Math.floor(minute.minute / perRow))]?.push(minute);
  const deedsOf = sumByRow(intensity, stepMs, rowOf.length);
  const rows = rowOf.map((inRow, at) => {
    const spanMs = Math.max(1, Math.min(stepMs, durationMs - at * stepMs));
    return {
      atMs: at * stepMs,
      viewers: sumOf(inRow, ({ viewerMs }) => viewerMs) / spanMs,
      viewersMax: inRow.reduce((most, { viewersMax }) => Math.max(most, viewersMax), 0),
      came: sumOf(inRow, ({ came }) => came),
      went: sumOf(inRow, ({ went }) => went),
      ...deedsOf(at),
      follows: sumOf(inRow, ({ follows }) => follows),
      ...latencyOf(inRow),
      freezes: sumOf(inRow, ({ freezes }) => freezes),
    };
  });
  return { stepMs, rows };
};

/** A span lies in the row in which it begins. */
const sumByRow = ({ binMs, ...counts }: Intensity, stepMs: number, rows: number) => {
  const sums = Array.from({ length: rows }, () => ({ lines: 0, reactions: 0, gifts: 0, coins: 0 }));
  for (const kind of ['lines', 'reactions', 'gifts', 'coins'] as const) {
    counts[kind].forEach((count, bin) => {
      const row = sums[Math.min(rows - 1, Math.floor((bin * binMs) / stepMs))];
      if (row) row[kind] += count;
    });
  }
  return (at: number) => sums[at] ?? { lines: 0, reactions: 0, gifts: 0, coins: 0 };
};
