// How good a ranking was: where the one that was chosen stood. Knows no model. Equal scores count as if the chosen one stood in the
// middle of them, so a model that says the same of everybody gains nothing.

/** 1 for the best. Halves happen, with ties. */
export const rankOf = (scores: Float64Array, count: number, chosen: number): number => {
  const own = scores[chosen] ?? Number.NaN;
  if (Number.isNaN(own)) throw new Error('a model gave no score');
  let better = 0;
  let equal = 0;
  for (let at = 0; at < count; at++) {
    const score = scores[at] ?? -Infinity;
    if (score > own) better++;
    else if (score === own && at !== chosen) equal++;
  }
  return 1 + better + equal / 2;
};

/** One relevant item, so the ideal sum is 1 and NDCG@k is the discount at its rank (Järvelin and Kekäläinen 2002). */
export const ndcgAt = (rank: number, k: number): number => (rank <= k ? 1 / Math.log2(1 + rank) : 0);
export const hitAt = (rank: number, k: number): number => (rank <= k ? 1 : 0);

export type Score = { readonly ndcg10: number; readonly hit1: number; readonly hit10: number; readonly count: number };
export type Scores = { readonly all: Score; readonly fresh: Score; readonly repeat: Score };

/** Sums up ranks, together and apart for channels that the person had watched before and for new ones. */
export const createScores = () => {
  const parts = { all: [0, 0, 0, 0], fresh: [0, 0, 0, 0], repeat: [0, 0, 0, 0] };
  const add = (part: number[], rank: number): void => {
    [ndcgAt(rank, 10), hitAt(rank, 1), hitAt(rank, 10), 1].forEach((value, at) => (part[at] = (part[at] ?? 0) + value));
  };
  const mean = ([ndcg = 0, one = 0, ten = 0, count = 0]: number[]): Score => ({
    ndcg10: ndcg / Math.max(1, count), hit1: one / Math.max(1, count), hit10: ten / Math.max(1, count), count,
  });
  return {
    add(rank: number, seenBefore: boolean): void {
      add(parts.all, rank);
      add(seenBefore ? parts.repeat : parts.fresh, rank);
    },
    result: (): Scores => ({ all: mean(parts.all), fresh: mean(parts.fresh), repeat: mean(parts.repeat) }),
  };
};
