// The only file that knows uPlot: draws a chart in the tokens' colours, and tells where its cursor is. Knows no Svelte.

import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ChartBand, ChartMark, ChartSeries, Tone } from './chart-model.ts';
import { niceSplits, niceTop } from './chart-model.ts';

export type PlotOptions = {
  readonly xs: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly band: ChartBand | null;
  readonly marks: readonly ChartMark[];
  readonly height: number;
  /** On the axes. */
  readonly tickX: (x: number) => string;
  readonly tickY: (y: number) => string;
  /** Distances of ticks that make sense on this x. */
  readonly stepsX: readonly number[];
  readonly least: number;
  /** What is counted has no fractions. */
  readonly isWhole: boolean;
  readonly isBare: boolean;
  /** Null: the pointer has left. */
  readonly cursorMoved: (at: number | null) => void;
  readonly picked: (at: number) => void;
};

/** The colour that a token has here and now: canvases know no custom properties, and light-dark() depends on the theme. */
const colorReader = (host: HTMLElement) => {
  const probe = host.appendChild(document.createElement('span'));
  probe.hidden = true;
  const read = (name: string, percent = 100): string => {
    probe.style.color = percent === 100 ? `var(--color-${name})` : `color-mix(in srgb, var(--color-${name}) ${percent}%, transparent)`;
    return getComputedStyle(probe).color;
  };
  return { read, done: () => probe.remove() };
};

const TOKENS: Readonly<Record<Tone, string>> = { brand: 'brand-text', info: 'info', good: 'good', warn: 'warn', muted: 'faint' };

/** uPlot's builds may leave kinds of curves out. */
const drawnBy = (paths: uPlot.Series.PathBuilder | undefined): { paths?: uPlot.Series.PathBuilder } => (paths ? { paths } : {});

const seriesOf = (series: ChartSeries, color: (name: string, percent?: number) => string): uPlot.Series => {
  const token = TOKENS[series.tone];
  const stroke = color(token);
  const plain: uPlot.Series = { label: series.label, stroke, width: 2, points: { show: false }, spanGaps: false };
  switch (series.look) {
    case 'area':
      return { ...plain, fill: color(token, 14), ...drawnBy(uPlot.paths.linear?.()) };
    case 'dashed':
      return { ...plain, width: 1.5, dash: [4, 4] };
    case 'steps':
      return { ...plain, ...drawnBy(uPlot.paths.stepped?.({ align: 1 })) };
    case 'bars':
      return { ...plain, width: 0, fill: color(token, 85), ...drawnBy(uPlot.paths.bars?.({ size: [0.75, 40, 1], align: 0, radius: 0.15 })) };
    case 'dots':
      return { ...plain, width: 1.5, points: { show: true, size: 8, fill: stroke, stroke } };
    case 'line':
      return plain;
  }
};

/** Behind everything: the stretches that stand out, with their names on top. */
const drawMarks = (marks: readonly ChartMark[], colors: { ground: string; chosen: string; words: string }, font: string) => (plot: uPlot): void => {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { from, to, label, isChosen } of marks) {
    const left = plot.valToPos(from, 'x', true);
    const width = Math.max(3 * devicePixelRatio, plot.valToPos(to, 'x', true) - left);
    ctx.fillStyle = isChosen ? colors.chosen : colors.ground;
    ctx.fillRect(left, bbox.top, width, bbox.height);
    if (label === '') continue;
    ctx.font = font;
    ctx.fillStyle = colors.words;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'top';
    ctx.fillText(label, left + width / 2, bbox.top + 3 * devicePixelRatio);
  }
  ctx.restore();
};

export type Plot = { resize(width: number): void; moveCursor(at: number | null): void; close(): void };

/** Draws into `host`, as wide as it is. */
export const drawPlot = (host: HTMLElement, options: PlotOptions): Plot => {
  const { xs, series, band, marks, isBare } = options;
  const colors = colorReader(host);
  const color = colors.read;
  const { fontFamily } = getComputedStyle(host);
  const font = `12px ${fontFamily}`;
  const greatest = [...series.flatMap(({ values }) => values), ...(band?.high ?? [])].reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const top = niceTop(greatest, options.least);
  const hasBars = series.some(({ look }) => look === 'bars');
  const gap = xs.length > 1 ? ((xs.at(-1) ?? 0) - (xs[0] ?? 0)) / (xs.length - 1) : 1;
  const from = (xs[0] ?? 0) - (hasBars ? gap / 2 : 0);
  const until = Math.max(from + gap, (xs.at(-1) ?? 0) + (hasBars ? gap / 2 : 0));
  const axis = { stroke: color('muted'), font, ticks: { show: false }, grid: { stroke: color('line'), width: 1 } } as const;
  // Until the first drawing there are no scales: where the cursor stands would be read wrongly, and told.
  let isReady = false;
  let isOurs = false;
  let wanted: number | null = null;
  const moveCursor = (plot: uPlot, at: number | null): void => {
    wanted = at;
    if (!isReady || (plot.cursor.idx ?? null) === at) return;
    isOurs = true;
    const x = at === null ? undefined : xs[at];
    plot.setCursor(x === undefined ? { left: -10, top: -10 } : { left: plot.valToPos(x, 'x'), top: 0 });
    isOurs = false;
  };
  const becameReady = (plot: uPlot): void => {
    isReady = true;
    moveCursor(plot, wanted);
    listen(plot, options.picked);
  };
  const plot = new uPlot(
    {
      width: Math.max(1, host.clientWidth),
      height: options.height,
      padding: isBare ? [4, 2, 2, 2] : [10, 24, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: [from, until] },
        // The names of marks have room above the curves.
        y: { range: [0, marks.some(({ label }) => label !== '') ? top * 1.22 : top] },
      },
      series: [
        {},
        ...series.map((one) => seriesOf(one, color)),
        ...(band ? [{ width: 0, points: { show: false } }, { width: 0, points: { show: false } }] : []),
      ],
      ...(band ? { bands: [{ series: [series.length + 2, series.length + 1] as [number, number], fill: color(TOKENS[band.tone], 16) }] } : {}),
      axes: isBare
        ? [{ show: false }, { show: false }]
        : [
            { ...axis, grid: { show: false }, size: 28, space: 64, incrs: [...options.stepsX], values: (_, values) => values.map(options.tickX) },
            { ...axis, size: 46, splits: niceSplits(top, options.height < 150 ? 2 : 4, options.isWhole), values: (_, values) => values.map(options.tickY) },
          ],
      cursor: {
        y: false,
        drag: { x: false, y: false, setScale: false },
        points: { size: 8 },
        // Ours alone: a double click resets nothing here.
        bind: { dblclick: () => null },
      },
      hooks: {
        drawClear: [drawMarks(marks, { ground: color('brand', 12), chosen: color('brand', 34), words: color('muted') }, `600 ${12 * devicePixelRatio}px ${fontFamily}`)],
        setCursor: [(it) => void (!isReady || isOurs || options.cursorMoved(it.cursor.idx ?? null))],
        ready: [becameReady],
      },
    },
    [[...xs], ...series.map(({ values }) => [...values]), ...(band ? [[...band.low], [...band.high]] : [])] as uPlot.AlignedData,
    host,
  );
  colors.done();
  return {
    resize: (width) => plot.setSize({ width: Math.max(1, width), height: options.height }),
    moveCursor: (at) => moveCursor(plot, at),
    close: () => plot.destroy(),
  };
};

/** A finger drags the cursor along; scrolling up and down stays the page's. */
const listen = (plot: uPlot, picked: (at: number) => void): void => {
  const { over } = plot;
  over.style.touchAction = 'pan-y';
  over.addEventListener('pointermove', (event) => {
    if (event.pointerType !== 'mouse') plot.setCursor({ left: event.offsetX, top: event.offsetY });
  });
  over.addEventListener('click', () => {
    if (plot.cursor.idx != null) picked(plot.cursor.idx);
  });
};
