// The minutes of one broadcast on air: viewers times time, exactly, and what was done in each. Plain state and arithmetic; times
// are given in. Invariant: there is a row for each minute that has begun, and the sum of `viewerMs` is the whole of the integral.

import { MINUTES_KEPT_MAX } from '../../../shared/limits.ts';
import { NO_DEEDS } from './stay.ts';
import type { DeedName, Deeds } from './stay.ts';

export type MinuteRow = Deeds & {
  /** Since the broadcast began; the first is 0. */
  readonly minute: number;
  /** Viewers times milliseconds within the minute. */
  readonly viewerMs: number;
  readonly viewersMax: number;
  /** Stays that began and ended in it; those that saw the end are in neither. */
  readonly came: number;
  readonly went: number;
  /** Of the viewers' reports in this minute; null: none told it. */
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
  /** Times that a picture stood still. */
  readonly freezes: number;
  readonly reports: number;
};

export const MINUTE_MS = 60_000;
/** Beyond this many every second one counts, then every fourth: the percentiles of a crowd need no more. */
const SAMPLES_MAX = 4_096;

type Row = { -readonly [K in keyof MinuteRow]: MinuteRow[K] };
type Counted = DeedName | 'came' | 'went' | 'freezes' | 'reports';

/** The value below which the given share of a sorted list lies (nearest rank); null for an empty one. */
const quantile = (sorted: readonly number[], share: number): number | null => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;

/** A stream's values, as many as fit, spread evenly over it. */
const createSamples = () => {
  let kept: number[] = [];
  let stride = 1;
  let seen = 0;
  return {
    add(value: number): void {
      if (seen++ % stride !== 0) return;
      kept.push(value);
      if (kept.length < SAMPLES_MAX) return;
      kept = kept.filter((_, at) => at % 2 === 0);
      stride *= 2;
    },
    sorted: (): number[] => kept.toSorted((a, b) => a - b),
  };
};

const emptyRow = (minute: number): Row => ({
  minute, viewerMs: 0, viewersMax: 0, came: 0, went: 0, ...NO_DEEDS, latencyP50Ms: null, latencyP95Ms: null, freezes: 0, reports: 0,
});

export type MinutesStart = { readonly startedAtMs: number; readonly countedAtMs: number; readonly viewers: number; readonly rows?: readonly MinuteRow[] };

export const createMinutes = ({ startedAtMs, countedAtMs, viewers: viewersAtFirst, rows: earlier = [] }: MinutesStart) => {
  const rows = new Map<number, Row>(earlier.map((row) => [row.minute, { ...row }]));
  const changed = new Set<number>();
  let viewers = viewersAtFirst;
  let atMs = countedAtMs;
  let samples = { minute: -1, of: createSamples() };

  const minuteOf = (ms: number): number => Math.max(0, Math.floor((ms - startedAtMs) / MINUTE_MS));
  const rowOf = (minute: number): Row => {
    const row = rows.get(minute) ?? emptyRow(minute);
    rows.set(minute, row);
    changed.add(minute);
    return row;
  };
  /** The current minute's percentiles; sorting waits until somebody wants to know. */
  const settle = (): void => {
    const sorted = samples.of.sorted();
    if (sorted.length === 0) return;
    const row = rowOf(samples.minute);
    row.latencyP50Ms = quantile(sorted, 0.5);
    row.latencyP95Ms = quantile(sorted, 0.95);
  };
  const forgetOld = (): void => {
    for (const minute of rows.keys()) {
      if (rows.size <= MINUTES_KEPT_MAX) return;
      if (!changed.has(minute)) rows.delete(minute);
    }
  };

  /** Counts up to now. A clock set back must not make the integral shrink. */
  const advance = (nowMs: number): void => {
    while (atMs < nowMs) {
      const minute = minuteOf(atMs);
      const untilMs = Math.min(nowMs, startedAtMs + (minute + 1) * MINUTE_MS);
      const row = rowOf(minute);
      row.viewerMs += viewers * (untilMs - atMs);
      row.viewersMax = Math.max(row.viewersMax, viewers);
      atMs = untilMs;
    }
  };

  return {
    advance,
    viewersChanged(count: number, nowMs: number): void {
      advance(nowMs);
      viewers = count;
      const row = rowOf(minuteOf(nowMs));
      row.viewersMax = Math.max(row.viewersMax, count);
    },
    /** `ms` may lie in a minute that is over: somebody turns out to have gone a while ago. */
    add(what: Counted, count: number, ms: number): void {
      rowOf(minuteOf(ms))[what] += count;
    },
    latency(valueMs: number, nowMs: number): void {
      const minute = minuteOf(nowMs);
      if (minute !== samples.minute) {
        settle();
        samples = { minute, of: createSamples() };
      }
      samples.of.add(Math.round(valueMs));
      changed.add(minute);
    },
    /** All rows so far, in their order; the last one goes on. */
    rows(nowMs: number): MinuteRow[] {
      advance(nowMs);
      settle();
      return [...rows.values()].sort((a, b) => a.minute - b.minute);
    },
    /** Rows that changed since the last time they were taken; `all` also that of the minute that goes on. */
    take(nowMs: number, all = false): MinuteRow[] {
      advance(nowMs);
      settle();
      const current = minuteOf(nowMs);
      const taken = [...changed].filter((minute) => all || minute < current);
      for (const minute of taken) changed.delete(minute);
      forgetOld();
      return taken.flatMap((minute) => rows.get(minute) ?? []).map((row) => ({ ...row }));
    },
  };
};

export type Minutes = ReturnType<typeof createMinutes>;
