// What a chart shows, in words of this product; Chart.svelte turns it into uPlot's. Pure.

/** A colour of styles/tokens.css. */
export type Tone = 'brand' | 'info' | 'good' | 'warn' | 'muted';

export type ChartSeries = {
  readonly key: string;
  readonly label: string;
  /** One for each x; null: nothing is known there. */
  readonly values: readonly (number | null)[];
  readonly tone: Tone;
  readonly look: 'area' | 'line' | 'dashed' | 'bars' | 'steps' | 'dots';
  readonly format: (value: number) => string;
};

/** The ground between two curves: where the truth probably lies. */
export type ChartBand = { readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[]; readonly tone: Tone };

/** A stretch of x that stands out. */
export type ChartMark = { readonly from: number; readonly to: number; readonly label: string; readonly isChosen: boolean };

/** Where the arrow keys lead; null: another key. A page is a tenth of the chart. */
export const cursorAfter = (key: string, at: number | null, length: number): number | null => {
  const page = Math.max(1, Math.round(length / 10));
  const last = length - 1;
  const from = at ?? 0;
  const to: Readonly<Record<string, number>> = {
    ArrowRight: at === null ? 0 : from + 1, ArrowUp: at === null ? 0 : from + 1, ArrowLeft: at === null ? last : from - 1, ArrowDown: at === null ? last : from - 1,
    PageUp: from + page, PageDown: from - page, Home: 0, End: last,
  };
  const next = to[key];
  return next === undefined || length === 0 ? null : Math.min(last, Math.max(0, next));
};

/** The top of an axis that begins at nought: a round number that holds the greatest value, and never less than `least`. */
export const niceTop = (greatest: number, least = 1): number => {
  const wanted = Math.max(least, greatest, 1e-6);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 4, 6, 8, 10].find((one) => one * power >= wanted) ?? 10;
  return Number((step * power).toPrecision(3));
};

/** Where such an axis has its lines: up to `partsMax` equal parts, of whole numbers unless fractions make sense. */
export const niceSplits = (top: number, partsMax: number, isWhole: boolean): number[] => {
  const parts = [4, 3, 2, 1].find((count) => count <= partsMax && (!isWhole || count === 1 || Number.isInteger(top / count)) && Number.isInteger((100 * top) / count)) ?? 1;
  return Array.from({ length: parts + 1 }, (_, at) => Number(((top * at) / parts).toPrecision(6)));
};
