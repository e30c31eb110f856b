// Medians and their company. Everything rounded is rounded here, to a tenth.

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
};

export const tenth = (value: number): number => Math.round(value * 10) / 10;
export const thousandth = (value: number): number => Math.round(value * 1000) / 1000;

/** What a bench says of repeated measurements. */
export const summary = (values: readonly number[]) => ({
  median: tenth(median(values)), min: tenth(Math.min(...values)), max: tenth(Math.max(...values)), rounds: values.length,
});

/** The most of these times, in order, that lie within any span of `spanMs`; both its ends count. */
export const mostWithin = (timesMs: readonly number[], spanMs: number): number =>
  timesMs.reduce((most, fromMs, at) => Math.max(most, timesMs.slice(at).filter((atMs) => atMs <= fromMs + spanMs).length), 0);
