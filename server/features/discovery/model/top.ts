// The best few of many: a heap of the best so far, and then an order in which no kind fills the whole page. Knows numbers only.

/** Indexes of the `take` highest of the first `count` scores, best first; -Infinity is never among them. */
export const topOf = (scores: Float64Array, count: number, take: number): number[] => {
  const heap: number[] = []; // the worst of the best on top
  const value = (at: number): number => scores[heap[at] ?? 0] ?? 0;
  const swap = (a: number, b: number): void => {
    const kept = heap[a] ?? 0;
    heap[a] = heap[b] ?? 0;
    heap[b] = kept;
  };
  const sink = (): void => {
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < heap.length && value(child) < value(least)) least = child;
      if (least === at) return;
      swap(at, least);
      at = least;
    }
  };
  let bar = -Infinity;
  for (let index = 0; index < count; index++) {
    const score = scores[index] ?? -Infinity;
    if (!(score > bar)) continue;
    if (heap.length < take) {
      heap.push(index);
      for (let at = heap.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (value(at) >= value(parent)) break;
        swap(at, parent);
        at = parent;
      }
    } else {
      heap[0] = index;
      sink();
    }
    if (heap.length === take) bar = value(0);
  }
  return heap.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
};

/** Picks one after another; each that has the kind of one already picked loses `price` for each of those. */
export const varied = (ranked: readonly number[], scoreOf: (index: number) => number, kindOf: (index: number) => number, price: number, take: number): number[] => {
  const left = [...ranked];
  const picked: number[] = [];
  const seen = new Map<number, number>();
  while (left.length > 0 && picked.length < take) {
    let best = 0;
    let bestScore = -Infinity;
    left.forEach((index, at) => {
      const score = scoreOf(index) - price * (seen.get(kindOf(index)) ?? 0);
      if (score > bestScore) [best, bestScore] = [at, score];
    });
    const [index] = left.splice(best, 1);
    if (index === undefined) break;
    picked.push(index);
    seen.set(kindOf(index), (seen.get(kindOf(index)) ?? 0) + 1);
  }
  return picked;
};
