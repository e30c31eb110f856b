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

/**
 * Picks one after another; each that has the kind of one already picked loses `price` for each of those. The best of a kind is picked before
 * its others, so only the first of each kind's queue is looked at.
 */
export const varied = (ranked: readonly number[], scoreOf: (index: number) => number, kindOf: (index: number) => number, price: number, take: number): number[] => {
  const queues = new Map<number, number[]>();
  const inOrder = [...ranked].sort((a, b) => scoreOf(b) - scoreOf(a));
  for (const index of inOrder) {
    const kind = kindOf(index);
    const queue = queues.get(kind);
    if (queue) queue.push(index);
    else queues.set(kind, [index]);
  }
  const kinds = Array.from(queues.values(), (queue) => ({ queue, picked: 0 }));
  const picked: number[] = [];
  while (picked.length < take) {
    let best: (typeof kinds)[number] | null = null;
    let bestScore = -Infinity;
    for (const kind of kinds) {
      const index = kind.queue[kind.picked];
      if (index === undefined) continue;
      const score = scoreOf(index) - price * kind.picked;
      if (score > bestScore) [best, bestScore] = [kind, score];
    }
    if (!best) break;
    picked.push(best.queue[best.picked++] ?? 0);
  }
  return picked;
};
