// Which channels have the same people: for each channel its heaviest neighbours, with how many people watched both. Gives
// P(c | j) / P(c), how much likelier than usual somebody who watched j watches c, with Dirichlet smoothing towards 1. Knows slots,
// not people. Bounded: a full row gives its lightest place away (the "space saving" sketch of Metwally and others, 2005).

import { NEIGHBOURS_MAX } from '../../../../shared/limits.ts';

export type Together = ReturnType<typeof createTogether>;

/** The first `length` are to be read. */
export type Lifts = { readonly ids: Int32Array; readonly logs: Float32Array; readonly length: number };
const NO_LIFTS: Lifts = { ids: new Int32Array(0), logs: new Float32Array(0), length: 0 };
const REFRESH_GROWTH = 1.05;

export const createTogether = (capacity: number, smoothing: number) => {
  const others: (Int32Array | undefined)[] = [];
  const counts: (Float32Array | undefined)[] = [];
  const filled = new Uint8Array(capacity);
  const totals = new Float64Array(capacity);
  const cache: ({ ids: Int32Array; logs: Float32Array; length: number; atTotal: number } | undefined)[] = [];
  let all = 0;

  const stale = (from: number): void => {
    const kept = cache[from];
    if (kept) kept.atTotal = -1;
  };
  const add = (from: number, to: number, weight: number): void => {
    const ids = (others[from] ??= new Int32Array(NEIGHBOURS_MAX));
    const row = (counts[from] ??= new Float32Array(NEIGHBOURS_MAX));
    const length = filled[from] ?? 0;
    totals[from] = (totals[from] ?? 0) + weight;
    all += weight;
    let lightest = 0;
    for (let at = 0; at < length; at++) {
      if (ids[at] === to) {
        row[at] = (row[at] ?? 0) + weight;
        return;
      }
      if ((row[at] ?? 0) < (row[lightest] ?? 0)) lightest = at;
    }
    if (length < NEIGHBOURS_MAX) {
      ids[length] = to;
      row[length] = weight;
      filled[from] = length + 1;
      stale(from);
      return;
    }
    // The newcomer inherits the count, as an upper bound; what is rare stays at the edge and never harms the heavy ones.
    ids[lightest] = to;
    row[lightest] = (row[lightest] ?? 0) + weight;
    stale(from);
  };

  return {
    /** Somebody watched both. */
    pair(a: number, b: number, weight = 1): void {
      add(a, b, weight);
      add(b, a, weight);
    },
    /** log P(c | from) / P(c) of every c for which nothing was seen. */
    usual: (from: number): number => Math.log(smoothing / ((totals[from] ?? 0) + smoothing)),
    /** Every neighbour and how much more than `usual` its logarithm is; anew when the row has grown by a twentieth. Read at once. */
    lifts(from: number): Lifts {
      const ids = others[from];
      const row = counts[from];
      if (!ids || !row) return NO_LIFTS;
      const kept = (cache[from] ??= { ids, logs: new Float32Array(NEIGHBOURS_MAX), length: 0, atTotal: -1 });
      const total = totals[from] ?? 0;
      if (total <= kept.atTotal * REFRESH_GROWTH && total >= kept.atTotal) return kept;
      kept.atTotal = total;
      kept.length = filled[from] ?? 0;
      for (let at = 0; at < kept.length; at++) {
        kept.logs[at] = Math.log1p(((row[at] ?? 0) * all) / (Math.max(totals[ids[at] ?? 0] ?? 0, 1) * smoothing));
      }
      return kept;
    },
    /** A slot has a new tenant. Rows of others still name it until something heavier comes. */
    clear(slot: number): void {
      all -= totals[slot] ?? 0;
      totals[slot] = 0;
      filled[slot] = 0;
      stale(slot);
      for (let from = 0; from < others.length; from++) {
        const ids = others[from];
        const row = counts[from];
        const length = filled[from] ?? 0;
        const at = ids ? ids.subarray(0, length).indexOf(slot) : -1;
        if (!ids || !row || at < 0) continue;
        ids[at] = ids[length - 1] ?? 0;
        row[at] = row[length - 1] ?? 0;
        filled[from] = length - 1;
        stale(from);
      }
    },
  };
};
