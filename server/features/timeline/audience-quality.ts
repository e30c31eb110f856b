// How the picture arrives at those who watch, in four numbers for the host. Arithmetic only.

import type { EventData } from '../../../shared/messages.ts';

export type Report = {
  readonly atMs: number;
  /** Capture to screen; null while the viewer cannot tell. */
  readonly latencyMs: number | null;
  readonly errorMs: number;
  /** Times that the picture stood still since the report before. */
  readonly freezes: number;
};

/** The value below which the given share of a sorted list lies (nearest rank); null for an empty one. */
const quantile = (sorted: readonly number[], share: number): number | null => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;

/** `latest`: one report of each viewer. `freezes`: of all of them within `overMs`. */
export const summaryOf = (latest: readonly Report[], freezes: number, overMs: number): EventData<'audience.measured'> => {
  const latencies = latest.flatMap(({ latencyMs }) => latencyMs ?? []).sort((a, b) => a - b);
  const viewerMinutes = (latest.length * overMs) / 60_000;
  return {
    measured: latencies.length,
    latencyP50Ms: quantile(latencies, 0.5),
    latencyP95Ms: quantile(latencies, 0.95),
    freezesPerMinute: viewerMinutes === 0 ? 0 : Math.min(1_000, freezes / viewerMinutes),
  };
};
